using Bunit;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Templates;
using FlameAssistant.Web.Features.Conversations;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Web.Tests.Conversations;

/// <summary>What agents do with conversations beside answering: notes, files, filters, many at once.</summary>
public sealed class InboxWorkTests : InboxContext
{
    private static readonly Colleague Luis = new(
        Guid.CreateVersion7(),
        "Luis Prado",
        AvatarUrl: null,
        CanAnswer: true,
        IsOnline: true,
        IsBusy: false,
        Capacity: 20
    );

    private static readonly TemplateRow Greeting = new(
        Guid.CreateVersion7(),
        "Greeting",
        "Hello {{contact.name}}, how can we help?{{contact.size}}",
        "general",
        [],
        Priority: 0,
        IsActive: true,
        Uses: 0,
        Some.Noon
    );

    private static readonly TagRow Vip = new(
        Guid.CreateVersion7(),
        "Urgent order",
        "#c2410c",
        Description: null,
        "general",
        IsActive: true,
        Uses: 0
    );

    public InboxWorkTests() =>
        Data.Words = InboxVocabulary.Empty with
        {
            Colleagues = [Luis],
            Templates = [Greeting],
            Tags = [Vip],
        };

    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void Events_should_stand_between_the_messages()
    {
        Data.Messages.Add(Some.Inbound(1, "before"));
        Data.Messages.Add(Some.Inbound(200, "after"));
        Data.Events.Add(Event("assigned", Some.Noon.AddMinutes(-29), ("name", Luis.Name)));

        var page = Open(7);

        ById(page, "event").TextContent.ShouldContain("Ana assigned this to Luis Prado");
        page.FindAll("[data-testid=message], [data-testid=event]")
            .Select(line => line.GetAttribute("data-testid"))
            .ShouldBe(["message", "event", "message"]);
    }

    [Fact]
    public async Task Only_those_to_whom_one_may_give_should_be_offered()
    {
        Data.CanAssignAnybody = false;
        var page = Open(7);
        AllById(page, "assign-person").ShouldBeEmpty();

        Data.Words = Data.Words with
        {
            Teams =
            [
                new(
                    Guid.CreateVersion7(),
                    "Sales",
                    Description: null,
                    AssignmentModes.None,
                    [Data.MeId, Luis.UserId]
                ),
            ],
        };
        await page.InvokeAsync(() => Data.ChangeAsync(Some.Change(LiveKinds.Vocabulary)));

        page.WaitForAssertion(() =>
            ById(page, "assign-person").TextContent.ShouldContain("Luis Prado")
        );
        AllById(page, "assign-team").Count.ShouldBe(1);
    }

    [Fact]
    public void Every_kind_of_event_should_have_a_sentence()
    {
        foreach (
            var kind in typeof(ConversationEventKinds)
                .GetFields()
                .Select(field => (string)field.GetRawConstantValue()!)
        )
        {
            Data.Events.Add(Event(kind, Some.Noon, ("name", "VIP"), ("to", "open")));
        }

        var page = Open(7);

        foreach (var line in AllById(page, "event"))
        {
            var kind = line.GetAttribute("data-kind")!;
            line.TextContent.ShouldNotContain("Event.", Case.Sensitive, kind);
            line.TextContent.ShouldNotContain("{", Case.Sensitive, kind);
            if (kind.Contains('_'))
            {
                line.TextContent.ShouldNotContain(kind);
            }
        }
    }

    [Fact]
    public void Note_should_mention_whom_the_list_offers()
    {
        var page = Open(7);
        ById(page, "mode-note").Click();

        Type(page, "Ask @lu");
        ById(page, "suggestion").TextContent.ShouldContain("Luis Prado");
        ById(page, "suggestion").Click();
        ById(page, "composer").GetAttribute("value").ShouldBe("Ask @Luis Prado ");
        Send(page);

        Data.SentTexts.Single().IsPrivate.ShouldBeTrue();
        Data.SentTexts.Single().Mentions.ShouldBe([Luis.UserId]);
    }

    [Fact]
    public void Slash_should_offer_templates_with_their_places_filled()
    {
        var page = Open(7);

        Type(page, "/gre");
        ById(page, "template-preview").TextContent.ShouldContain("Hello Lucía Fernández");
        ById(page, "suggestion").Click();

        ById(page, "composer")
            .GetAttribute("value")
            .ShouldBe("Hello Lucía Fernández, how can we help?");
        ById(page, "composer-missing").TextContent.ShouldContain("contact.size");
        Send(page);
        Data.SentTexts.Single().TemplateId.ShouldBe(Greeting.Id);
    }

    [Fact]
    public void Enter_on_a_slash_should_take_the_template_and_send_nothing()
    {
        var page = Open(7);

        Type(page, "/gre");
        Send(page);

        Data.Sent.ShouldBeEmpty();
        ById(page, "composer").GetAttribute("value")!.ShouldStartWith("Hello Lucía");
    }

    [Fact]
    public void Quoted_message_should_go_with_the_answer()
    {
        Data.Messages.Add(Some.Inbound(1, "Which size?"));
        var page = Open(7);

        ById(page, "quote").Click();
        ById(page, "composer-quote").TextContent.ShouldContain("Which size?");
        Type(page, "The large one");
        Send(page);

        Data.SentTexts.Single().Quoted!.Id.ShouldBe(Data.Messages[0].Id);
        AllById(page, "composer-quote").ShouldBeEmpty();
    }

    [Fact]
    public async Task Answer_of_a_colleague_should_warn_who_was_writing()
    {
        Data.Messages.Add(Some.Inbound(1, "Hello?"));
        var page = Open(7);
        Type(page, "I will look into it");
        AllById(page, "composer-answered").ShouldBeEmpty();

        Data.Messages.Add(Some.Outbound(2, "Done already", MessageStatuses.Sent));
        await page.InvokeAsync(() =>
            Data.ChangeAsync(Some.Change(LiveKinds.Message, Data.Details.Id, 2))
        );

        page.WaitForAssertion(() =>
            ById(page, "composer-answered").TextContent.ShouldContain("Bruno answered meanwhile")
        );
    }

    [Fact]
    public void File_should_be_a_chip_and_go_without_words()
    {
        var page = Open(7);

        page.FindComponents<InputFile>()[^1]
            .UploadFiles(InputFileContent.CreateFromText("%PDF", "offer.pdf"));

        page.WaitForAssertion(() => ById(page, "upload").TextContent.ShouldContain("offer.pdf"));
        page.WaitForAssertion(() =>
            ById(page, "upload").HasAttribute("data-upload-ready").ShouldBeTrue()
        );
        Send(page);
        Data.SentTexts.Single().Files.Single().FileName.ShouldBe("offer.pdf");
        AllById(page, "upload").ShouldBeEmpty();
    }

    [Fact]
    public void Typing_of_a_colleague_should_show_and_end()
    {
        var page = Open(7);

        Data.OnTyping(Data.Details.Id, Luis.UserId);
        page.WaitForAssertion(() =>
            ById(page, "typing").TextContent.ShouldBe("Luis Prado is typing…")
        );

        Time.Advance(TimeSpan.FromSeconds(7));
        page.WaitForAssertion(() => ById(page, "typing").TextContent.ShouldBeEmpty());
    }

    [Fact]
    public void What_was_not_read_should_begin_with_a_line()
    {
        Data.UnreadIn = 1;
        Data.Messages.Add(Some.Inbound(1, "old"));
        Data.Messages.Add(Some.Inbound(2, "new"));

        var page = Open(7);

        ById(page, "new-line")
            .NextElementSibling!.GetAttribute("data-id")
            .ShouldBe(Data.Messages[1].Id.ToString());
    }

    [Fact]
    public void Filters_should_be_in_the_address_and_reach_the_list()
    {
        var page = Open();

        ById(page, "filter-priority-urgent").Click();
        page.FindAll("[data-testid=filter-option]")
            .Single(option => option.TextContent == Vip.Name)
            .Click();

        Navigation.Uri.ShouldContain("priority=urgent");
        Navigation.Uri.ShouldContain($"tag={Vip.Id}");
        page.WaitForAssertion(() =>
        {
            Data.Asked!.Tags.ShouldBe([Vip.Id]);
            Data.Asked!.Priorities.ShouldBe(["urgent"]);
        });
    }

    [Theory]
    [InlineData("?view=mine&status=resolved&priority=high,urgent&wait=60")]
    [InlineData("?view=mentions&tag=0198c0de-0000-7000-8000-000000000001&q=hola%20mundo")]
    [InlineData("")]
    public void Filter_should_be_what_its_address_says(string query) =>
        InboxFilter.From(query).Query.Replace("%2C", ",", StringComparison.Ordinal).ShouldBe(query);

    [Fact]
    public void Filter_nobody_could_choose_should_be_left_out() =>
        InboxFilter
            .From("?view=evil&status=%27&tag=x,y&wait=-4&priority=none")
            .ShouldBe(new InboxFilter());

    [Fact]
    public void Several_should_be_changed_at_once()
    {
        Data.Rows.AddRange([Some.Row(1), Some.Row(2), Some.Row(3)]);
        var page = Open();

        AllById(page, "choose")[0].Change(true);
        AllById(page, "choose")[2].Change(true);
        ById(page, "bulk-count").TextContent.ShouldContain("2");
        ById(page, "bulk-resolve").Click();

        var change = Data.Operations.OfType<ChangeConversations>().Single();
        change.Change.ShouldBe(new BulkChange.Status(ConversationStatuses.Resolved));
        change.ConversationIds.Count.ShouldBe(2);
        page.WaitForAssertion(() => AllById(page, "bulk").ShouldBeEmpty());
    }

    [Fact]
    public void Found_message_should_lead_to_its_place()
    {
        Data.Messages.AddRange([Some.Inbound(1, "one"), Some.Inbound(2, "two")]);
        var found = Data.Messages[0];
        Navigation.NavigateTo($"/t/acme/inbox/7?m={found.Id}");

        var page = Open(7);

        ById(page, "message").GetAttribute("data-found").ShouldBe("true");
        AllById(page, "to-newest").Count.ShouldBe(1);
        ById(page, "to-newest").Click();
        page.WaitForAssertion(() => AllById(page, "message").Count.ShouldBe(2));
    }

    [Fact]
    public void Search_should_show_where_the_words_are_as_text()
    {
        Data.Found.Add(
            new FoundMessage(
                Guid.CreateVersion7(),
                Guid.CreateVersion7(),
                9,
                "Lucía",
                "whatsapp",
                IsFromMe: false,
                IsPrivate: false,
                Some.Noon,
                [new("<b>the ", IsMatch: false), new("invoice", IsMatch: true)]
            )
        );
        Navigation.NavigateTo("/t/acme/inbox?q=invoice");

        var page = Open();

        var hit = ById(page, "found-message");
        hit.QuerySelector("mark")!.TextContent.ShouldBe("invoice");
        hit.TextContent.ShouldContain("<b>the");
        hit.GetAttribute("href")!.ShouldStartWith("/t/acme/inbox/9?q=invoice&m=");
    }

    [Fact]
    public void Picture_place_and_contact_should_be_shown()
    {
        Data.Messages.Add(
            Some.Inbound(1, "") with
            {
                MessageType = "image",
                Files =
                [
                    new(
                        Guid.CreateVersion7(),
                        "image",
                        "cat.jpg",
                        "image/jpeg",
                        2048,
                        640,
                        480,
                        HasThumbnail: true,
                        AttachmentStates.Stored,
                        ErrorMessage: null
                    ),
                ],
                Reactions = [new("👍", "contact", Guid.CreateVersion7())],
            }
        );
        Data.Messages.Add(
            Some.Inbound(2, "Café Flor") with
            {
                MessageType = "location",
                Metadata = """{"location":{"latitude":40.4,"longitude":-3.7}}""",
            }
        );
        Data.Messages.Add(
            Some.Inbound(3, "") with
            {
                MessageType = "contacts",
                Metadata =
                    """{"contacts":[{"name":{"formatted_name":"Eva"},"phones":[{"phone":"+34 600"}]}]}""",
            }
        );

        var page = Open(7);

        var image = page.Find("[data-testid=message-file] img");
        image.GetAttribute("src")!.ShouldStartWith("/t/acme/files/");
        image.GetAttribute("src")!.ShouldEndWith("?thumb=1");
        ById(page, "reactions").TextContent.ShouldContain("👍");
        ById(page, "message-place").GetAttribute("href")!.ShouldContain("mlat=40.4");
        ById(page, "message-contact").TextContent.ShouldContain("Eva");
    }

    private static ThreadEvent Event(
        string kind,
        DateTimeOffset at,
        params (string Name, string Value)[] data
    ) =>
        new(
            Guid.CreateVersion7(),
            kind,
            "member",
            Guid.CreateVersion7(),
            "Ana",
            Luis.UserId,
            data.ToDictionary(d => d.Name, d => d.Value, StringComparer.Ordinal),
            at
        );
}
