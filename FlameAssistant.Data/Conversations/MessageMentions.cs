using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Data.Conversations;

/// <summary>Who is named in a note: only who can read it, else the note would be a promise that nobody keeps.</summary>
internal static class MessageMentions
{
    public const int Most = 50;

    public static async Task<Result<IReadOnlyList<Guid>>> CheckAsync(
        TenantUnit unit,
        Conversation conversation,
        IReadOnlyList<Guid> people,
        CancellationToken ct
    )
    {
        Guid[] named = [.. people.Distinct()];
        if (named.Length == 0)
        {
            return named;
        }
        var who = await ConversationAccess.WhoSeesAsync(unit, conversation, named, ct);
        return named.Length > Most || who.Count < named.Length
            ? ConversationErrors.MentionUnknown
            : named;
    }

    public static void Add(TenantUnit unit, Message message, IReadOnlyList<Guid> people)
    {
        foreach (var person in people)
        {
            unit.Db.Mentions.Add(
                new MessageMention
                {
                    MessageId = message.Id,
                    UserId = person,
                    ConversationId = message.ConversationId,
                }
            );
        }
        if (people.Count > 0)
        {
            unit.Ask(
                OutboxKinds.RaiseNotifications,
                message.Id,
                message.ConversationId,
                message.Seq
            );
        }
    }
}
