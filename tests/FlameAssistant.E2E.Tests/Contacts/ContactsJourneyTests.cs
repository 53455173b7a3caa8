using System.Text;
using FlameAssistant.Data.Members;
using FlameAssistant.E2E.Tests.Inbox;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Contacts;

/// <summary>A manager looks for somebody, mends them, joins two who are one, parts them again, and brings in a file.</summary>
public sealed class ContactsJourneyTests(InboxApp fixture) : IClassFixture<InboxApp>
{
    private const string Contacts = $"/t/{InboxApp.Slug}/contacts";

    [Fact]
    public async Task A_manager_should_find_mend_merge_part_and_import()
    {
        const string Manager = "manager@cafe.test";
        await fixture.NewUserAsync(Manager, MemberRoles.Manager, firstName: "Olga");
        await fixture.WriteAsync("5511987654321", "Is my order ready?");
        await fixture.WriteAsync("34600000202", "Hello from my other phone");
        var page = await fixture.NewSignedInAsync(email: Manager);
        await OpenAsync(page);
        await Expect(Row(page, "Customer 34600000202")).ToBeVisibleAsync();
        await Expect(Row(page, "Customer 5511987654321")).ToBeVisibleAsync();
        await page.ShouldBeAccessibleAsync("contacts");

        // By keyboard: to the search, to the row, to the person; by the older form of the number.
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("+55 11 8765-4321");
        await Expect(Row(page, "Customer 34600000202")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("contact-row")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("contact-title")).ToHaveTextAsync("Customer 5511987654321");

        await page.GetByTestId("contact-edit").ClickAsync();
        await page.GetByTestId("contact-name").FillAsync("Ana Souza");
        await page.GetByTestId("contact-email").FillAsync("no address");
        await page.GetByTestId("contact-dialog-submit").ClickAsync();
        await Expect(page.GetByTestId("contact-email-problem")).ToBeVisibleAsync();
        await page.ShouldBeAccessibleAsync("edit a contact");
        await page.GetByTestId("contact-email").FillAsync("ana@example.com");
        await page.SubmitDialogAsync("contact-dialog");
        await Expect(page.GetByTestId("contact-title")).ToHaveTextAsync("Ana Souza");
        await Expect(page.GetByTestId("contact-email-shown")).ToHaveTextAsync("ana@example.com");
        await page.GetByTestId("contact-note").FillAsync("Likes <b>tea</b>");
        await page.GetByTestId("contact-note-add").ClickAsync();
        await Expect(page.GetByTestId("contact-note-line")).ToContainTextAsync("Likes <b>tea</b>");
        await page.GetByTestId("consent-change").ClickAsync();
        await page.GetByTestId("consent-opted_out").CheckAsync();
        await page.SubmitDialogAsync("consent-dialog");
        await Expect(page.GetByTestId("contact-opted-out")).ToBeVisibleAsync();
        await page.ShouldBeAccessibleAsync("a contact");

        await page.GetByTestId("contact-merge").ClickAsync();
        await page.GetByTestId("merge-search").FillAsync("34600000202");
        await page.GetByTestId("merge-candidate").First.ClickAsync();
        await Expect(page.GetByTestId("merge-preview")).ToBeVisibleAsync();
        await page.ShouldBeAccessibleAsync("a merge before it is done");
        await page.SubmitDialogAsync("merge-dialog");
        await Expect(page.GetByTestId("contact-merged")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("contact-conversation")).ToHaveCountAsync(2);
        await page.GetByTestId("merge-undo").ClickAsync();
        await Expect(page.GetByTestId("contact-merged")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("contact-conversation")).ToHaveCountAsync(1);

        // Into the inbox and back.
        await page.GetByTestId("contact-conversation").ClickAsync();
        await Expect(page.Message("Is my order ready?")).ToBeVisibleAsync();
        await page.GetByTestId("open-contact").ClickAsync();
        await Expect(page.GetByTestId("contact-title")).ToHaveTextAsync("Ana Souza");

        await ImportAsync(page, "desktop");
        await OpenAsync(page);
        await page.GetByTestId("contact-search").FillAsync("Bia desktop");
        await Expect(page.GetByTestId("contact-row")).ToHaveCountAsync(1);
        await Expect(Row(page, "Bia desktop")).ToBeVisibleAsync();
        var file = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByTestId("contacts-export").ClickAsync()
        );
        var text = await File.ReadAllTextAsync((await file.PathAsync())!);
        text.ShouldContain("Bia desktop");
        text.ShouldNotContain("Ana Souza");
    }

    [Fact]
    public async Task A_phone_should_hold_contacts()
    {
        const string Boss = "boss@cafe.test";
        await fixture.NewUserAsync(Boss, MemberRoles.Admin, firstName: "Boss");
        await fixture.WriteAsync("34600000303", "From a phone");
        var page = await fixture.NewSignedInAsync(
            phone: true,
            dark: true,
            language: "es",
            email: Boss
        );
        await OpenAsync(page);
        await Expect(Row(page, "Customer 34600000303")).ToBeVisibleAsync();
        await FitsAsync(page, "contacts on a phone");
        await page.GetByTestId("contact-filters").ClickAsync();
        await Expect(page.GetByTestId("filter-seen-7")).ToBeVisibleAsync();
        await FitsAsync(page, "filters on a phone");
        await page.GetByTestId("filter-done").ClickAsync();
        await Row(page, "Customer 34600000303").ClickAsync();
        await Expect(page.GetByTestId("contact-title")).ToBeVisibleAsync();
        await FitsAsync(page, "a contact on a phone");
        await ImportAsync(page, "phone");
    }

    private static async Task ImportAsync(IPage page, string where)
    {
        await page.GotoAsync($"{Contacts}/import");
        await page.GetByTestId("import-file")
            .ChooseAsync(
                new FilePayload
                {
                    Name = "people.csv",
                    MimeType = "text/csv",
                    Buffer = Encoding.UTF8.GetBytes(
                        $"Nombre;Celular;Notas\nBia {where};+55 11 9{(where == "phone" ? 1 : 2)}000-0001;x\nRota;abc;\n"
                    ),
                }
            );
        await Expect(page.GetByTestId("import-mapping")).ToBeVisibleAsync();
        await FitsAsync(page, $"columns of a file, {where}");
        await page.GetByTestId("import-check").ClickAsync();
        await Expect(page.GetByTestId("import-count-create")).ToContainTextAsync("1");
        await Expect(page.GetByTestId("import-error")).ToContainTextAsync("abc");
        await FitsAsync(page, $"a checked file, {where}");
        await page.GetByTestId("import-start").ClickAsync();
        await Expect(page.Locator("[data-testid=import-state][data-state=done]"))
            .ToBeVisibleAsync();
        await FitsAsync(page, $"a file that came in, {where}");
    }

    private static async Task OpenAsync(IPage page)
    {
        await page.GotoAsync(Contacts);
        await Expect(page.Locator("[data-testid=contacts-page][data-ready]")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("contact-row").First).ToBeVisibleAsync();
    }

    private static ILocator Row(IPage page, string name) =>
        page.GetByTestId("contact-row").Filter(new LocatorFilterOptions { HasText = name });

    private static async Task FitsAsync(IPage page, string where)
    {
        await page.ShouldBeAccessibleAsync(where);
        (
            await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth")
        ).ShouldBeFalse(where);
    }
}
