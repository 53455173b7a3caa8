using FlameAssistant.Simulator.WhatsApp;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Inbox;

/// <summary>The app is killed in the middle of a day's work, and started again under the same open page.</summary>
public sealed class RestartTests(InboxApp fixture) : IClassFixture<InboxApp>
{
    private static readonly LocatorAssertionsToBeVisibleOptions patiently = new()
    {
        Timeout = 60_000,
    };

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
            TimeSpan.FromSeconds(60)
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
