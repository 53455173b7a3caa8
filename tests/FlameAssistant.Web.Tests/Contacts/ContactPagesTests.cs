using System.Globalization;
using AngleSharp.Dom;
using Bunit;
using Bunit.TestDoubles;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Web.Features.Contacts;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tests.Conversations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace FlameAssistant.Web.Tests.Contacts;

public sealed class ContactPagesTests : BunitContext
{
    private static readonly ContactRow ana = new(
        Guid.NewGuid(),
        "Ana <b>Souza</b>",
        "+5511987654321",
        "ana@example.com",
        IsBlocked: true,
        ConsentStates.OptedOut,
        "ana",
        Some.Noon,
        Some.Noon,
        ["vip"],
        ["whatsapp"],
        "{}"
    );

    private static readonly ContactProfile profile = new(
        ana.Id,
        "Ana Souza",
        "+5511987654321",
        "ana@example.com",
        IsBlocked: false,
        ConsentStates.Unknown,
        ConsentAt: null,
        "{}",
        Some.Noon,
        3,
        Some.Noon
    );

    private readonly FakeContactsData data = new();

    public ContactPagesTests()
    {
        Speak("en");
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddLocalization();
        Services.AddSingleton<TimeProvider>(new FakeTime(Some.Noon));
        Services.AddSingleton<IContactsData>(data);
        Services.AddScoped<BrowserTime>();
        AddAuthorization().SetAuthorized("olga");
    }

    [Fact]
    public void Rows_should_say_how_somebody_is_reached_and_what_holds_them_back()
    {
        data.Rows.Add(ana);
        var row = List().Find("[data-testid=contact-row]");
        row.TextContent.ShouldContain("Ana <b>Souza</b>");
        row.TextContent.ShouldContain("+55 11 98765-4321 · ana@example.com");
        row.TextContent.ShouldContain("Blocked");
        row.TextContent.ShouldContain("Opted out");
        row.GetAttribute("href").ShouldBe($"/t/acme/contacts/{ana.Id}");
    }

    [Theory]
    [InlineData("en", "", "No contacts yet")]
    [InlineData("es", "", "Todavía no hay contactos")]
    [InlineData("en", "?q=zzz", "Nobody found")]
    public void An_empty_list_should_say_what_to_do(string language, string query, string said)
    {
        Speak(language);
        List(query).Find("[data-testid=contacts-empty]").TextContent.ShouldContain(said);
    }

    [Fact]
    public void The_address_should_be_the_filter_and_filters_the_address()
    {
        var tag = Guid.NewGuid();
        var page = List(
            $"?q=ana&tag={tag}&consent=opted_out&silent=30&sort=name&blocked=true&seen=x"
        );
        var asked = data.Asked.ShouldHaveSingleItem();
        (
            asked.Search,
            asked.Consent,
            asked.SilentDays,
            asked.Sort,
            asked.Blocked,
            asked.SeenDays
        ).ShouldBe(("ana", "opted_out", 30, "name", true, null));
        asked.Tags.ShouldBe([tag]);
        ById(page, "filter-seen-7").Click();
        var address = Services.GetRequiredService<NavigationManager>().Uri;
        address.ShouldContain("seen=7");
        address.ShouldNotContain("silent");
        page.WaitForAssertion(() => data.Asked[^1].SeenDays.ShouldBe(7));
    }

    [Fact]
    public void Who_may_only_read_should_find_nothing_to_press()
    {
        data.Words = ContactWords.None;
        data.Rows.Add(ana);
        var page = List();
        foreach (var id in (string[])["contact-new", "contacts-import", "contacts-export"])
        {
            page.FindAll($"[data-testid={id}]").ShouldBeEmpty(id);
        }
        data.Profile = profile;
        var one = Open();
        foreach (
            var id in (string[])
                [
                    "contact-edit",
                    "contact-merge",
                    "contact-block",
                    "contact-erase",
                    "contact-note",
                    "consent-change",
                ]
        )
        {
            one.FindAll($"[data-testid={id}]").ShouldBeEmpty(id);
        }
    }

    [Fact]
    public void A_problem_should_stand_at_its_field_and_keep_what_was_typed()
    {
        data.Answer = ContactErrors.Invalid(new Dictionary<string, string> { ["phone"] = "x" });
        var page = List();
        ById(page, "contact-new").Click();
        ById(page, "contact-phone").Change("12");
        ById(page, "contact-phone").Closest("form")!.Submit();
        ById(page, "contact-phone-problem").TextContent.ShouldContain("telephone");
        ById(page, "contact-phone").GetAttribute("value").ShouldBe("12");
        data.Done.ShouldHaveSingleItem().ShouldBe(new CreateContact(null, "12", null));
    }

    [Fact]
    public void A_merge_should_show_what_it_does_and_take_what_is_chosen()
    {
        var bia = ana with { Id = Guid.NewGuid(), Name = "Bia" };
        data.Profile = profile with
        {
            Duplicates = [new ContactHint(bia.Id, "Bia", bia.Phone, null, "phone")],
        };
        data.Preview = new MergePreview(
            new ContactHint(ana.Id, "Ana Souza", null, null, ""),
            new ContactHint(bia.Id, "Bia", null, null, ""),
            [new MergeDifference("name", "Ana Souza", "Bia")],
            2,
            1,
            0,
            0,
            1,
            Blocks: false,
            OptsOut: true
        );
        var page = Open();
        ById(page, "contact-duplicate").TextContent.ShouldContain("Bia has the same number");
        ById(page, "duplicate-merge").Click();
        var dialog = page.Find("#merge-dialog-title").ParentElement!;
        dialog.TextContent.ShouldContain("Conversations that move: 2");
        dialog.TextContent.ShouldContain("opted out");
        ById(page, "merge-take-name").Change("on");
        dialog.QuerySelector("form")!.Submit();
        var merge = data.Done.OfType<MergeContacts>().ShouldHaveSingleItem();
        (merge.KeepId, merge.OtherId).ShouldBe((ana.Id, bia.Id));
        merge.Take.ShouldBe(["name"]);
    }

    [Fact]
    public void An_undo_should_stand_by_the_merge()
    {
        var merge = new ProfileMerge(
            Guid.NewGuid(),
            Guid.NewGuid(),
            "Bia",
            null,
            null,
            "Olga",
            Some.Noon
        );
        data.Profile = profile with { Merges = [merge] };
        ById(Open(), "merge-undo").Click();
        data.Done.ShouldHaveSingleItem().ShouldBe(new UndoMerge(merge.Id));
    }

    [Theory]
    [InlineData("en", "exactly as it is shown")]
    [InlineData("es", "exactamente como se muestra")]
    public void Erasing_should_ask_for_the_name(string language, string said)
    {
        Speak(language);
        data.Profile = profile;
        data.Answer = ContactErrors.EraseName;
        var page = Open();
        ById(page, "contact-erase").Click();
        ById(page, "erase-typed").Change("Ana");
        ById(page, "erase-typed").Closest("form")!.Submit();
        data.Done.ShouldHaveSingleItem().ShouldBe(new EraseContact(ana.Id, "Ana"));
        ById(page, "erase-typed-problem").TextContent.ShouldContain(said);
    }

    [Fact]
    public void A_contact_that_is_gone_should_be_said_to_be() =>
        Open().Find("[data-testid=contact-gone]").TextContent.ShouldContain("no such contact");

    [Fact]
    public void Columns_should_come_guessed_and_go_as_chosen()
    {
        data.Import = Import(ImportStates.Mapping);
        var page = ImportPage();
        var targets = page.FindAll("[data-testid=import-target]");
        targets.Select(t => t.GetAttribute("value")).ShouldBe(["name", "phone", ""]);
        targets[2].Change("note");
        ById(page, "import-update").Change("on");
        ById(page, "import-region").Change("BR");
        page.Find("[data-testid=import-mapping]").Submit();
        var check = data.Done.OfType<CheckImport>().ShouldHaveSingleItem();
        check.Options.Targets.ShouldBe(["name", "phone", "note"]);
        (check.Options.Region, check.Options.Updates).ShouldBe(("BR", true));
    }

    [Fact]
    public void A_check_should_say_what_would_be_and_why_rows_stay_out()
    {
        data.Import = Import(ImportStates.Checked) with { Creates = 5, Errors = 1 };
        data.Wrong.Add(
            new ImportLine(
                1,
                7,
                ["=1+1", "abc"],
                ImportOutcomes.Error,
                false,
                new Dictionary<string, string> { ["phone"] = "phone", ["tags"] = "tag" },
                null
            )
        );
        var page = ImportPage();
        ById(page, "import-count-create").TextContent.ShouldContain("5");
        var line = ById(page, "import-error").TextContent;
        line.ShouldContain("7");
        line.ShouldContain("no telephone number");
        line.ShouldContain("Tags: There is no such tag");
        ById(page, "import-start").Click();
        data.Done.OfType<StartImport>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_import_under_way_should_show_how_far_it_is()
    {
        data.Import = Import(ImportStates.Importing) with { DoneRows = 1000 };
        var page = ImportPage();
        ById(page, "import-progress").TextContent.ShouldContain("1,000 of 3,000");
        data.Import = Import(ImportStates.Done) with { DoneRows = 3000, Creates = 3000 };
        await page.InvokeAsync(data.TellAsync);
        ById(page, "import-count-create").TextContent.ShouldContain("3,000");
        page.FindAll("[data-testid=import-progress]").ShouldBeEmpty();
    }

    private static ImportView Import(string state) =>
        new(
            Guid.NewGuid(),
            "people.csv",
            state,
            ["Nombre", "Celular", "Whatever"],
            ImportOptions.None,
            3000,
            0,
            Some.Noon,
            null
        )
        {
            Samples =
            [
                ["Ana", "+55", "x"],
            ],
        };

    private static void Speak(string language) =>
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(language);

    private static IElement ById<T>(IRenderedComponent<T> page, string id)
        where T : IComponent => page.Find($"[data-testid='{id}']");

    private IRenderedComponent<ContactsPage> List(string query = "")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/t/acme/contacts{query}");
        return Render<ContactsPage>(p => p.Add(c => c.Slug, "acme"));
    }

    private IRenderedComponent<ContactPage> Open() =>
        Render<ContactPage>(p => p.Add(c => c.Slug, "acme").Add(c => c.Id, ana.Id));

    private IRenderedComponent<ImportPage> ImportPage()
    {
        Services
            .GetRequiredService<NavigationManager>()
            .NavigateTo($"/t/acme/contacts/import?id={data.Import!.Id}");
        return Render<ImportPage>(p => p.Add(c => c.Slug, "acme"));
    }
}
