using Bunit;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Features.Conversations;

namespace FlameAssistant.Web.Tests.Conversations;

/// <summary>The tenant's own fields beside the thread.</summary>
public sealed class FieldValuesTests : InboxContext
{
    private static readonly FieldRow points = new(
        Guid.NewGuid(),
        CustomFieldSubjects.Contact,
        "points",
        "Points",
        CustomFieldKinds.Number,
        [],
        IsRequired: false,
        IsActive: true
    );
    private static readonly FieldRow page = points with
    {
        Id = Guid.NewGuid(),
        Subject = CustomFieldSubjects.Conversation,
        Key = "page",
        Label = "Page",
        Kind = CustomFieldKinds.Url,
    };

    public FieldValuesTests()
    {
        Data.Words = InboxVocabulary.Empty with
        {
            Fields =
            [
                points,
                page,
                page with
                {
                    Id = Guid.NewGuid(),
                    Key = "off",
                    IsActive = false,
                },
            ],
        };
        var details = Some.Details();
        Data.Details = details with
        {
            Contact = details.Contact with { CustomFields = """{"points":12.5}""" },
            CustomFields = """{"page":"https://example.test/a"}""",
        };
    }

    [Fact]
    public void Values_should_be_shown_where_they_belong_and_links_open()
    {
        var inbox = Open(Data.Details.Number);
        ById(inbox, "contact-field-points").GetAttribute("value").ShouldBe("12.5");
        ById(inbox, "conversation-field-page")
            .ParentElement!.QuerySelector("a")!
            .GetAttribute("href")
            .ShouldBe("https://example.test/a");
        AllById(inbox, "conversation-field-off").ShouldBeEmpty();
    }

    [Fact]
    public void A_value_should_be_saved_when_its_field_is_left()
    {
        var inbox = Open(Data.Details.Number);
        ById(inbox, "contact-field-points").Change("20");
        ById(inbox, "conversation-field-page").Change("");
        var contact = Data.Operations.OfType<SetContactFields>().Single();
        contact.ContactId.ShouldBe(Data.Details.Contact.Id);
        contact.Values["points"].ShouldBe("20");
        Data.Operations.OfType<SetConversationFields>().Single().Values["page"].ShouldBe("");
    }

    [Fact]
    public void A_value_that_is_refused_should_stay_with_what_to_do_about_it()
    {
        Speak("es");
        Data.Refusal = FieldErrors.Values(
            "conversation.fields",
            new Dictionary<string, string> { ["page"] = "x" }
        );
        var inbox = Open(Data.Details.Number);
        ById(inbox, "conversation-field-page").Change("javascript:alert(1)");
        ById(inbox, "conversation-field-page-problem").TextContent.ShouldContain("https://");
        var field = ById(inbox, "conversation-field-page");
        field.GetAttribute("value").ShouldBe("javascript:alert(1)");
        field.ParentElement!.QuerySelector("a").ShouldBeNull();
    }

    [Fact]
    public void Who_may_not_change_should_only_read()
    {
        (Data.CanReply, Data.CanChangeContacts) = (false, false);
        var inbox = Open(Data.Details.Number);
        ById(inbox, "contact-field-points").HasAttribute("disabled").ShouldBeTrue();
        ById(inbox, "conversation-field-page").HasAttribute("disabled").ShouldBeTrue();
    }
}
