using System.Text.Json;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>What somebody did afterwards with a message: changed it, took it back, or reacted to it.</summary>
/// <param name="TargetExternalId">The provider's id of the message that it is about.</param>
/// <param name="Kind">One of <see cref="MessageEventKinds"/>.</param>
/// <param name="EventId">The provider's id of this event; a repeated one changes nothing.</param>
/// <param name="Identities">Every name the provider gives the customer, strongest first; never empty.</param>
/// <param name="Text">The new text of an edit; the emoji of a reaction, empty when it was taken away.</param>
/// <param name="IsEcho">By us, on the phone or in the provider's inbox.</param>
public sealed record InboundMessageEvent(
    string TargetExternalId,
    string Kind,
    string EventId,
    IReadOnlyList<InboundIdentity> Identities,
    DateTimeOffset ProviderAt,
    string Text = "",
    bool IsEcho = false
);

/// <summary>Values of <c>parked_events.kind</c>, beside the status.</summary>
public static class MessageEventKinds
{
    public const string Edit = "edit";
    public const string Delete = "delete";
    public const string Reaction = "reaction";
}

/// <summary>Applies an event to its message, or parks it until the message comes.</summary>
public sealed record ApplyMessageEvent(Guid ChannelId, InboundMessageEvent Event)
    : ITenantOperation<bool>
{
    /// <returns>Whether the message changed.</returns>
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        await ParkedEvents.LockAsync(unit, ChannelId, Event.TargetExternalId, ct);
        var found =
            await unit
                .Db.Messages.Where(m =>
                    m.ChannelId == ChannelId && m.ExternalMessageId == Event.TargetExternalId
                )
                .Select(m => new { m.Id, m.ConversationId })
                .SingleOrDefaultAsync(ct)
            ?? (
                await Albums.FindAsync(unit, ChannelId, Event.TargetExternalId, ct) is { } album
                    ? new { album.Id, album.ConversationId }
                    : null
            );
        if (found is null)
        {
            await ParkedEvents.ParkAsync(unit, ChannelId, Event, ct);
            return false;
        }
        var (messageId, conversationId) = (found.Id, found.ConversationId);
        // The conversation before the message, as everywhere.
        var conversation = await unit
            .Db.Conversations.FromSql(
                $"SELECT * FROM conversations WHERE id = {conversationId} FOR UPDATE"
            )
            .SingleAsync(ct);
        var message = await unit
            .Db.Messages.FromSql($"SELECT * FROM messages WHERE id = {messageId} FOR UPDATE")
            .SingleAsync(ct);
        var changed = await MessageEvents.ApplyAsync(unit, conversation, message, Event, ct);
        await unit.Db.SaveChangesAsync(ct);
        return changed;
    }
}

internal static class MessageEvents
{
    private const int EmptyReactionsSince = 14;

    public static async Task<bool> ApplyAsync(
        TenantUnit unit,
        Conversation conversation,
        Message message,
        InboundMessageEvent happened,
        CancellationToken ct
    )
    {
        var at = happened.ProviderAt < unit.Now ? happened.ProviderAt : unit.Now;
        var changed = happened.Kind switch
        {
            MessageEventKinds.Reaction => await ReactAsync(
                unit,
                conversation,
                message,
                happened,
                at,
                ct
            ),
            // Nobody changes or takes back what the other side wrote.
            _ when message.IsFromMe != happened.IsEcho || message.DeletedAt is not null => false,
            MessageEventKinds.Edit => Edit(
                message,
                await Albums.EditedAsync(unit, message, happened, ct),
                at
            ),
            MessageEventKinds.Delete => Delete(message, at),
            _ => false,
        };
        if (!changed)
        {
            return false;
        }
        conversation.Rev++;
        message.Rev = conversation.Rev;
        if (
            happened.Kind != MessageEventKinds.Reaction
            && message.OccurredAt == conversation.LastMessageAt
        )
        {
            conversation.LastMessagePreview = message.DeletedAt is null
                ? ReceiveMessage.Preview(message.Content)
                : "";
        }
        unit.Raise(LiveKinds.Message, conversation.Id, message.Seq);
        return true;
    }

    private static bool Edit(Message message, string text, DateTimeOffset at)
    {
        if (message.EditedAt >= at && message.Content == text || message.EditedAt > at)
        {
            return false;
        }
        message.Content = text;
        message.EditedAt = at;
        return true;
    }

    private static bool Delete(Message message, DateTimeOffset at)
    {
        message.DeletedAt = at;
        return true;
    }

    private static async Task<bool> ReactAsync(
        TenantUnit unit,
        Conversation conversation,
        Message message,
        InboundMessageEvent happened,
        DateTimeOffset at,
        CancellationToken ct
    )
    {
        // A conversation is with one contact: a reaction that is not ours is theirs.
        var (sender, type) = happened.IsEcho
            ? (Guid.Empty, SenderTypes.User)
            : (conversation.ContactId, SenderTypes.Contact);
        var emoji = StorableText.Clean(happened.Text).Trim();
        if (emoji.Length > 50)
        {
            return false;
        }
        if (unit.Tenant.SchemaVersion < EmptyReactionsSince)
        {
            return await ReactBeforeAsync(unit, message, sender, type, emoji, at, ct);
        }
        // One that is taken back stays as an empty one, so that an older one that comes late does not bring it back. Of two
        // at one moment taking back is the later, and else the one that comes last.
        var changed = await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO message_reactions (message_id, sender_id, sender_type, emoji, reacted_at)
            VALUES ({message.Id}, {sender}, {type}, {emoji}, {at})
            ON CONFLICT (message_id, sender_id) DO UPDATE SET emoji = excluded.emoji, reacted_at = excluded.reacted_at
             WHERE message_reactions.emoji <> excluded.emoji
               AND (message_reactions.reacted_at < excluded.reacted_at
                    OR message_reactions.reacted_at = excluded.reacted_at AND message_reactions.emoji <> '')
            """,
            ct
        );
        return changed > 0;
    }

    /// <summary>In a tenant that waits for its upgrade.</summary>
    private static async Task<bool> ReactBeforeAsync(
        TenantUnit unit,
        Message message,
        Guid sender,
        string type,
        string emoji,
        DateTimeOffset at,
        CancellationToken ct
    )
    {
        var mine = unit.Db.Reactions.Where(r => r.MessageId == message.Id && r.SenderId == sender);
        if (await mine.AnyAsync(r => r.ReactedAt > at, ct))
        {
            return false;
        }
        var changed =
            emoji.Length == 0
                ? await mine.ExecuteDeleteAsync(ct)
                : await unit.Db.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO message_reactions (message_id, sender_id, sender_type, emoji, reacted_at)
                    VALUES ({message.Id}, {sender}, {type}, {emoji}, {at})
                    ON CONFLICT (message_id, sender_id) DO UPDATE SET emoji = excluded.emoji, reacted_at = excluded.reacted_at
                     WHERE message_reactions.emoji <> excluded.emoji
                    """,
                    ct
                );
        return changed > 0;
    }

    public static InboundMessageEvent? Read(string payload) =>
        JsonSerializer.Deserialize<InboundMessageEvent>(payload);
}
