using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// Writes an answer, or a private note, into a conversation. The message is pending and its delivery is in the outbox, in
/// one transaction; the same idempotency key answers with the message that it made before.
/// </summary>
/// <param name="Text">1 to 4,096 characters, sent as typed.</param>
/// <param name="IdempotencyKey">1 to 255 characters, chosen by the sender for this text.</param>
public sealed record SendMessage(
    Guid ConversationId,
    string Text,
    string IdempotencyKey,
    bool IsPrivate = false,
    Guid? QuotedMessageId = null
) : ITenantOperation<SentMessage>
{
    public async Task<Result<SentMessage>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsReply))
        {
            return Error.Forbidden(MemberPermissions.ConversationsReply);
        }
        if (string.IsNullOrWhiteSpace(Text))
        {
            return ConversationErrors.TextEmpty;
        }
        if (Text.Length > ConversationErrors.MaxTextLength)
        {
            return ConversationErrors.TextTooLong;
        }
        if (IdempotencyKey.Length is 0 or > 255)
        {
            return ConversationErrors.KeyInvalid;
        }

        var db = unit.Db;
        // The row lock orders the conversation's messages.
        var conversation = await db
            .Conversations.FromSql(
                $"SELECT * FROM conversations WHERE id = {ConversationId} FOR UPDATE"
            )
            .SingleOrDefaultAsync(ct);
        if (conversation is null || !await ConversationAccess.MaySeeAsync(unit, conversation, ct))
        {
            return ConversationErrors.NotFound;
        }
        var earlier = await db
            .Messages.AsNoTracking()
            .SingleOrDefaultAsync(
                m => m.ConversationId == ConversationId && m.IdempotencyKey == IdempotencyKey,
                ct
            );
        if (earlier is not null)
        {
            return new SentMessage(earlier.Id, earlier.Seq);
        }
        if (!IsPrivate && await WhyClosedAsync(unit, conversation, ct) is { } closed)
        {
            return closed;
        }
        if (!IsPrivate && await ChangeConversation.IsAnotherOpenAsync(unit, conversation, ct))
        {
            return ConversationErrors.AnotherIsOpen;
        }

        var message = NewMessage(unit, conversation);
        message.QuotedMessageId = QuotedMessageId is { } quoted
            ? await db
                .Messages.Where(m => m.Id == quoted && m.ConversationId == ConversationId)
                .Select(m => (Guid?)m.Id)
                .SingleOrDefaultAsync(ct)
            : null;
        db.Messages.Add(message);
        if (!IsPrivate)
        {
            unit.Ask(OutboxKinds.DeliverMessage, message.Id, conversation.Id, message.Seq);
        }
        await db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Message, conversation.Id, message.Seq);
        return new SentMessage(message.Id, message.Seq);
    }

    internal static async Task<Error?> WhyClosedAsync(
        TenantUnit unit,
        Conversation conversation,
        CancellationToken ct
    )
    {
        if (!unit.Tenant.MaySend)
        {
            return ConversationErrors.TenantSuspended;
        }
        var state = await (
            from channel in unit.Db.Channels
            from contact in unit.Db.Contacts
            where channel.Id == conversation.ChannelId && contact.Id == conversation.ContactId
            select new { channel.Status, contact.IsBlocked }
        ).SingleAsync(ct);
        return state switch
        {
            { Status: not ChannelStatuses.Active } => ConversationErrors.ChannelClosed,
            { IsBlocked: true } => ConversationErrors.ContactBlocked,
            _ when conversation.WindowExpiresAt <= unit.Now => ConversationErrors.WindowClosed,
            _ => null,
        };
    }

    private Message NewMessage(TenantUnit unit, Conversation conversation)
    {
        conversation.Seq++;
        if (!IsPrivate)
        {
            conversation.Rev++;
            conversation.LastMessagePreview = ReceiveMessage.Preview(StorableText.Clean(Text));
            conversation.LastMessageDirection = "out";
            conversation.LastMessageType = "text";
            conversation.LastMessageAt =
                unit.Now > conversation.LastMessageAt ? unit.Now : conversation.LastMessageAt;
            conversation.WaitingSince = null;
            conversation.FirstResponseAt ??= unit.Now;
            if (
                conversation.Status is ConversationStatuses.Resolved or ConversationStatuses.Snoozed
            )
            {
                conversation.Status = ConversationStatuses.Open;
                conversation.ResolvedAt = null;
            }
        }
        return new Message
        {
            Id = Guid.CreateVersion7(unit.Now),
            ConversationId = conversation.Id,
            ChannelId = conversation.ChannelId,
            Seq = conversation.Seq,
            Rev = conversation.Rev,
            SenderType =
                unit.Actor.Kind == Actor.MemberKind ? SenderTypes.User : SenderTypes.System,
            SenderId = unit.Actor.UserId,
            Content = StorableText.Clean(Text),
            IsFromMe = true,
            IsPrivate = IsPrivate,
            Status = IsPrivate ? MessageStatuses.Sent : MessageStatuses.Pending,
            IdempotencyKey = IdempotencyKey,
            OccurredAt =
                unit.Now > conversation.LastMessageAt ? unit.Now : conversation.LastMessageAt,
            CreatedAt = unit.Now,
        };
    }
}

public sealed record SentMessage(Guid Id, long Seq);
