using Bunit;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;

namespace FlameAssistant.Web.Tests.Conversations;

/// <summary>Approved templates and choices, from the composer of a WhatsApp conversation.</summary>
public sealed class TemplateDialogTests : InboxContext
{
    private const string Reminder = """
        [{"type":"BODY","text":"Hola {{1}}, te esperamos el {{2}}.","example":{"body_text":[["Ana","lunes"]]}},
         {"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Sí, voy"}]}]
        """;

    private void OnWhatsApp(DateTimeOffset? windowEnds)
    {
        Data.Details = Data.Details with
        {
            Channel = Data.Details.Channel with { Type = "whatsapp", Status = "active" },
            WindowExpiresAt = windowEnds,
        };
        Data.Approved.Add(
            new ChannelTemplate
            {
                Id = Guid.CreateVersion7(),
                Name = "reminder",
                Language = "es",
                Components = Reminder,
            }
        );
    }

    [Fact]
    public void Closed_window_should_offer_templates_and_send_one_with_its_values()
    {
        OnWhatsApp(Some.Noon.AddHours(-1));
        var page = Open(7);

        ById(page, "composer-approved").Click();
        ById(page, "approved-body-1").Change("Ana");
        ById(page, "approved-body-2").Change("lunes 3");
        page.Find("[data-testid='approved-dialog'] form").Submit();

        var sent = Data.SentTexts.ShouldHaveSingleItem();
        sent.Approved!.Name.ShouldBe("reminder");
        sent.Approved.Values["body.2"].ShouldBe("lunes 3");
        sent.Text.ShouldBe("Hola Ana, te esperamos el lunes 3.");
    }

    [Fact]
    public void Missing_value_should_be_said_at_its_field_in_the_readers_language()
    {
        Speak("es");
        OnWhatsApp(Some.Noon.AddHours(-1));
        var page = Open(7);

        ById(page, "composer-approved").Click();
        page.Find("[data-testid='approved-dialog'] form").Submit();

        Data.SentTexts.ShouldBeEmpty();
        ById(page, "approved-body-2-problem").TextContent.ShouldContain("Rellena este campo");
        ById(page, "approved-view").TextContent.ShouldContain("{{2}}");
    }

    [Fact]
    public void Value_should_name_what_the_workspaces_own_templates_may_name()
    {
        OnWhatsApp(Some.Noon.AddHours(5));
        var page = Open(7);

        ById(page, "approved").Click();
        ById(page, "approved-body-1").Change("{{contact.name}}");
        ById(page, "approved-body-2").Change("lunes");
        page.Find("[data-testid='approved-dialog'] form").Submit();

        Data.SentTexts.ShouldHaveSingleItem()
            .Approved!.Values["body.1"]
            .ShouldBe(Data.Details.Contact.Name);
    }

    [Fact]
    public void Refused_template_should_stay_in_the_dialog_and_go_again_by_the_same_key()
    {
        OnWhatsApp(Some.Noon.AddHours(5));
        Data.OnSend = _ =>
            Task.FromResult<Result<Guid>>(ChannelTemplateErrors.NotApproved("paused"));
        var page = Open(7);
        ById(page, "approved").Click();
        ById(page, "approved-body-1").Change("Ana");
        ById(page, "approved-body-2").Change("lunes");

        page.Find("[data-testid='approved-dialog'] form").Submit();
        ById(page, "approved-dialog-problem").TextContent.ShouldContain("Choose another");
        page.Find("[data-testid='approved-dialog'] form").Submit();

        Data.SentTexts.Select(t => t.Key).Distinct().ShouldHaveSingleItem();
        Data.SentTexts.Count.ShouldBe(2);
    }

    [Fact]
    public void Buttons_should_be_made_from_what_was_typed()
    {
        OnWhatsApp(Some.Noon.AddHours(5));
        var page = Open(7);
        Type(page, "Which one?");

        ById(page, "rich").Click();
        ById(page, "rich-text").GetAttribute("value").ShouldBe("Which one?");
        ById(page, "rich-button-0").Change("Standard");
        ById(page, "rich-button-1").Change("Express");
        page.Find("[data-testid='rich-dialog'] form").Submit();

        var sent = Data.SentTexts.ShouldHaveSingleItem();
        sent.Rich!.Buttons.ShouldBe([new("Standard", "choice_1"), new("Express", "choice_2")]);
        ById(page, "composer").GetAttribute("value").ShouldBeNullOrEmpty();
    }

    [Fact]
    public void Contact_should_go_and_leave_what_was_typed()
    {
        OnWhatsApp(Some.Noon.AddHours(5));
        var page = Open(7);
        Type(page, "And my question?");

        ById(page, "rich").Click();
        ById(page, "rich-card").Click();
        ById(page, "rich-card-name").Change("Bruno Díaz ");
        ById(page, "rich-card-phone").Change("+55 11 98888-7777");
        page.Find("[data-testid='rich-dialog'] form").Submit();

        var sent = Data.SentTexts.ShouldHaveSingleItem();
        (sent.Rich!.Card, sent.Text).ShouldBe(
            (new MessageCard("Bruno Díaz", "+55 11 98888-7777"), "")
        );
        ById(page, "composer").GetAttribute("value").ShouldBe("And my question?");
    }

    [Fact]
    public void Place_that_is_none_should_be_said_at_its_field()
    {
        OnWhatsApp(Some.Noon.AddHours(5));
        var page = Open(7);

        ById(page, "rich").Click();
        ById(page, "rich-place").Click();
        ById(page, "rich-latitude").Change("north");
        page.Find("[data-testid='rich-dialog'] form").Submit();

        Data.SentTexts.ShouldBeEmpty();
        ById(page, "rich-latitude-problem").TextContent.ShouldContain("latitude");
    }
}
