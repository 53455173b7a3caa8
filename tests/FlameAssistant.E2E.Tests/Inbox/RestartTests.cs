using FlameAssistant.Data.Members;
using FlameAssistant.Simulator.WhatsApp;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Inbox;

/// <summary>The app is killed in the middle of a day's work, and started again under the same open page.</summary>
public sealed class RestartTests(InboxApp fixture) : IClassFixture<InboxApp>
{
    private const string Ana = "ana@cafe.test";
    private static readonly LocatorAssertionsToBeVisibleOptions patiently = new()
    {
        Timeout = 60_000,
    };

    [Fact]
    public async Task A_screen_should_show_all_that_it_missed()
    {
        const string Mine = "Open on the screen";
        const string Other = "Resolved meanwhile";
        await using var second = await AppProcess.StartAsync(
            fixture.Database,
            InboxApp.Settings(fixture.Simulator)
        );
        await fixture.NewUserAsync(Ana, MemberRoles.Manager, firstName: "Ana");
        var ana = await fixture.NewAgentAsync(email: Ana, baseUrl: second.Url);
        await fixture.WriteAsync("34613000001", Other);
        var agent = await fixture.OpenAsync("34613000002", Mine);
        await Expect(agent.Row(Other)).ToBeVisibleAsync();
        await Expect(agent.GetByTestId("tab-unassigned")).ToContainTextAsync("2");
        await (await agent.ComposerAsync()).FillAsync("Half a sentence");

        await fixture.App.KillAsync();
        await Expect(agent.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await ana.Row(Other).ClickAsync();
        await ana.GetByTestId("resolve").ClickAsync();
        await Expect(ana.GetByTestId("thread-status")).ToHaveTextAsync("Resolved");
        await ana.Row(Mine).ClickAsync();
        await Expect(ana.Message(Mine)).ToBeVisibleAsync();
        await ana.GetByTestId("assign").ClickAsync();
        await ana.GetByTestId("assign-person").Filter(new() { HasText = "Lucía" }).ClickAsync();
        await ana.GetByTestId("mode-note").ClickAsync();
        await ana.AnswerAsync("Noted while it was away");
        await Expect(ana.Message("Noted while it was away")).ToBeVisibleAsync();
        // By the node that is there: Meta is told of no particular one.
        var channel = await fixture.Database.AskAsync<Guid>(
            "SELECT id FROM integrations",
            fixture.Tenant
        );
        fixture.Simulator.Add(
            InboxApp.Account,
            $"{second.Url}/webhooks/whatsapp/{channel}",
            "app-secret"
        );
        await fixture.WriteAsync("34613000002", "Are you still there?");
        await fixture.WriteAsync("34613000003", "Somebody new");
        await Expect(ana.Row("Somebody new")).ToBeVisibleAsync();
        await fixture.App.StartAsync();
        fixture.Simulator.Add(
            InboxApp.Account,
            $"{fixture.App.Url}/webhooks/whatsapp/{channel}",
            "app-secret"
        );

        await Expect(agent.Message("Noted while it was away")).ToBeVisibleAsync(patiently);
        await Expect(agent.Message("Are you still there?")).ToBeVisibleAsync();
        await Expect(agent.GetByTestId("event").Filter(new() { HasText = "assigned this to you" }))
            .ToBeVisibleAsync();
        await Expect(agent.GetByTestId("assignee")).ToHaveTextAsync("Assigned to you");
        await Expect(agent.GetByTestId("composer")).ToHaveValueAsync("Half a sentence");
        await Expect(agent.GetByTestId("tab-mine")).ToContainTextAsync("1");
        await Expect(agent.GetByTestId("tab-unassigned")).ToContainTextAsync("1");
        await Expect(agent.Row(Other)).ToHaveCountAsync(0);
        var rows = agent.GetByTestId("conversation-row");
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(rows.First).ToContainTextAsync("Somebody new");
        await Expect(rows.First.GetByTestId("unread")).ToContainTextAsync("1");
        await agent.PictureAsync("after-a-restart");
    }

    [Fact]
    public async Task A_message_that_was_on_its_way_should_say_that_nobody_knows()
    {
        var agent = await fixture.OpenAsync("34613000004", "Asked before the crash");
        fixture.Simulator.State.Channels.SetFaults(
            InboxApp.Account,
            new ChannelFaults { DelayMs = 300_000, Times = 1 }
        );
        await agent.AnswerAsync("Between two lives");
        await fixture.Simulator.State.WaitForMessageAsync(
            m => m.Text == "Between two lives",
            TimeSpan.FromSeconds(20)
        );

        await fixture.App.KillAsync();
        await fixture.Database.ExecuteAsync(
            "UPDATE shared.outbox SET available_at = created_at WHERE leased_by IS NOT NULL"
        );
        await fixture.App.StartAsync();

        await Expect(agent.Message("Between two lives", "unknown")).ToBeVisibleAsync(patiently);
        await Expect(await agent.ComposerAsync()).ToHaveValueAsync("");
        await agent.AnswerAsync("And a next one");
        await Expect(agent.Message("And a next one", "delivered")).ToBeVisibleAsync();
        await Expect(agent.Message("Between two lives")).ToHaveCountAsync(1);
        fixture.Simulator.State.Outbox.All().Count(m => m.Text == "Between two lives").ShouldBe(1);
    }

    [Fact]
    public async Task A_text_that_never_reached_the_app_should_be_sent_once_by_the_next_one()
    {
        await using var network = new CutProxy(fixture.App.Url);
        var agent = await fixture.OpenAsync("34613000005", "Asked into the dark", network.Url);
        await (await agent.ComposerAsync()).FillAsync("Typed into the dark");
        network.SwallowRequests();
        await agent.GetByTestId("composer").PressAsync("Enter");

        await fixture.App.KillAsync();
        await Expect(agent.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        network.Mend();
        await fixture.App.StartAsync();

        await Expect(agent.Message("Typed into the dark", "delivered")).ToBeVisibleAsync(patiently);
        await Expect(agent.GetByTestId("composer")).ToHaveValueAsync("");
        fixture.Sent("Typed into the dark").ShouldBe(1);
    }
}
