using FlameAssistant.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Inbox;

/// <summary>The network goes while something is sent. What was typed is there afterwards, and the customer has it once.</summary>
public sealed class CutTests(InboxApp fixture) : IClassFixture<InboxApp>, IAsyncLifetime
{
    private CutProxy network = null!;

    public ValueTask InitializeAsync()
    {
        network = new CutProxy(fixture.App.Url);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => network.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_text_should_arrive_once_whichever_way_was_lost(bool isRequestLost)
    {
        var text = isRequestLost ? "Lost on its way there" : "Its answer was lost";
        var agent = await fixture.OpenAsync(
            isRequestLost ? "34612000001" : "34612000002",
            $"A question, {isRequestLost}",
            network.Url
        );
        var field = await agent.ComposerAsync();
        await field.FillAsync(text);
        await DraftIsAsync(text);

        if (isRequestLost)
        {
            network.SwallowRequests();
            await field.PressAsync("Enter");
        }
        else
        {
            network.SwallowAnswers();
            await field.PressAsync("Enter");
            await Eventually.IsTrueAsync(() => fixture.Sent(text) == 1);
        }
        network.Cut();
        var dialog = agent.Locator("#components-reconnect-modal");
        await Expect(dialog).ToBeVisibleAsync();
        await agent.ShouldBeAccessibleAsync("reconnecting");
        await agent.PictureAsync("network-cut");
        network.Mend();

        await Expect(dialog).ToBeHiddenAsync();
        await Expect(agent.Message(text, "delivered")).ToHaveCountAsync(1);
        await Expect(agent.GetByTestId("composer")).ToHaveValueAsync("");
        fixture.Sent(text).ShouldBe(1);
        await agent.AnswerAsync($"After: {text}");
        await Expect(agent.Message($"After: {text}", "delivered")).ToBeVisibleAsync();
        fixture.Sent(text).ShouldBe(1);
        await agent.ReloadAsync();
        await Expect(await agent.ComposerAsync()).ToHaveValueAsync("");
        await Expect(agent.Message(text)).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_note_should_stay_a_note()
    {
        var agent = await fixture.OpenAsync("34612000003", "A question with a note", network.Url);
        await agent.GetByTestId("mode-note").ClickAsync();
        await Expect(agent.Locator(".composer.note")).ToBeVisibleAsync();
        await (await agent.ComposerAsync()).FillAsync("Only among us");

        network.SwallowRequests();
        await agent.GetByTestId("composer").PressAsync("Enter");
        network.Cut();
        await Expect(agent.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        network.Mend();

        await Expect(agent.Message("Only among us")).ToHaveAttributeAsync("data-direction", "note");
        fixture.Sent("Only among us").ShouldBe(0);
    }

    [Fact]
    public async Task What_was_being_typed_should_be_in_the_field_and_known_to_the_server()
    {
        var agent = await fixture.OpenAsync("34612000004", "A question half answered", network.Url);
        network.SwallowRequests();
        await (await agent.ComposerAsync()).FillAsync("Half an answ");
        network.Cut();
        await Expect(agent.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        network.Mend();

        await Expect(agent.GetByTestId("composer")).ToHaveValueAsync("Half an answ");
        await DraftIsAsync("Half an answ");
    }

    private Task DraftIsAsync(string text) =>
        Eventually.IsTrueAsync(async () =>
            await fixture.Database.AskAsync<long>(
                $"SELECT count(*) FROM conversation_members WHERE draft = '{text}'",
                fixture.Tenant
            ) == 1
        );
}
