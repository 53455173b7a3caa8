using FlameAssistant.Data.Members;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Inbox;

/// <summary>Two agents, each at another node of one installation: they work as if they sat at the same one.</summary>
public sealed class TwoNodesTests(InboxApp fixture) : IClassFixture<InboxApp>, IAsyncLifetime
{
    private const string Ana = "ana@cafe.test";
    private const string Luis = "luis@cafe.test";
    private static bool haveJoined;
    private AppProcess second = null!;
    private IPage ana = null!;
    private IPage luis = null!;

    public async ValueTask InitializeAsync()
    {
        second = await AppProcess.StartAsync(
            fixture.Database,
            InboxApp.Settings(fixture.Simulator)
        );
        if (!haveJoined)
        {
            await fixture.NewUserAsync(Ana, MemberRoles.Manager, firstName: "Ana");
            await fixture.NewUserAsync(Luis, firstName: "Luis");
            haveJoined = true;
        }
        ana = await fixture.NewAgentAsync(email: Ana);
        luis = await fixture.NewAgentAsync(email: Luis, baseUrl: second.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await ana.Context.CloseAsync();
        await luis.Context.CloseAsync();
        await second.DisposeAsync();
    }

    [Fact]
    public async Task What_is_done_at_one_node_should_be_on_the_screen_of_another()
    {
        const string Question = "Is the green one in stock?";
        await OpenAsync("34611000001", Question);

        // Presence.
        var face = ana.GetByTestId("assign-person").Filter(new() { HasText = "Luis" });
        await ana.GetByTestId("assign").ClickAsync();
        await Expect(face).ToContainTextAsync("online");
        await luis.GetByTestId("user-menu").ClickAsync();
        await luis.GetByTestId("availability-busy").ClickAsync();
        await Expect(face).ToContainTextAsync("busy");
        await luis.Keyboard.PressAsync("Escape");

        // Given, noted, written.
        await face.ClickAsync();
        await Expect(luis.GetByTestId("assignee")).ToHaveTextAsync("Assigned to you");
        await Expect(luis.GetByTestId("event").Filter(new() { HasText = "assigned this to you" }))
            .ToBeVisibleAsync();
        await Expect(luis.GetByTestId("tab-mine")).ToContainTextAsync("1");
        await luis.GetByTestId("mode-note").ClickAsync();
        await luis.AnswerAsync("Three in the back room");
        await Expect(ana.Message("Three in the back room")).ToBeVisibleAsync();
        await luis.GetByTestId("mode-reply").ClickAsync();
        await (await luis.ComposerAsync()).PressSequentiallyAsync("Yes, th");
        await Expect(ana.GetByTestId("typing")).ToContainTextAsync("Luis is typing");

        // Who was faster is told to who was not, and nothing of either is lost.
        await ana.AnswerAsync("Yes, three of them.");
        await Expect(luis.Message("Yes, three of them.")).ToBeVisibleAsync();
        await Expect(luis.GetByTestId("composer-answered")).ToContainTextAsync("Ana");
        await Expect(luis.GetByTestId("composer")).ToHaveValueAsync("Yes, th");
        await luis.ShouldBeAccessibleAsync("answered by a colleague");
        await luis.PictureAsync("two-nodes");
        await luis.AnswerAsync("Yes, the small ones.");
        await Expect(ana.Message("Yes, the small ones.", "delivered")).ToBeVisibleAsync();
        await Expect(ana.GetByTestId("composer-answered")).ToHaveCountAsync(0);

        await luis.GetByTestId("resolve").ClickAsync();
        await Expect(ana.GetByTestId("thread-status")).ToHaveTextAsync("Resolved");
        fixture.Sent("Yes, three of them.").ShouldBe(1);
        fixture.Sent("Yes, the small ones.").ShouldBe(1);
        fixture.Simulator.Accepted().ShouldNotContain(m => m.Text == "Three in the back room");
    }

    [Fact]
    public async Task Answers_of_two_at_the_same_moment_should_each_be_sent_once_and_in_the_order_that_both_see()
    {
        await OpenAsync("34611000002", "Who of you is faster?");

        for (var i = 1; i <= 5; i++)
        {
            await Task.WhenAll(ana.AnswerAsync($"Ana {i}"), luis.AnswerAsync($"Luis {i}"));
        }

        foreach (var page in new[] { ana, luis })
        {
            for (var i = 1; i <= 5; i++)
            {
                await Expect(page.Message($"Ana {i}", "delivered")).ToHaveCountAsync(1);
                await Expect(page.Message($"Luis {i}", "delivered")).ToHaveCountAsync(1);
            }
        }
        var sent = fixture
            .Simulator.Accepted()
            .Select(m => m.Text)
            .Where(text => text?.StartsWith("Ana ") == true || text?.StartsWith("Luis ") == true)
            .ToList();
        sent.Count.ShouldBe(10);
        (await ThreadAsync(ana)).ShouldBe(sent);
        (await ThreadAsync(luis)).ShouldBe(sent);
    }

    private static async Task<IEnumerable<string>> ThreadAsync(IPage page) =>
        (
            await page.Locator("[data-testid=message][data-direction=out] .bubble > .text")
                .AllInnerTextsAsync()
        ).Select(text => text.Trim());

    private async Task OpenAsync(string customer, string question)
    {
        await fixture.WriteAsync(customer, question);
        foreach (var page in new[] { ana, luis })
        {
            await page.Row(question).ClickAsync();
            await Expect(page.Message(question)).ToBeVisibleAsync();
        }
    }
}
