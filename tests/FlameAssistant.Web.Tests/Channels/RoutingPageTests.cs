using System.Globalization;
using AngleSharp.Dom;
using Bunit;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Features.Channels;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace FlameAssistant.Web.Tests.Channels;

public sealed class RoutingPageTests : BunitContext
{
    private static readonly Colleague ana = new(Guid.NewGuid(), "Ana", null, true, true, false, 20);
    private static readonly Colleague luis = ana with
    {
        UserId = Guid.NewGuid(),
        Name = "Luis",
        IsOnline = false,
        Capacity = 5,
    };
    private static readonly TeamRow sales = new(
        Guid.NewGuid(),
        "Sales",
        null,
        AssignmentModes.None,
        [luis.UserId]
    );
    private static readonly ChannelRouting phone = new(
        Guid.NewGuid(),
        ChannelTypes.WhatsApp,
        "Store",
        ChannelStatuses.Active,
        AssignmentModes.RoundRobin,
        TeamId: null,
        HandBack: true,
        new WorkingHours
        {
            TimeZone = "America/Bogota",
            Week = [WorkingSpan.Of(DayOfWeek.Monday, "09:00", "24:00")],
        },
        FirstResponseMinutes: 15,
        MaxAttachmentMb: null,
        [ana.UserId]
    );

    private readonly FakeRoutingData data = new();

    public RoutingPageTests()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo("en-GB");
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddLocalization();
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton<IRoutingData>(data);
        Services.AddScoped<BrowserTime>();
        ComponentFactories.AddStub<SettingsTabs>();
        AddAuthorization().SetAuthorized("olga");
    }

    [Fact]
    public void Channels_should_be_listed_with_who_answers_when_and_by_when()
    {
        var row = ById(Open(), "routing-channel");
        row.TextContent.ShouldContain("Ana: In turn");
        row.TextContent.ShouldContain("Mon (America/Bogota)");
        row.TextContent.ShouldContain("answer within 15 min");
        row.QuerySelector("a")!
            .GetAttribute("href")
            .ShouldBe($"/t/acme/settings/routing?channel={phone.Id:D}");
    }

    [Fact]
    public void Form_should_show_what_is_and_save_it_unchanged_as_a_whole()
    {
        var page = Open(phone.Id);
        ById(page, "routing-form").Submit();

        var saved = data.Saved.Single();
        (saved with { Hours = WorkingHours.Always, Members = null }).ShouldBe(
            new SetChannelRouting(
                phone.Id,
                phone.AssignmentMode,
                phone.TeamId,
                phone.HandBack,
                WorkingHours.Always,
                phone.FirstResponseMinutes,
                phone.MaxAttachmentMb
            )
        );
        saved.Hours.TimeZone.ShouldBe("America/Bogota");
        saved.Hours.Week.ShouldBe(phone.Hours.Week);
        saved.Members.ShouldBe([ana.UserId]);
        Services
            .GetRequiredService<NavigationManager>()
            .Uri.ShouldEndWith("/t/acme/settings/routing");
    }

    [Fact]
    public void Hours_should_be_added_changed_and_taken_away()
    {
        var page = Open(phone.Id);
        page.Find("[data-testid=hours-Monday] [data-testid=hours-remove]").Click();
        page.Find("[data-testid=hours-Tuesday] [data-testid=hours-add]").Click();
        page.Find("[data-testid=hours-Tuesday] [data-testid=hours-until]").Change("13:30");
        page.Find("[data-testid=hours-Tuesday] [data-testid=hours-add]").Click();
        page.FindAll("[data-testid=hours-Tuesday] [data-testid=hours-until]")[1].Change("17:00");
        ById(page, "holiday-date").Change("2026-12-25");
        ById(page, "holiday-add").Click();
        ById(page, "routing-form").Submit();

        var hours = data.Saved.Single().Hours;
        hours.Week.ShouldBe([
            WorkingSpan.Of(DayOfWeek.Tuesday, "09:00", "13:30"),
            WorkingSpan.Of(DayOfWeek.Tuesday, "13:30", "17:00"),
        ]);
        hours.Holidays.ShouldBe([new DateOnly(2026, 12, 25)]);
    }

    [Fact]
    public void Chosen_hours_without_any_should_not_become_around_the_clock()
    {
        var page = Open(phone.Id);
        page.Find("[data-testid=hours-Monday] [data-testid=hours-remove]").Click();
        ById(page, "routing-form").Submit();
        data.Saved.ShouldBeEmpty();
        ById(page, "hours-problem").TextContent.ShouldContain("at least one day");
    }

    [Theory]
    [InlineData("en", "time zone")]
    [InlineData("es", "zona horaria")]
    public void Each_problem_should_stand_at_its_field_and_keep_what_was_typed(
        string language,
        string said
    )
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(language);
        data.Answer = new Error(
            ErrorKind.Invalid,
            "channel.routing",
            "wrong",
            new Dictionary<string, string> { ["timeZone"] = "x", ["firstResponse"] = "x" }
        );
        var page = Open(phone.Id);
        ById(page, "hours-zone").Change("Europe/Nowhere");
        ById(page, "routing-minutes").Change("x");
        ById(page, "routing-form").Submit();

        data.Saved.Single().FirstResponseMinutes.ShouldBe(-1);
        ById(page, "hours-zone-problem").TextContent.ShouldContain(said);
        ById(page, "hours-zone").GetAttribute("value").ShouldBe("Europe/Nowhere");
        ById(page, "routing-minutes-problem").ShouldNotBeNull();
        ById(page, "routing-problem").ShouldNotBeNull();
    }

    [Fact]
    public void Pool_should_say_who_is_there_and_how_much_room_they_have()
    {
        var page = Open(phone.Id);
        ById(page, "routing-pool").TextContent.ShouldContain("Agents: 1, online: 1");
        ById(page, "routing-pool").TextContent.ShouldContain("Free places: 17");
        ById(page, "routing-team").Change(sales.Id.ToString());
        ById(page, "routing-pool").TextContent.ShouldContain("Agents: 1, online: 0");
        ById(page, "routing-pool").TextContent.ShouldContain("Free places: 5");
    }

    [Fact]
    public void Capacity_should_be_saved_as_it_is_typed_and_refused_beside_it()
    {
        var page = Open();
        page.Find("[data-name=Luis] input").Change("8");
        data.Capacities.ShouldBe([(luis.UserId, 8)]);

        data.Answer = Error.Invalid("availability.invalid", "no", "capacity");
        page.Find("[data-name=Luis] input").Change("5000");
        ById(page, "capacity-problem").TextContent.ShouldContain("1,000");
    }

    [Fact]
    public void Who_may_not_manage_channels_should_be_told_so()
    {
        data.View = null;
        ById(Open(), "routing-denied").ShouldNotBeNull();
    }

    private IRenderedComponent<RoutingPage> Open(Guid? channel = null)
    {
        Services
            .GetRequiredService<NavigationManager>()
            .NavigateTo(
                $"/t/acme/settings/routing{(channel is null ? "" : $"?channel={channel}")}"
            );
        return Render<RoutingPage>(page => page.Add(p => p.Slug, "acme"));
    }

    private static IElement ById(IRenderedComponent<RoutingPage> page, string id) =>
        page.Find($"[data-testid='{id}']");

    private sealed class FakeRoutingData : IRoutingData
    {
        public RoutingView? View { get; set; } =
            new([phone], [sales], [ana, luis], new Dictionary<Guid, int> { [ana.UserId] = 3 });

        public Error? Answer { get; set; }

        public List<SetChannelRouting> Saved { get; } = [];

        public List<(Guid, int)> Capacities { get; } = [];

        public bool MaySetCapacity => true;

        public Task<RoutingView?> ListAsync(CancellationToken ct) => Task.FromResult(View);

        public Task<Result<bool>> SaveAsync(SetChannelRouting routing, CancellationToken ct)
        {
            Saved.Add(routing);
            return Task.FromResult<Result<bool>>(Answer is null ? true : Answer);
        }

        public Task<Result<bool>> SetCapacityAsync(Guid userId, int capacity, CancellationToken ct)
        {
            Capacities.Add((userId, capacity));
            return Task.FromResult<Result<bool>>(Answer is null ? true : Answer);
        }

        public Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct) =>
            Task.FromResult<IDisposable?>(null);
    }
}
