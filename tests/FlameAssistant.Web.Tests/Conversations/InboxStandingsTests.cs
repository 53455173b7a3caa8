using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Web.Features.Conversations;

namespace FlameAssistant.Web.Tests.Conversations;

/// <summary>When numbers are asked for again: whenever one of them may have moved, and not for each message.</summary>
public sealed class InboxStandingsTests
{
    private static readonly Guid me = Guid.CreateVersion7();
    private static readonly Guid conversation = Guid.CreateVersion7();
    private readonly InboxStandings standings = new();

    [Fact]
    public void Second_message_should_move_nothing_where_the_conversation_stands_as_before()
    {
        Moves(ConversationStatuses.Open, assignee: null).ShouldBeTrue();
        Moves(ConversationStatuses.Open, assignee: null).ShouldBeFalse();
    }

    [Fact]
    public void Change_of_status_or_assignee_should_move_counters()
    {
        Moves(ConversationStatuses.Pending, assignee: null);
        Moves(ConversationStatuses.Open, assignee: null).ShouldBeTrue();
        Moves(ConversationStatuses.Open, Guid.CreateVersion7()).ShouldBeTrue();
    }

    [Fact]
    public void Message_in_the_members_own_conversation_should_always_be_counted()
    {
        Moves(ConversationStatuses.Open, me).ShouldBeTrue();
        Moves(ConversationStatuses.Open, me).ShouldBeTrue();
    }

    [Fact]
    public void Conversation_that_left_or_changed_as_a_whole_should_move_counters()
    {
        Moves(ConversationStatuses.Open, assignee: null);
        standings
            .Moves(Some.Change(LiveKinds.Conversation, conversation), News(), me)
            .ShouldBeTrue();
        standings
            .Moves(Some.Change(LiveKinds.Message, conversation, 1), InboxNews.None, me)
            .ShouldBeTrue();
        Moves(ConversationStatuses.Open, assignee: null).ShouldBeTrue();
    }

    private bool Moves(string status, Guid? assignee) =>
        standings.Moves(
            Some.Change(LiveKinds.Message, conversation, 1),
            News(status, assignee),
            me
        );

    private static InboxNews News(
        string status = ConversationStatuses.Open,
        Guid? assignee = null
    ) =>
        InboxNews.None with
        {
            Standings = new Dictionary<Guid, ConversationStanding>
            {
                [conversation] = new(status, assignee),
            },
        };
}
