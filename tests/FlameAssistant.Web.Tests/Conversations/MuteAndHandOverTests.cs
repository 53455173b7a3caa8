using AngleSharp.Dom;
using Bunit;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Web.Features.Conversations;

namespace FlameAssistant.Web.Tests.Conversations;

public sealed class MuteAndHandOverTests : InboxContext
{
    [Fact]
    public void Mute_should_be_in_the_menu_with_its_key_and_be_taken_back()
    {
        var page = Open(7);
        var mute = ById(page, "mute");
        mute.GetAttribute("data-key").ShouldBe("m");
        mute.TextContent.ShouldContain("Mute for me");
        mute.Click();
        Data.Operations.ShouldContain(new MuteConversation(Data.Details.Id, IsMuted: true));

        ById(page, "thread-muted").TextContent.ShouldContain("Muted");
        ById(page, "mute").Click();
        Data.Operations.ShouldContain(new MuteConversation(Data.Details.Id, IsMuted: false));
    }

    [Fact]
    public void Muted_row_should_say_so()
    {
        Data.Rows.Add(Some.Row(1) with { IsMuted = true });
        Data.Rows.Add(Some.Row(2));
        var marks = AllById(Open(), "row-muted");
        marks.ShouldHaveSingleItem().GetAttribute("aria-label").ShouldBe("Muted");
    }

    [Fact]
    public void Handing_over_should_say_why_and_to_whom()
    {
        var team = Guid.NewGuid();
        Data.Words = InboxVocabulary.Empty with
        {
            Teams = [new(team, "Sales", null, AssignmentModes.None, [])],
        };
        var page = Open(7);
        ById(page, "hand-over").Click();
        ById(page, "hand-over-reason").Change("Wants a refund");
        ById(page, "hand-over-team").Change(team.ToString());
        ById(page, "hand-over-dialog-submit").Closest("form")!.Submit();
        Data.Operations.ShouldContain(new HandOver(Data.Details.Id, "Wants a refund", team));
    }

    [Theory]
    [InlineData("en", "why somebody else")]
    [InlineData("es", "por qué debe seguir")]
    public void A_refusal_should_stand_at_the_reason(string language, string said)
    {
        Speak(language);
        Data.Refusal = ConversationErrors.HandoffReason;
        var page = Open(7);
        ById(page, "hand-over").Click();
        ById(page, "hand-over-dialog-submit").Closest("form")!.Submit();
        ById(page, "hand-over-reason-problem").TextContent.ShouldContain(said);
    }

    [Theory]
    [InlineData(ConversationStatuses.Resolved, true)]
    [InlineData(ConversationStatuses.Open, false)]
    public void A_resolved_conversation_or_a_viewer_should_be_offered_no_handing_over(
        string status,
        bool canReply
    )
    {
        Data.Details = Data.Details with { Status = status };
        Data.CanReply = canReply;
        AllById(Open(7), "hand-over").ShouldBeEmpty();
    }

    [Fact]
    public void Event_should_say_who_why_and_to_whom()
    {
        Data.Messages.Add(Some.Inbound(1, "hi"));
        Data.Events.Add(
            new ThreadEvent(
                Guid.NewGuid(),
                ConversationEventKinds.Handoff,
                "member",
                Guid.NewGuid(),
                "Ana",
                null,
                new Dictionary<string, string> { ["name"] = "Sales", ["reason"] = "refund <b>" },
                Some.Noon
            )
        );
        ById(Open(7), "event")
            .TextContent.ShouldContain("Ana handed this over to Sales: refund <b>");
    }
}
