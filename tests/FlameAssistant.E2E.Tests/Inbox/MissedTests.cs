using FlameAssistant.Data.Members;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Inbox;

/// <summary>While one node is away the work goes on at another; the screen that waited shows all of it, and counts right.</summary>
public sealed class MissedTests(InboxApp fixture) : IClassFixture<InboxApp>
{
    private const string Ana = "ana@cafe.test";

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

        await Expect(agent.Message("Noted while it was away"))
            .ToBeVisibleAsync(new() { Timeout = 60_000 });
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
}
