using System.Globalization;
using AngleSharp.Dom;
using Bunit;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Features.Members;
using FlameAssistant.Web.Shared;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace FlameAssistant.Web.Tests.Members;

public sealed class TeamsPageTests : BunitContext
{
    private static readonly Colleague ana = new(Guid.NewGuid(), "Ana", null, true, true, false, 20);
    private static readonly Colleague luis = ana with { UserId = Guid.NewGuid(), Name = "Luis" };
    private static readonly TeamRow sales = new(
        Guid.NewGuid(),
        "Sales",
        "Who sells",
        AssignmentModes.RoundRobin,
        [ana.UserId, Guid.NewGuid()]
    );

    private readonly FakeTeamsData data = new()
    {
        View = new TeamsView([new TeamLoad(sales, 4)], [ana, luis]),
    };

    public TeamsPageTests()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo("en");
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddLocalization();
        Services.AddSingleton<ITeamsData>(data);
        ComponentFactories.AddStub<SettingsTabs>();
        AddAuthorization().SetAuthorized("olga");
    }

    [Fact]
    public void Teams_should_be_shown_with_members_mode_and_a_way_to_what_they_have_open()
    {
        var row = ById(Open(), "team");
        row.TextContent.ShouldContain("Sales");
        row.TextContent.ShouldContain("In turn");
        row.TextContent.ShouldContain("Ana");
        var open = row.QuerySelector("[data-testid=team-open]")!;
        open.TextContent.ShouldBe("4 open");
        open.GetAttribute("href").ShouldBe($"/t/acme/inbox?team={sales.Id:D}");
    }

    [Fact]
    public void Who_may_not_manage_members_should_be_told_so()
    {
        data.View = null;
        var page = Open();
        ById(page, "teams-denied").ShouldNotBeNull();
        page.FindAll("[data-testid=team-new]").ShouldBeEmpty();
    }

    [Fact]
    public void A_new_team_should_be_saved_with_who_is_ticked()
    {
        var page = Open();
        ById(page, "team-new").Click();
        ById(page, "team-name").Change("Support");
        ById(page, "team-mode").Change(AssignmentModes.LeastLoaded);
        page.Find("[data-name=Luis]").Change(true);
        ById(page, "team-dialog-submit").Closest("form")!.Submit();

        var saved = data.Saved.Single();
        (saved.TeamId, saved.Name, saved.AssignmentMode).ShouldBe(
            (null, "Support", AssignmentModes.LeastLoaded)
        );
        saved.Members.ShouldBe([luis.UserId]);
    }

    [Fact]
    public void Editing_should_begin_with_what_is_and_leave_out_who_left_the_workspace()
    {
        var page = Open();
        ById(page, "team-edit").Click();
        ById(page, "team-name").GetAttribute("value").ShouldBe("Sales");
        page.Find("[data-name=Ana][type=checkbox]").Change(false);
        ById(page, "team-dialog-submit").Closest("form")!.Submit();

        var saved = data.Saved.Single();
        saved.TeamId.ShouldBe(sales.Id);
        saved.Members.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("en", "already")]
    [InlineData("es", "Ya hay")]
    public void A_refusal_should_stand_at_its_field_in_the_readers_language(
        string language,
        string said
    )
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(language);
        data.Answer = TeamErrors.Exists("Sales");
        var page = Open();
        ById(page, "team-new").Click();
        ById(page, "team-name").Change("Sales");
        ById(page, "team-dialog-submit").Closest("form")!.Submit();

        ById(page, "team-name-problem").TextContent.ShouldContain(said);
        ById(page, "team-name").GetAttribute("value").ShouldBe("Sales");
    }

    [Fact]
    public void Deleting_should_be_asked_first()
    {
        var page = Open();
        ById(page, "team-delete").Click();
        data.Deleted.ShouldBeEmpty();
        ById(page, "confirm-dialog").TextContent.ShouldContain("4 open");
        ById(page, "confirm-submit").Click();
        data.Deleted.ShouldBe([sales.Id]);
    }

    private IRenderedComponent<TeamsPage> Open() =>
        Render<TeamsPage>(page => page.Add(p => p.Slug, "acme"));

    private static IElement ById(IRenderedComponent<TeamsPage> page, string id) =>
        page.Find($"[data-testid='{id}']");

    private sealed class FakeTeamsData : ITeamsData
    {
        public TeamsView? View { get; set; }

        public Error? Answer { get; set; }

        public List<SaveTeam> Saved { get; } = [];

        public List<Guid> Deleted { get; } = [];

        public Task<TeamsView?> ListAsync(CancellationToken ct) => Task.FromResult(View);

        public Task<Result<Guid>> SaveAsync(SaveTeam team, CancellationToken ct)
        {
            Saved.Add(team);
            return Task.FromResult<Result<Guid>>(Answer is null ? Guid.NewGuid() : Answer);
        }

        public Task<Result<bool>> DeleteAsync(Guid teamId, CancellationToken ct)
        {
            Deleted.Add(teamId);
            return Task.FromResult<Result<bool>>(true);
        }

        public Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct) =>
            Task.FromResult<IDisposable?>(null);
    }
}
