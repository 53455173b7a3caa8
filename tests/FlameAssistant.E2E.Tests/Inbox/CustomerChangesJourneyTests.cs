using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Inbox;

/// <summary>A customer thinks better of it on the phone, and the agent who looks sees it.</summary>
public sealed class CustomerChangesJourneyTests(InboxApp fixture) : IClassFixture<InboxApp>
{
    [Fact]
    public async Task A_customer_should_edit_and_delete_on_the_page_by_keyboard()
    {
        var customer = await fixture.NewCustomerAsync("5511988887777", "es");
        var problems = new List<string>();
        customer.PageError += (_, error) => problems.Add(error);
        var agent = await fixture.NewAgentAsync();
        await customer.WriteAsync("Two boxes, please");
        await agent.Row("Two boxes, please").ClickAsync();
        await customer.WriteAsync("My card is 4111");
        await Expect(agent.Message("My card is 4111")).ToBeVisibleAsync();

        await customer.GetByTestId("compose").FillAsync("A draft");
        await OpenAsync(customer, 0);
        await customer.ShouldBeAccessibleAsync("what one can do with a message");
        await customer.Keyboard.PressAsync("Tab");
        await customer.Keyboard.PressAsync("Enter");
        await Expect(customer.GetByTestId("compose")).ToBeFocusedAsync();
        await Expect(customer.GetByTestId("compose")).ToHaveValueAsync("Two boxes, please");
        await customer.GetByTestId("compose").FillAsync("Three boxes, please");
        await customer.Keyboard.PressAsync("Enter");

        await Expect(Bubble(customer, 0)).ToContainTextAsync("Three boxes, please");
        await Expect(Bubble(customer, 0)).ToContainTextAsync("editado");
        // What stood in the field before is there again.
        await Expect(customer.GetByTestId("compose")).ToHaveValueAsync("A draft");
        await Expect(agent.Message("Three boxes, please")).ToContainTextAsync("edited");

        await OpenAsync(customer, 1);
        await customer.GetByTestId("message-remove").Nth(1).PressAsync("Enter");
        await Expect(Bubble(customer, 1)).ToContainTextAsync("Eliminaste este mensaje.");
        await Expect(customer.GetByTestId("transcript")).Not.ToContainTextAsync("4111");
        await Expect(agent.Message("My card is 4111")).ToHaveCountAsync(0);
        await Expect(Bubble(customer, 1).GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        problems.ShouldBeEmpty();
    }

    private static ILocator Bubble(IPage customer, int number) =>
        customer.Locator(".bubble[data-direction=in]").Nth(number);

    private static async Task OpenAsync(IPage customer, int number)
    {
        var button = Bubble(customer, number).GetByTestId("message-acts");
        await button.PressAsync("Enter");
        await Expect(button).ToHaveAttributeAsync("aria-expanded", "true");
    }
}
