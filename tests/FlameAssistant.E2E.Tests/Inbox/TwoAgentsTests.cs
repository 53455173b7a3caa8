using FlameAssistant.Data.Members;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Inbox;

/// <summary>Two agents at once, each in a browser of their own: what one does the other sees without asking.</summary>
public sealed class TwoAgentsTests(InboxApp fixture) : IClassFixture<InboxApp>
{
    private const string Ana = "ana@cafe.test";
    private const string Luis = "luis@cafe.test";

    [Fact]
    public async Task What_one_agent_does_should_be_on_the_others_screen()
    {
        const string Question = "Do you still have the blue one?";
        await fixture.NewUserAsync(Luis, firstName: "Luis");
        await fixture.NewUserAsync(Ana, MemberRoles.Manager, firstName: "Ana");
        var ana = await fixture.NewAgentAsync(email: Ana);
        var luis = await fixture.NewAgentAsync(email: Luis);
        await AskAsync("34600000001", Question);
        await ana.Row(Question).ClickAsync();
        await luis.Row(Question).ClickAsync();
        await Expect(luis.Message(Question)).ToBeVisibleAsync();

        // By keyboard: a opens the menu, and the name narrows it.
        await ana.GetByTestId("thread").FocusAsync();
        await ana.Keyboard.PressAsync("a");
        await Expect(ana.Locator("#pop-assign [data-filter]")).ToBeFocusedAsync();
        await ana.Keyboard.TypeAsync("Luis");
        await Expect(ana.Locator("[data-testid=assign-person]:visible")).ToHaveCountAsync(1);
        await ana.Keyboard.PressAsync("Enter");
        await Expect(ana.GetByTestId("assignee")).ToHaveTextAsync("Assigned to Luis");
        await Expect(luis.GetByTestId("assignee")).ToHaveTextAsync("Assigned to you");
        await Expect(luis.GetByTestId("event").Filter(new() { HasText = "assigned this to you" }))
            .ToBeVisibleAsync();
        await Expect(luis.GetByTestId("tab-mine")).ToContainTextAsync("1");

        await ana.GetByTestId("mode-note").ClickAsync();
        await (await ana.ComposerAsync()).PressSequentiallyAsync("Please look, @Lui");
        await Expect(ana.GetByTestId("suggestion")).ToHaveCountAsync(1);
        await Expect(ana.GetByTestId("suggestion")).ToContainTextAsync("Luis");
        await ana.ShouldBeAccessibleAsync("note with a mention");
        await ana.GetByTestId("composer").PressAsync("Enter");
        await Expect(ana.GetByTestId("composer")).ToHaveValueAsync("Please look, @Luis ");
        await ana.GetByTestId("composer").PressAsync("Enter");
        await Expect(luis.Message("Please look, @Luis")).ToBeVisibleAsync();
        await luis.GetByTestId("tab-mentions").ClickAsync();
        await Expect(luis.Row("Customer 34600000001")).ToBeVisibleAsync();
        await Expect(luis.GetByTestId("tab-mentions")).ToContainTextAsync("1");

        // Who writes is seen, and who answered first is said.
        await ana.GetByTestId("mode-reply").ClickAsync();
        await Expect(ana.GetByTestId("mode-reply")).ToHaveAttributeAsync("aria-pressed", "true");
        await (await ana.ComposerAsync()).PressSequentiallyAsync("Yes, we");
        await Expect(luis.GetByTestId("typing")).ToContainTextAsync("is typing");
        await luis.AnswerAsync("Yes, three of them.");
        await Expect(ana.GetByTestId("composer-answered")).ToContainTextAsync("Luis");
        await Expect(ana.GetByTestId("composer")).ToHaveValueAsync("Yes, we");

        await luis.GetByTestId("thread").FocusAsync();
        await luis.Keyboard.PressAsync("e");
        await Expect(ana.GetByTestId("thread-status")).ToHaveTextAsync("Resolved");
        await ana.PictureAsync("two-agents");
    }

    [Fact]
    public async Task A_phone_should_hold_the_same_work()
    {
        const string Text =
            "<b>hello</b><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>";
        var agent = await fixture.NewAgentAsync(phone: true, language: "es");
        await AskAsync("34600000002", Text);
        await AskAsync("34600000003", new string('x', 4_000));
        await agent.Row("<b>hello</b>").ClickAsync();
        await Expect(agent.Message("<script>")).ToBeVisibleAsync();

        await agent.GetByTestId("assign").ClickAsync();
        await agent.ShouldBeAccessibleAsync("assign on a phone");
        await agent.GetByTestId("assign-me").ClickAsync();
        await Expect(agent.GetByTestId("assignee")).ToHaveTextAsync("Asignada a ti");
        await agent.GetByTestId("mode-note").ClickAsync();
        await agent.AnswerAsync(Text);
        await Expect(agent.Message("<script>")).ToHaveCountAsync(2);
        await agent
            .GetByTestId("attach-input")
            .ChooseAsync(
                new FilePayload
                {
                    Name = "note.txt",
                    MimeType = "text/plain",
                    Buffer = "words"u8.ToArray(),
                }
            );
        await Expect(agent.Locator("[data-upload-ready]")).ToContainTextAsync("note.txt");
        await agent.GetByTestId("composer-send").ClickAsync();
        await Expect(agent.GetByTestId("message-file")).ToContainTextAsync("note.txt");
        (await agent.EvaluateAsync<bool>("'hacked' in window")).ShouldBeFalse();
        (
            await agent.EvaluateAsync<int>("document.documentElement.scrollWidth")
        ).ShouldBeLessThanOrEqualTo(390);
        await agent.ShouldBeAccessibleAsync("thread on a phone");
        await agent.PictureAsync("phone-work");

        await agent.Locator("[data-back]").ClickAsync();
        await agent.Row("xxxx").ClickAsync();
        await Expect(agent.Message("xxxx")).ToBeVisibleAsync();
        (
            await agent.EvaluateAsync<int>("document.documentElement.scrollWidth")
        ).ShouldBeLessThanOrEqualTo(390);
    }

    [Fact]
    public async Task A_search_should_lead_to_the_message()
    {
        await AskAsync("34600000004", "The zanahoria invoice never came");
        var agent = await fixture.NewAgentAsync();
        await Expect(agent.Row("zanahoria")).ToBeVisibleAsync();

        await agent.Keyboard.PressAsync("/");
        await agent.Keyboard.TypeAsync("zanahoria");
        await agent.GetByTestId("found-message").ClickAsync();

        await Expect(agent.Locator("[data-found]")).ToContainTextAsync("zanahoria invoice");
        await agent.ShouldBeAccessibleAsync("search");
        await agent.PictureAsync("search");
    }

    private async Task AskAsync(string customer, string text)
    {
        using var http = new HttpClient { BaseAddress = new Uri(fixture.Simulator.Url) };
        using var content = new StringContent(
            System.Text.Json.JsonSerializer.Serialize(
                new
                {
                    from = customer,
                    name = $"Customer {customer}",
                    text,
                }
            ),
            System.Text.Encoding.UTF8,
            "application/json"
        );
        using var written = await http.PostAsync(
            $"/simulator/channels/{InboxApp.Account}/messages",
            content
        );
        written.EnsureSuccessStatusCode();
    }
}
