using FlameAssistant.Data.Members;
using FlameAssistant.E2E.Tests.Inbox;
using FlameAssistant.Simulator;
using FlameAssistant.Testing;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Channels;

/// <summary>A phone's number by a gateway, from the empty form to an answer in the customer's phone.</summary>
public sealed class WhatsAppWebJourneyTests(InboxApp fixture) : IClassFixture<InboxApp>
{
    private const string Session = "journey";
    private const string Customer = "5215512345678";

    [Fact]
    public async Task A_number_should_be_linked_by_its_code_and_answered_from_the_inbox()
    {
        const string Admin = "phones@cafe.test";
        await fixture.NewUserAsync(Admin, MemberRoles.Admin, firstName: "Olga");
        var admin = await fixture.NewSignedInAsync(email: Admin);
        await admin.GotoAsync($"/t/{InboxApp.Slug}/settings/channels/new/whatsapp_web");
        await Expect(admin.GetByTestId("channel-risk")).ToContainTextAsync("ban");
        await admin.GetByTestId("channel-name").FillAsync("Shop's phone");
        await admin.GetByTestId("channel-base_url").FillAsync(fixture.Simulator.Url);
        await admin.GetByTestId("channel-api_key").FillAsync("wrong");
        await admin.GetByTestId("channel-session").FillAsync(Session);
        await admin.GetByTestId("channel-connect").ClickAsync();
        await Expect(admin.GetByTestId("channel-api_key-problem")).ToBeVisibleAsync();
        await admin.GetByTestId("channel-api_key").FillAsync(SimulatorOptions.GatewayKey);
        await admin.GetByTestId("channel-connect").ClickAsync();

        await Expect(admin.GetByTestId("session-qr")).ToBeVisibleAsync();
        await admin.ShouldBeAccessibleAsync("a code to scan");
        await fixture.Simulator.PhoneAsync(Session, "scan");
        await Expect(admin.GetByTestId("session-account")).ToContainTextAsync("+5511990000001");

        await fixture.Simulator.WriteAsync(Session, Customer, "Is the shop open?", "Diego");
        await Expect(admin.GetByTestId("channel-first")).ToContainTextAsync("came in");
        await admin.GotoAsync($"/t/{InboxApp.Slug}/inbox");
        await admin.Row("Is the shop open?").ClickAsync();
        await admin.AnswerAsync("Until eight");
        await fixture.Simulator.State.WaitUntilAsync(
            () =>
                fixture
                    .Simulator.State.Conversations.Find(Session, Customer)
                    ?.Messages.Any(m => m.Text == "Until eight") == true,
            TimeSpan.FromSeconds(60)
        );
        await Expect(
                admin.Locator(
                    "[data-testid=message][data-direction=out]",
                    new() { HasText = "Until eight" }
                )
            )
            .ToHaveAttributeAsync("data-status", "delivered");

        await fixture.Simulator.TypeAsync(Session, Customer, "I wrote this on the phone");
        await Expect(
                admin.Locator(
                    "[data-testid=message][data-direction=out]",
                    new() { HasText = "on the phone" }
                )
            )
            .ToHaveCountAsync(1);
    }
}
