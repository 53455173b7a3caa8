using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Inbox;

/// <summary>An agent whose words and files take longer to the server than their hands to the next thing.</summary>
public sealed class SlowLineTests(InboxApp fixture) : IClassFixture<InboxApp>
{
    [Fact]
    public async Task Files_that_are_dropped_one_after_the_other_should_all_arrive()
    {
        var agent = await OpenAsync("34614000001", "Send me the papers");

        await agent.EvaluateAsync(
            """
            async () => {
              const pane = document.querySelector("[data-testid=composer]").closest("section.pane");
              for (const name of ["one.txt", "two.txt", "three.txt"]) {
                const dataTransfer = new DataTransfer();
                dataTransfer.items.add(new File([`The ${name}`], name, { type: "text/plain" }));
                pane.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
                await new Promise((next) => setTimeout(next, 50));
              }
            }
            """
        );

        await Expect(agent.Locator("[data-upload-ready]")).ToHaveCountAsync(3);
        await Expect(agent.Locator("[data-upload-ready]"))
            .ToContainTextAsync(["one.txt", "two.txt", "three.txt"]);
        await agent.GetByTestId("composer-send").ClickAsync();
        await Expect(agent.GetByTestId("message-file")).ToHaveCountAsync(3);
        await Expect(agent.GetByTestId("upload")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Letters_should_stay_as_they_are_typed()
    {
        const string Text = "The quick brown fox jumps over the lazy dog, and back again. 😀";
        var agent = await OpenAsync("34614000002", "Do you type fast?");
        var field = agent.GetByTestId("composer");

        await field.PressSequentiallyAsync(Text, new() { Delay = 25 });
        await field.PressAsync("Enter");
        await field.PressSequentiallyAsync("And at once the next.", new() { Delay = 25 });
        await Expect(agent.Message(Text, "delivered")).ToBeVisibleAsync();
        await Expect(field).ToHaveValueAsync("And at once the next.");

        var search = agent.GetByTestId("search");
        await search.PressSequentiallyAsync("quick brown fox", new() { Delay = 120 });
        await Expect(agent.GetByTestId("found-message").First).ToBeVisibleAsync();
        await Expect(search).ToHaveValueAsync("quick brown fox");
    }

    private async Task<IPage> OpenAsync(string customer, string question)
    {
        var agent = await fixture.NewSignedInAsync();
        await SlowLine.BeginAsync(agent);
        await agent.GotoAsync($"/t/{InboxApp.Slug}/inbox");
        await agent.KeysAsync();
        await fixture.WriteAsync(customer, question);
        await agent.Row(question).ClickAsync();
        await Expect(agent.Message(question)).ToBeVisibleAsync();
        await agent.ComposerAsync();
        return agent;
    }
}
