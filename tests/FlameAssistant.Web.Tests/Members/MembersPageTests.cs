using System.Globalization;
using AngleSharp.Dom;
using Bunit;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Features.Members;
using FlameAssistant.Web.Shared;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace FlameAssistant.Web.Tests.Members;

public sealed class MembersPageTests : BunitContext
{
    private static readonly Guid me = Guid.NewGuid();
    private static readonly MemberRow owner = new(
        me,
        "Olga Owner",
        "olga@acme.test",
        MemberRoles.Admin,
        IsOwner: true,
        MemberState.Active,
        LastActiveAt: null,
        InvitationExpiresAt: null
    );
    private static readonly MemberRow agent = owner with
    {
        UserId = Guid.NewGuid(),
        Name = "Ana Agent",
        Email = "ana@acme.test",
        Role = MemberRoles.Agent,
        IsOwner = false,
        Allowed = MemberPermissions.Of(MemberRoles.Agent, isOwner: false),
    };

    private readonly FakeMembersData data = new();

    public MembersPageTests()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo("en");
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddLocalization();
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton<IMembersData>(data);
        Services.AddScoped<BrowserTime>();
        ComponentFactories.AddStub<SettingsTabs>();
        AddAuthorization().SetAuthorized("olga");
    }

    [Fact]
    public void Page_should_say_how_many_places_are_used_and_who_can_raise_the_plan()
    {
        data.List = new MemberList([owner, agent], new Seats(2, 2));
        var page = Open();
        ById(page, "seats").TextContent.ShouldContain("2 of 2");
        ById(page, "seats-taken").TextContent.ShouldContain("owner");
    }

    [Fact]
    public void Who_may_not_manage_members_should_see_that_and_no_list()
    {
        data.List = null;
        var page = Open();
        ById(page, "members-denied").ShouldNotBeNull();
        page.FindAll("[data-testid=member]").ShouldBeEmpty();
    }

    [Fact]
    public void Nobody_should_be_offered_to_change_their_own_place_or_the_owners()
    {
        data.List = new MemberList([owner, agent], new Seats(2, 5));
        var page = Open();
        var mine = page.Find("[data-email='olga@acme.test']");
        mine.QuerySelector("select").ShouldBeNull();
        mine.QuerySelector("[data-testid=member-menu]").ShouldBeNull();
        page.Find("[data-email='ana@acme.test'] select").ShouldNotBeNull();
    }

    [Fact]
    public void An_invitation_that_is_refused_should_say_so_at_the_field_and_keep_what_was_typed()
    {
        data.List = new MemberList([owner], new Seats(1, 5));
        data.Answer = MemberErrors.NotAnEmail("ana@");
        var page = Open();
        ById(page, "invite").Click();
        ById(page, "invite-email").Change("ana@");
        ById(page, "invite-submit").Closest("form")!.Submit();

        ById(page, "invite-email-problem").TextContent.ShouldContain("whole email address");
        ById(page, "invite-email").GetAttribute("value").ShouldBe("ana@");
    }

    [Fact]
    public void Another_role_should_be_asked_of_the_operation()
    {
        data.List = new MemberList([owner, agent], new Seats(2, 5));
        var page = Open();
        page.Find("[data-email='ana@acme.test'] select").Change(MemberRoles.Viewer);
        data.Ran.ShouldBe([new ChangeRole(agent.UserId, MemberRoles.Viewer)]);
    }

    [Fact]
    public void Permissions_should_begin_with_the_roles_and_give_what_is_ticked()
    {
        data.List = new MemberList([owner, agent], new Seats(2, 5));
        var page = Open();
        ById(page, "member-permissions").Click();
        var tags = page.Find("[data-testid='permission-tags:write']");
        tags.HasAttribute("checked").ShouldBeFalse();
        // What the owner has not, an admin cannot give.
        page.Find("[data-testid='permission-tenant:export']")
            .HasAttribute("disabled")
            .ShouldBeTrue();
        tags.Change(true);
        ById(page, "permissions-submit").Closest("form")!.Submit();

        var asked = data.Ran.Single().ShouldBeOfType<ChangePermissions>();
        asked.Allowed.SetEquals(agent.Allowed.Append(MemberPermissions.TagsWrite)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("en", "Invite")]
    [InlineData("es", "Invitar")]
    public void Page_should_speak_the_readers_language(string language, string invite)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(language);
        data.List = new MemberList([owner], new Seats(1, 5));
        ById(Open(), "invite").TextContent.ShouldBe(invite);
    }

    [Fact]
    public async Task An_accepted_invitation_should_be_seen_without_asking()
    {
        var invited = agent with { State = MemberState.Invited };
        data.List = new MemberList([owner, invited], new Seats(2, 5));
        var page = Open();
        page.Find("[data-email='ana@acme.test']").GetAttribute("data-state").ShouldBe("Invited");

        data.List = new MemberList([owner, agent], new Seats(2, 5));
        await data.OnChange!();

        page.Find("[data-email='ana@acme.test']").GetAttribute("data-state").ShouldBe("Active");
        page.Instance.Dispose();
        data.IsHeard.ShouldBeFalse();
    }

    private IRenderedComponent<MembersPage> Open() =>
        Render<MembersPage>(page => page.Add(p => p.Slug, "acme"));

    private static IElement ById(IRenderedComponent<MembersPage> page, string id) =>
        page.Find($"[data-testid='{id}']");

    private sealed class FakeMembersData : IMembersData, IDisposable
    {
        public Func<Task>? OnChange { get; private set; }

        public bool IsHeard => OnChange is not null;

        public MemberList? List { get; set; }

        public Error? Answer { get; set; }

        public List<object> Ran { get; } = [];

        public Guid MeId => me;

        public bool IsOwner => false;

        public IReadOnlySet<string> Permissions =>
            MemberPermissions.Of(MemberRoles.Admin, isOwner: false);

        public Task<MemberList?> ListAsync(CancellationToken ct) => Task.FromResult(List);

        public Task<Result<MemberInvitation>> InviteAsync(
            string email,
            string role,
            CancellationToken ct
        ) => Task.FromResult<Result<MemberInvitation>>(Answer!);

        public Task<Result<MemberInvitation>> ResendAsync(Guid userId, CancellationToken ct) =>
            Task.FromResult<Result<MemberInvitation>>(Answer!);

        public Task<Result<bool>> RunAsync(ITenantOperation<bool> operation, CancellationToken ct)
        {
            Ran.Add(operation);
            return Task.FromResult<Result<bool>>(true);
        }

        public Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct)
        {
            OnChange = onChange;
            return Task.FromResult<IDisposable?>(this);
        }

        public void Dispose() => OnChange = null;
    }
}
