using FlameAssistant.Data.Members;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Inbox;

/// <summary>An admin says who answers what, when, and what to ask for; agents work by it at once.</summary>
public sealed class SettingsJourneyTests(InboxApp fixture) : IClassFixture<InboxApp>
{
    private const string Admin = "admin@cafe.test";
    private const string Luis = "luis@cafe.test";
    private const string Settings = $"/t/{InboxApp.Slug}/settings";

    [Fact]
    public async Task Teams_routing_and_fields_should_reach_the_inbox()
    {
        const string Question = "Where is my order?";
        await fixture.NewUserAsync(Admin, MemberRoles.Admin, firstName: "Olga");
        await fixture.NewUserAsync(Luis, firstName: "Luis");
        // Whoever has been here is a colleague.
        var luis = await fixture.NewAgentAsync(email: Luis);
        var agent = await fixture.NewAgentAsync();
        var admin = await fixture.NewAgentAsync(email: Admin);
        await TeamAsync(admin);
        await RoutingAsync(admin);
        await FieldsAsync(admin);

        var customer = await fixture.NewCustomerAsync("34600000101");
        await customer.WriteAsync(Question);
        await agent.Row(Question).ClickAsync();
        await Expect(agent.Message(Question)).ToBeVisibleAsync();
        await agent.GetByTestId("conversation-field-reason").SelectOptionAsync("Complaint");
        await Expect(agent.GetByTestId("event").Filter(new() { HasText = "Reason" }))
            .ToBeVisibleAsync();
        await agent.ShouldBeAccessibleAsync("own fields beside the thread");

        // By keyboard: quiet for oneself, and then somebody else's.
        await agent.GetByTestId("thread").FocusAsync();
        await agent.Keyboard.PressAsync("m");
        await Expect(agent.GetByTestId("thread-muted")).ToBeVisibleAsync();
        await Expect(agent.Row(Question).GetByTestId("row-muted")).ToBeVisibleAsync();
        await agent.GetByTestId("thread").FocusAsync();
        await agent.Keyboard.PressAsync("h");
        await agent.GetByTestId("hand-over-reason").FillAsync("Wants <b>a refund</b>");
        await agent.GetByTestId("hand-over-team").SelectOptionAsync("Refunds");
        await agent.ShouldBeAccessibleAsync("hand over");
        await agent.SubmitDialogAsync("hand-over-dialog");
        await Expect(agent.Locator("[data-kind=handoff]")).ToContainTextAsync("Wants <b>a refund");

        // The team is given its conversations in turn, and Luis is there.
        await Expect(luis.GetByTestId("tab-mine")).ToContainTextAsync("1");
        await luis.GetByTestId("tab-mine").ClickAsync();
        // From here on the rows are those of this view; a press on one that is just being replaced goes nowhere.
        await Expect(luis.GetByTestId("tab-mine")).ToHaveAttributeAsync("aria-current", "page");
        await luis.Row(Question).ClickAsync();
        await Expect(luis.Locator("[data-kind=handoff]")).ToContainTextAsync("Refunds");
        await Expect(luis.GetByTestId("conversation-field-reason")).ToHaveValueAsync("Complaint");
        await Expect(luis.GetByTestId("thread-muted")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_phone_should_hold_the_settings()
    {
        const string Boss = "boss@cafe.test";
        await fixture.NewUserAsync(Boss, MemberRoles.Admin, firstName: "Boss");
        var admin = await fixture.NewAgentAsync(
            phone: true,
            language: "es",
            dark: true,
            email: Boss
        );
        await admin.GotoAsync($"{Settings}/teams");
        await admin.GetByTestId("team-new").ClickAsync();
        await Expect(admin.GetByTestId("team-people")).ToBeVisibleAsync();
        await FitsAsync(admin, "team on a phone");
        await admin.GotoAsync($"{Settings}/routing");
        await Expect(admin.GetByTestId("capacities")).ToBeVisibleAsync();
        await FitsAsync(admin, "routing on a phone");
        await admin.GetByTestId("routing-edit").ClickAsync();
        await admin.GetByTestId("hours-week").CheckAsync();
        await Expect(admin.GetByTestId("hours-Monday")).ToBeVisibleAsync();
        await FitsAsync(admin, "routing of a channel on a phone");
        await admin.GotoAsync($"{Settings}/fields");
        await admin.GetByTestId("field-new").First.ClickAsync();
        await Expect(admin.GetByTestId("field-label")).ToBeVisibleAsync();
        await FitsAsync(admin, "field on a phone");
    }

    private static async Task TeamAsync(IPage admin)
    {
        await admin.GotoAsync($"{Settings}/teams");
        await admin.GetByTestId("team-new").ClickAsync();
        await admin.GetByTestId("team-dialog-submit").ClickAsync();
        await Expect(admin.GetByTestId("team-name-problem")).ToBeVisibleAsync();
        await admin.GetByTestId("team-name").FillAsync("Refunds");
        await admin.GetByTestId("team-mode").SelectOptionAsync("round_robin");
        await admin.Locator("[data-testid=team-people-person][data-name^=Luis]").CheckAsync();
        await admin.ShouldBeAccessibleAsync("new team");
        await admin.SubmitDialogAsync("team-dialog");
        var row = admin.Locator("[data-testid=team][data-name=Refunds]");
        await Expect(row).ToContainTextAsync("In turn");
        await Expect(row.GetByTestId("team-open")).ToHaveTextAsync("0 open");
        await admin.ShouldBeAccessibleAsync("teams");
    }

    private static async Task RoutingAsync(IPage admin)
    {
        await admin.GetByTestId("settings-tabs").GetByText("Routing").ClickAsync();
        await admin.Locator("[data-testid=capacity][data-name^=Luis] input").FillAsync("7");
        await admin.Keyboard.PressAsync("Tab");
        await Expect(admin.GetByText("7 at a time.")).ToBeVisibleAsync();
        await admin.ShouldBeAccessibleAsync("routing");
        await admin.GetByTestId("routing-edit").ClickAsync();
        await admin.GetByTestId("hours-week").CheckAsync();
        await admin.GetByTestId("hours-zone").FillAsync("Europe/Nowhere");
        await admin.GetByTestId("routing-minutes").FillAsync("0");
        await admin.GetByTestId("routing-save").ClickAsync();
        await Expect(admin.GetByTestId("hours-zone-problem")).ToBeVisibleAsync();
        await Expect(admin.GetByTestId("routing-minutes-problem")).ToBeVisibleAsync();
        await admin.ShouldBeAccessibleAsync("routing with problems");
        await admin.GetByTestId("hours-zone").FillAsync("America/Bogota");
        await admin.GetByTestId("routing-minutes").FillAsync("15");
        await admin.GetByTestId("routing-save").ClickAsync();
        await Expect(admin.GetByTestId("routing-channel")).ToContainTextAsync("America/Bogota");
        await Expect(admin.GetByTestId("routing-channel"))
            .ToContainTextAsync("answer within 15 min");
    }

    private static async Task FieldsAsync(IPage admin)
    {
        await admin.GetByTestId("settings-tabs").GetByText("Fields").ClickAsync();
        await admin.GetByTestId("fields-conversation").GetByTestId("field-new").ClickAsync();
        await admin.GetByTestId("field-label").FillAsync("Reason");
        await admin.GetByTestId("field-kind").SelectOptionAsync("choice");
        await admin.GetByTestId("field-choices").FillAsync("Order\nComplaint");
        await admin.ShouldBeAccessibleAsync("new field");
        await admin.SubmitDialogAsync("field-dialog");
        await Expect(admin.Locator("[data-testid=field][data-key=reason]")).ToBeVisibleAsync();
        await admin.ShouldBeAccessibleAsync("fields");
    }

    private static async Task FitsAsync(IPage page, string where)
    {
        await page.ShouldBeAccessibleAsync(where);
        (
            await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth")
        ).ShouldBeFalse(where);
    }
}
