using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// An album is one message, and each of its parts a file of it with the part's own id: UNIQUE (external_part_id, message_id)
/// decides between copies. What the message says is made of its parts, so that it is the same in whatever order they come.
/// </summary>
internal static class Albums
{
    /// <summary>The message that a part belongs to.</summary>
    public static async Task<Place?> FindAsync(
        TenantUnit unit,
        Guid channelId,
        string partId,
        CancellationToken ct
    )
    {
        var type = await unit
            .Db.Channels.Where(c => c.Id == channelId)
            .Select(c => c.Type)
            .SingleOrDefaultAsync(ct);
        if (type is null || !ChannelRules.Of(type).HasAlbums)
        {
            return null;
        }
        return (
            await unit
                .Db.Database.SqlQuery<Place>(
                    $"""
                    SELECT m.id, m.conversation_id FROM message_attachments a JOIN messages m ON m.id = a.message_id
                     WHERE a.external_part_id = {partId} AND m.channel_id = {channelId}
                    """
                )
                .ToListAsync(ct)
        ).SingleOrDefault();
    }

    /// <summary>What an answer to an album names: its first part. Null for any other message.</summary>
    public static async Task<string?> FirstPartAsync(
        TenantUnit unit,
        Guid messageId,
        CancellationToken ct
    ) =>
        (
            await unit
                .Db.Database.SqlQuery<string>(
                    $"""
                    SELECT external_part_id AS "Value" FROM message_attachments
                     WHERE message_id = {messageId} AND external_part_id IS NOT NULL ORDER BY position LIMIT 1
                    """
                )
                .ToListAsync(ct)
        ).SingleOrDefault();

    /// <summary>Puts a part into the album's message, which is there already.</summary>
    public static async Task<ReceivedMessage> AddAsync(
        TenantUnit unit,
        Guid channelId,
        Place place,
        InboundMessage part,
        CancellationToken ct
    )
    {
        var conversation = await unit
            .Db.Conversations.FromSql(
                $"SELECT * FROM conversations WHERE id = {place.ConversationId} FOR UPDATE"
            )
            .SingleAsync(ct);
        var isFirst = !await unit
            .Db.Attachments.Where(a => a.MessageId == place.Id)
            .AnyAsync(a => a.Position < part.PartPlace, ct);
        foreach (var media in part.Media)
        {
            if (!await AttachAsync(unit, place.Id, part, media, ct))
            {
                return ReceivedMessage.Duplicate;
            }
        }
        var message = await unit
            .Db.Messages.FromSql($"SELECT * FROM messages WHERE id = {place.Id} FOR UPDATE")
            .SingleAsync(ct);
        message.Content = await TextAsync(unit, place.Id, ct);
        if (isFirst)
        {
            message.Metadata = part.Metadata;
            message.MessageType = part.Type;
        }
        var occurredAt = part.ProviderAt < unit.Now ? part.ProviderAt : unit.Now;
        message.OccurredAt = occurredAt < message.OccurredAt ? occurredAt : message.OccurredAt;
        message.ProviderAt =
            part.ProviderAt < message.ProviderAt ? part.ProviderAt : message.ProviderAt;
        conversation.Rev++;
        message.Rev = conversation.Rev;
        if (occurredAt > conversation.LastMessageAt)
        {
            conversation.LastMessageAt = occurredAt;
        }
        if (message.Seq == conversation.Seq)
        {
            conversation.LastMessagePreview = ReceiveMessage.Preview(message.Content);
            conversation.LastMessageType = message.MessageType;
        }
        await unit.Db.SaveChangesAsync(ct);
        await ParkedEvents.ApplyAsync(unit, channelId, part.PartId!, message, ct);
        unit.Raise(LiveKinds.Message, conversation.Id, message.Seq);
        return new ReceivedMessage(message.Id, conversation.Id, IsNew: false);
    }

    /// <returns>False when the part is there already.</returns>
    public static async Task<bool> AttachAsync(
        TenantUnit unit,
        Guid messageId,
        InboundMessage part,
        InboundMedia media,
        CancellationToken ct
    )
    {
        var id = Guid.CreateVersion7(unit.Now);
        var state = media.Refusal is null ? AttachmentStates.Pending : AttachmentStates.Failed;
        var inserted = await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO message_attachments
              (id, message_id, kind, file_name, content_type, external_id, state, error_message, position, external_part_id, caption)
            VALUES
              ({id}, {messageId}, {media.Kind}, {media.FileName}, {media.ContentType}, {media.ExternalId}, {state}, {media.Refusal},
               {part.PartPlace}, {part.PartId}, {part.Text})
            ON CONFLICT (external_part_id, message_id) WHERE external_part_id IS NOT NULL DO NOTHING
            """,
            ct
        );
        if (inserted > 0 && media.Refusal is null)
        {
            Outbox.OutboxWriter.Ask(unit, Outbox.OutboxKinds.FetchMedia, id, id, 0);
        }
        return inserted > 0;
    }

    /// <summary>The message's text after an edit: of a part's caption, it is all captions together.</summary>
    public static async Task<string> EditedAsync(
        TenantUnit unit,
        Message message,
        InboundMessageEvent happened,
        CancellationToken ct
    )
    {
        if (message.ExternalMessageId == happened.TargetExternalId)
        {
            return happened.Text;
        }
        await unit.Db.Database.ExecuteSqlAsync(
            $"UPDATE message_attachments SET caption = {happened.Text} WHERE message_id = {message.Id} AND external_part_id = {happened.TargetExternalId}",
            ct
        );
        return await TextAsync(unit, message.Id, ct);
    }

    private static async Task<string> TextAsync(
        TenantUnit unit,
        Guid messageId,
        CancellationToken ct
    ) =>
        (
            await unit
                .Db.Database.SqlQuery<string>(
                    $"""
                    SELECT coalesce(string_agg(caption, E'\n' ORDER BY position, external_part_id) FILTER (WHERE caption <> ''), '') AS "Value"
                      FROM message_attachments WHERE message_id = {messageId}
                    """
                )
                .ToListAsync(ct)
        ).Single();

    internal sealed record Place(Guid Id, Guid ConversationId);
}
