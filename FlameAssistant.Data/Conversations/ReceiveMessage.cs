using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// Takes a customer's message into its conversation: contact, conversation and message in one transaction. May run any
/// number of times, on any nodes at once: UNIQUE (channel_id, external_message_id) decides, and what lost leaves nothing.
/// </summary>
/// <param name="ReplyWindow">How long after it a free text may be sent on this channel; null when always.</param>
/// <param name="ReopenWithin">A conversation resolved for longer is not reopened: a new one starts.</param>
public sealed record ReceiveMessage(
    Guid ChannelId,
    string Platform,
    InboundMessage Message,
    TimeSpan? ReplyWindow,
    TimeSpan ReopenWithin
) : ITenantOperation<ReceivedMessage>
{
    private const int PreviewLength = 160;

    public async Task<Result<ReceivedMessage>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var db = unit.Db;
        if (Message.IsGroup && !await TakesGroupsAsync(unit, ct))
        {
            return ReceivedMessage.Duplicate;
        }
        await ParkedEvents.LockAsync(unit, ChannelId, Message.ExternalId, ct);
        if (Message.PartId is { } partId)
        {
            await ParkedEvents.LockAsync(unit, ChannelId, partId, ct);
        }
        var known = await db
            .Messages.Where(m =>
                m.ChannelId == ChannelId && m.ExternalMessageId == Message.ExternalId
            )
            .Select(m => new Albums.Place(m.Id, m.ConversationId))
            .SingleOrDefaultAsync(ct);
        if (known is not null)
        {
            return Message.PartId is null
                ? ReceivedMessage.Duplicate
                : await Albums.AddAsync(unit, ChannelId, known, Message, ct);
        }
        var marked = Message.IsEcho && ChannelRules.Of(Platform).HasMarks;
        if (marked)
        {
            await ContactMarks.LockAsync(unit, ChannelId, Message.Identities[0], ct);
        }

        var contactId = await ContactResolution.ResolveAsync(
            unit,
            ChannelId,
            Message.Identities,
            Message.ProfileName,
            ct
        );
        if (
            Message is { IsEcho: true, IsTyped: false }
            && ChannelRules.Of(Platform).EchoesWithoutName
            && await EchoTwins.AdoptAsync(unit, ChannelId, contactId, Message, ct) is { } own
        )
        {
            return own;
        }
        var occurredAt = Message.ProviderAt < unit.Now ? Message.ProviderAt : unit.Now;
        var place = await TakePlaceAsync(unit, contactId, occurredAt, ct);
        var id = Guid.CreateVersion7(unit.Now);
        var inserted = await InsertAsync(unit, id, contactId, occurredAt, place, ct);
        if (inserted == 0)
        {
            // Another copy was faster; the error's rollback takes back the contact and the place in the conversation.
            return ReceivedMessage.LostRace;
        }
        await FollowAsync(unit, id, place, occurredAt, ct);
        if (place.Was is null && ChannelRules.Of(Platform).LooksUpNames)
        {
            await AskNameAsync(unit, contactId, ct);
        }
        await ParkedEvents.ApplyAsync(unit, ChannelId, Message.ExternalId, ct);
        if (Message.PartId is not null || marked)
        {
            var message = await db.Messages.SingleAsync(m => m.Id == id, ct);
            if (Message.PartId is { } part)
            {
                await ParkedEvents.ApplyAsync(unit, ChannelId, part, message, ct);
            }
            if (marked)
            {
                await ContactMarks.ApplyAsync(unit, ChannelId, Message.Identities, message, ct);
            }
        }
        unit.Raise(LiveKinds.Message, place.Id, place.Seq);
        return new ReceivedMessage(id, place.Id, IsNew: true);
    }

    private Task<bool> TakesGroupsAsync(TenantUnit unit, CancellationToken ct) =>
        unit
            .Db.Database.SqlQuery<bool>(
                $"""
                SELECT EXISTS (SELECT FROM integrations
                                WHERE id = {ChannelId} AND config ->> {ChannelRules.GroupsSetting} = 'true') AS "Value"
                """
            )
            .SingleAsync(ct);

    /// <summary>What a customer's message asks of others: somebody to answer, somebody to know, a clock.</summary>
    private async Task FollowAsync(
        TenantUnit unit,
        Guid messageId,
        Place place,
        DateTimeOffset occurredAt,
        CancellationToken ct
    )
    {
        await AttachAsync(unit, messageId, ct);
        if (Message.WantsAnswer)
        {
            unit.Ask(OutboxKinds.AcknowledgeMessage, messageId, messageId, 0);
            await unit.Db.SaveChangesAsync(ct);
        }
        // What a blocked contact writes is kept, and calls nobody.
        if (Message.IsEcho || place.IsBlocked)
        {
            return;
        }
        if (place.Was is ConversationStatuses.Resolved or ConversationStatuses.Snoozed)
        {
            unit.Note(
                place.Id,
                place.Was == ConversationStatuses.Resolved
                    ? ConversationEventKinds.Reopened
                    : ConversationEventKinds.Woken
            );
        }
        if (place.AssignedTo is not null || place.HasFollowers)
        {
            unit.Ask(OutboxKinds.RaiseNotifications, messageId, place.Id, place.Seq);
        }
        if (place.AssignedTo is null && place.Assigns)
        {
            ChangeConversation.AskForAssignment(unit, place.Id);
        }
        if (place.FirstResponseMinutes is { } minutes && place.WaitingSince == occurredAt)
        {
            await ResponseClock.StartAsync(unit, place.Id, ChannelId, minutes, ct);
        }
        await unit.Db.SaveChangesAsync(ct);
    }

    /// <summary>Once per conversation: who has no name at the provider either is not asked for with every message.</summary>
    private static async Task AskNameAsync(TenantUnit unit, Guid contactId, CancellationToken ct)
    {
        if (await unit.Db.Contacts.AnyAsync(c => c.Id == contactId && c.Name == null, ct))
        {
            unit.Ask(OutboxKinds.NameContact, contactId, contactId, 0);
            await unit.Db.SaveChangesAsync(ct);
        }
    }

    private async Task AttachAsync(TenantUnit unit, Guid messageId, CancellationToken ct)
    {
        if (Message.PartId is not null)
        {
            foreach (var media in Message.Media)
            {
                await Albums.AttachAsync(unit, messageId, Message, media, ct);
            }
            await unit.Db.SaveChangesAsync(ct);
            return;
        }
        for (var i = 0; i < Message.Media.Count; i++)
        {
            var media = Message.Media[i];
            var file = new MessageAttachment
            {
                Id = Guid.CreateVersion7(unit.Now),
                MessageId = messageId,
                Kind = media.Kind,
                FileName = media.FileName,
                ContentType = media.ContentType,
                ExternalId = media.ExternalId,
                Position = i,
            };
            unit.Db.Attachments.Add(file);
            if (media.Refusal is { } refusal)
            {
                file.State = AttachmentStates.Failed;
                file.ErrorMessage = refusal;
                continue;
            }
            if (media.Stored is { } stored)
            {
                file.Take(stored);
                continue;
            }
            unit.Ask(OutboxKinds.FetchMedia, file.Id, file.Id, 0);
        }
        if (Message.Media.Count > 0)
        {
            await unit.Db.SaveChangesAsync(ct);
        }
    }

    /// <summary>Takes the conversation's row lock, which orders its messages, and the next place in it.</summary>
    private async Task<Place> TakePlaceAsync(
        TenantUnit unit,
        Guid contactId,
        DateTimeOffset occurredAt,
        CancellationToken ct
    )
    {
        var inbound = Message.IsEcho ? 0 : 1;
        var direction = Message.IsEcho ? "out" : "in";
        var preview = Preview(Message.Text);
        var window = Message.IsEcho ? null : occurredAt + ReplyWindow;
        var waiting = Message.IsEcho ? (DateTimeOffset?)null : occurredAt;
        var reopenAfter = unit.Now - ReopenWithin;

        var place = (
            await unit
                .Db.Database.SqlQuery<Place>(
                    $"""
                    UPDATE conversations c SET
                      seq = seq + 1, rev = rev + 1, inbound_seq = inbound_seq + {inbound},
                      -- An echo is a person who answered elsewhere: the assistant has it no more.
                      status = CASE WHEN {inbound} = 1 AND status IN ('snoozed', 'resolved') OR {inbound} = 0 AND status = 'pending'
                        THEN 'open' ELSE status END,
                      resolved_at = CASE WHEN {inbound} = 1 THEN NULL ELSE resolved_at END,
                      snoozed_until = CASE WHEN {inbound} = 1 THEN NULL ELSE snoozed_until END,
                      last_message_preview = CASE WHEN {occurredAt} >= last_message_at THEN {preview} ELSE last_message_preview END,
                      last_message_direction = CASE WHEN {occurredAt} >= last_message_at THEN {direction} ELSE last_message_direction END,
                      last_message_type = CASE WHEN {occurredAt} >= last_message_at THEN {Message.Type} ELSE last_message_type END,
                      waiting_since = CASE WHEN {inbound} = 1 THEN coalesce(waiting_since, {waiting}) ELSE NULL END,
                      first_response_at = CASE WHEN {inbound} = 0 AND inbound_seq > 0 THEN coalesce(first_response_at, {occurredAt}) ELSE first_response_at END,
                      response_state = CASE WHEN {inbound} = 1 THEN response_state ELSE 'none' END,
                      response_due_at = CASE WHEN {inbound} = 1 THEN response_due_at END,
                      window_expires_at = greatest(window_expires_at, {window}),
                      last_message_at = greatest(last_message_at, {occurredAt})
                      FROM (SELECT id AS found, status AS was FROM conversations
                        WHERE channel_id = {ChannelId} AND contact_id = {contactId} AND merged_into IS NULL
                          AND (status <> 'resolved' OR coalesce(resolved_at, last_message_at) > {reopenAfter})
                        ORDER BY status = 'resolved', last_message_at DESC LIMIT 1 FOR UPDATE) f
                     WHERE c.id = f.found
                    RETURNING c.id, seq, rev, was, assigned_to, waiting_since,
                      EXISTS (SELECT FROM conversation_members m WHERE m.conversation_id = c.id AND m.is_participant) AS has_followers,
                      coalesce((SELECT t.assignment_mode FROM teams t WHERE t.id = c.team_id),
                               (SELECT i.assignment_mode FROM integrations i WHERE i.id = c.channel_id)) <> 'none' AS assigns,
                      (SELECT i.first_response_minutes FROM integrations i WHERE i.id = c.channel_id) AS first_response_minutes,
                      (SELECT b.is_blocked FROM contacts b WHERE b.id = c.contact_id) AS is_blocked
                    """
                )
                .ToListAsync(ct)
        ).SingleOrDefault();
        if (place is not null)
        {
            return place;
        }

        return (
            await unit
                .Db.Database.SqlQuery<Place>(
                    $"""
                    INSERT INTO conversations
                      (id, contact_id, channel_id, platform, status, seq, rev, inbound_seq, last_message_at, last_message_preview,
                       last_message_direction, last_message_type, waiting_since, window_expires_at, created_at)
                    VALUES
                      ({Guid.CreateVersion7(
                        unit.Now
                    )}, {contactId}, {ChannelId}, {Platform}, 'open', 1, 1, {inbound}, {occurredAt}, {preview},
                       {direction}, {Message.Type}, {waiting}, {window}, {unit.Now})
                    ON CONFLICT (channel_id, contact_id) WHERE status <> 'resolved' DO UPDATE SET
                      seq = conversations.seq + 1, rev = conversations.rev + 1,
                      inbound_seq = conversations.inbound_seq + {inbound},
                      last_message_at = greatest(conversations.last_message_at, excluded.last_message_at),
                      last_message_preview = excluded.last_message_preview,
                      last_message_direction = excluded.last_message_direction,
                      last_message_type = excluded.last_message_type,
                      waiting_since = coalesce(conversations.waiting_since, excluded.waiting_since),
                      window_expires_at = greatest(conversations.window_expires_at, excluded.window_expires_at)
                    RETURNING id, seq, rev, NULL AS was, assigned_to, waiting_since, false AS has_followers,
                      (SELECT i.assignment_mode FROM integrations i WHERE i.id = conversations.channel_id) <> 'none' AS assigns,
                      (SELECT i.first_response_minutes FROM integrations i WHERE i.id = conversations.channel_id) AS first_response_minutes,
                      (SELECT b.is_blocked FROM contacts b WHERE b.id = {contactId}) AS is_blocked
                    """
                )
                .ToListAsync(ct)
        ).Single();
    }

    private async Task<int> InsertAsync(
        TenantUnit unit,
        Guid id,
        Guid contactId,
        DateTimeOffset occurredAt,
        Place place,
        CancellationToken ct
    )
    {
        var senderType = Message.IsEcho ? SenderTypes.User : SenderTypes.Contact;
        var senderId = Message.IsEcho ? (Guid?)null : contactId;
        var status = Message.IsEcho ? MessageStatuses.Sent : MessageStatuses.Received;
        var interactions = Message.IsEcho ? 0 : 1;
        var quoted = await QuotedAsync(unit, ct);
        DateTimeOffset? providerAt =
            Message.ProviderAt == InboundMessage.NoTime ? null : Message.ProviderAt;
        return (
            await unit
                .Db.Database.SqlQuery<int>(
                    $"""
                    WITH message AS (
                      INSERT INTO messages
                        (id, conversation_id, channel_id, external_message_id, seq, rev, sender_type, sender_id, content,
                         message_type, is_from_me, status, quoted_message_id, metadata, occurred_at, provider_at, created_at)
                      VALUES
                        ({id}, {place.Id}, {ChannelId}, {Message.ExternalId}, {place.Seq}, {place.Rev}, {senderType}, {senderId}, {Message.Text},
                         {Message.Type}, {Message.IsEcho}, {status},
                         coalesce({quoted}, (SELECT q.id FROM messages q WHERE q.channel_id = {ChannelId} AND q.external_message_id = {Message.QuotedExternalId})),
                         {Message.Metadata}::jsonb, {occurredAt}, {providerAt}, {unit.Now})
                      ON CONFLICT (channel_id, external_message_id) DO NOTHING
                      RETURNING id),
                    contact AS (
                      UPDATE contacts SET last_interaction_at = greatest(last_interaction_at, {occurredAt}),
                                          interaction_count = interaction_count + {interactions}
                       WHERE id = {contactId} AND EXISTS (SELECT FROM message))
                    SELECT count(*)::int AS "Value" FROM message
                    """
                )
                .ToListAsync(ct)
        ).Single();
    }

    /// <summary>The album whose part is answered; anything else is found by its id.</summary>
    private async Task<Guid?> QuotedAsync(TenantUnit unit, CancellationToken ct) =>
        Message.QuotedExternalId is { } quoted && ChannelRules.Of(Platform).HasAlbums
            ? (await Albums.FindAsync(unit, ChannelId, quoted, ct))?.Id
            : null;

    internal static string Preview(string text)
    {
        var line = text.AsSpan().Trim();
        var end = Math.Min(line.Length, PreviewLength);
        // Never between the halves of a surrogate pair.
        if (end < line.Length && char.IsHighSurrogate(line[end - 1]))
        {
            end--;
        }
        return line[..end].ToString().ReplaceLineEndings(" ");
    }

    /// <param name="Was">The conversation's status before; null for a new one.</param>
    /// <param name="Assigns">Whether its team or channel gives conversations to agents by itself.</param>
    internal sealed record Place(
        Guid Id,
        long Seq,
        long Rev,
        string? Was,
        Guid? AssignedTo,
        DateTimeOffset? WaitingSince,
        bool HasFollowers,
        bool Assigns,
        int? FirstResponseMinutes,
        bool IsBlocked
    );
}

/// <summary>Where the message is; a repeated one is nowhere new.</summary>
public sealed record ReceivedMessage(Guid MessageId, Guid ConversationId, bool IsNew)
{
    internal static ReceivedMessage Duplicate { get; } = new(Guid.Empty, Guid.Empty, IsNew: false);

    internal static Error LostRace { get; } =
        Error.Conflict(
            "message.duplicate",
            "Another copy of this message was received at the same moment."
        );
}
