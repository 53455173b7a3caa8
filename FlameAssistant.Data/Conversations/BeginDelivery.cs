using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// The step before the request leaves: commits <c>sending</c>, so that a crash afterwards is seen. A message found already
/// in <c>sending</c> is one whose answer was lost: it becomes unknown and is never sent blindly again.
/// </summary>
public sealed record BeginDelivery(Guid OutboxId, Guid MessageId) : ITenantOperation<Delivery?>
{
    /// <returns>Null when nothing is to be sent: delivered meanwhile, unknown, or refused for a reason the message now says.</returns>
    public async Task<Result<Delivery?>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var db = unit.Db;
        var message = await db
            .Messages.FromSql($"SELECT * FROM messages WHERE id = {MessageId} FOR UPDATE")
            .SingleOrDefaultAsync(ct);
        if (
            message is null
            || message.Status is not (MessageStatuses.Pending or MessageStatuses.Sending)
        )
        {
            await FinishAsync(unit, ct);
            return (Delivery?)null;
        }
        if (message.Status == MessageStatuses.Sending && !await StaysHereAsync(unit, message, ct))
        {
            message.Status = MessageStatuses.Unknown;
            message.UnknownSince = await UnknownMessages.SinceAsync(unit, message.ChannelId, ct);
            await db.SaveChangesAsync(ct);
            await FinishAsync(unit, ct);
            unit.Raise(LiveKinds.Message, message.ConversationId, message.Seq);
            return (Delivery?)null;
        }

        var conversation = await db
            .Conversations.AsNoTracking()
            .SingleAsync(c => c.Id == message.ConversationId, ct);
        var channel = await db
            .Channels.AsNoTracking()
            .SingleAsync(c => c.Id == message.ChannelId, ct);
        var isAfterWindow = conversation.WindowExpiresAt <= unit.Now;
        var refused =
            await WhyNotAsync(unit, message, channel, isAfterWindow, ct)
            ?? await ContactSaysNoAsync(unit, message, conversation, ct);
        if (refused is not null)
        {
            message.Status = MessageStatuses.Failed;
            message.ErrorCode = refused.Code;
            message.ErrorMessage = refused.Message;
            await db.SaveChangesAsync(ct);
            await FinishAsync(unit, ct);
            unit.Raise(LiveKinds.Message, message.ConversationId, message.Seq);
            return (Delivery?)null;
        }

        if (
            (
                await ChannelBreaker.WaitAsync(
                    unit,
                    channel.Id,
                    async () =>
                        await ChannelPace.WaitAsync(
                            unit,
                            OutboxId,
                            channel,
                            conversation.ContactId,
                            ct
                        ) ?? await SessionPace.WaitAsync(unit, channel, ct),
                    ct
                )
            ) is
            { } until
        )
        {
            unit.DueSoon.Add((OutboxKinds.DeliverMessage, until));
            // It keeps its place and loses no attempt.
            await db
                .Outbox.Where(o => o.Id == OutboxId)
                .ExecuteUpdateAsync(
                    o =>
                        o.SetProperty(x => x.AvailableAt, until)
                            .SetProperty(x => x.Attempts, x => x.Attempts - 1)
                            .SetProperty(x => x.LeasedBy, (string?)null),
                    ct
                );
            return (Delivery?)null;
        }

        var identities = await db
            .ContactIdentities.AsNoTracking()
            .Where(i => i.ContactId == conversation.ContactId && i.ChannelId == channel.Id)
            .OrderByDescending(i => i.Id)
            .Select(i => new InboundIdentity(i.Kind, i.Value))
            .ToListAsync(ct);
        var quoted =
            message.QuotedMessageId is { } quotedId
            && ChannelRules.Of(channel.Type).HasAlbums
            && await Albums.FirstPartAsync(unit, quotedId, ct) is { } part
                ? part
                : await db
                    .Messages.Where(q => q.Id == message.QuotedMessageId)
                    .Select(q => q.ExternalMessageId)
                    .SingleOrDefaultAsync(ct);
        message.Status = MessageStatuses.Sending;
        // The provider takes it now or later: a customer who has read everything until then has read it.
        message.ProviderAt = ChannelRules.Of(channel.Type).HasMarks ? unit.Now : null;
        await db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Message, message.ConversationId, message.Seq);
        var file = await db
            .Attachments.Where(a => a.MessageId == message.Id && a.StorageKey != null)
            .Select(a => new DeliveryFile(
                a.Kind,
                a.FileName ?? "file",
                a.ContentType ?? "application/octet-stream",
                a.StorageKey!
            ))
            .FirstOrDefaultAsync(ct);
        return new Delivery(message.Id, channel, identities, message.Content, quoted)
        {
            File = file,
            Rich = MessageRichJson.Read(message.Metadata),
            IsAfterWindow = isAfterWindow,
        };
    }

    /// <summary>What goes to our own widget leaves nothing behind when it is broken off: it is simply done again.</summary>
    private static Task<bool> StaysHereAsync(
        TenantUnit unit,
        Message message,
        CancellationToken ct
    ) =>
        unit.Db.Channels.AnyAsync(
            c => c.Id == message.ChannelId && c.Type == ChannelTypes.WebChat,
            ct
        );

    private static async Task<Error?> WhyNotAsync(
        TenantUnit unit,
        Message message,
        Channel channel,
        bool isAfterWindow,
        CancellationToken ct
    )
    {
        if (await SessionPace.IsDownAsync(unit, channel, ct))
        {
            // It waits for the phone, but not for ever.
            return channel.Status is not (ChannelStatuses.Active or ChannelStatuses.Error)
                    ? ConversationErrors.ChannelClosed
                : unit.Now - message.CreatedAt > SessionPace.LongestWait
                    ? ConversationErrors.PhoneAway
                : null;
        }
        if (channel.Status != ChannelStatuses.Active)
        {
            return ConversationErrors.ChannelClosed;
        }
        if (
            isAfterWindow
            && ChannelRules.Of(channel.Type).PersonsExtraTime > TimeSpan.Zero
            && message.SenderType != SenderTypes.User
        )
        {
            return ConversationErrors.WindowClosed;
        }
        return await SentParts.IsHeldBackAsync(unit, message, ct)
            ? ConversationErrors.EarlierPart
            : null;
    }

    /// <summary>They may have been blocked, or have opted out, since it was written.</summary>
    private static async Task<Error?> ContactSaysNoAsync(
        TenantUnit unit,
        Message message,
        Conversation conversation,
        CancellationToken ct
    )
    {
        if (await unit.Db.Contacts.AnyAsync(c => c.Id == conversation.ContactId && c.IsBlocked, ct))
        {
            return ConversationErrors.ContactBlocked;
        }
        return await Consents.HoldsBackAsync(
            unit,
            conversation.ContactId,
            conversation.InboundSeq > 0 && message.SenderType == SenderTypes.User,
            ct
        )
            ? ContactErrors.OptedOut
            : null;
    }

    private Task FinishAsync(TenantUnit unit, CancellationToken ct) =>
        unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);
}
