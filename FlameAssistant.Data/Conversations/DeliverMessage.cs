using FlameAssistant.Data.Channels;
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
            message.UnknownSince = unit.Now;
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
        if (channel.Status != ChannelStatuses.Active)
        {
            message.Status = MessageStatuses.Failed;
            message.ErrorCode = ConversationErrors.ChannelClosed.Code;
            message.ErrorMessage = ConversationErrors.ChannelClosed.Message;
            await db.SaveChangesAsync(ct);
            await FinishAsync(unit, ct);
            unit.Raise(LiveKinds.Message, message.ConversationId, message.Seq);
            return (Delivery?)null;
        }

        if (await ChannelBreaker.WaitAsync(unit, channel.Id, ct) is { } until)
        {
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
        var quoted = await db
            .Messages.Where(q => q.Id == message.QuotedMessageId)
            .Select(q => q.ExternalMessageId)
            .SingleOrDefaultAsync(ct);
        message.Status = MessageStatuses.Sending;
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

    private Task FinishAsync(TenantUnit unit, CancellationToken ct) =>
        unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);
}

/// <summary>What a connector needs to send one message.</summary>
/// <param name="Identities">The customer's names on this channel, newest first.</param>
public sealed record Delivery(
    Guid MessageId,
    Channel Channel,
    IReadOnlyList<InboundIdentity> Identities,
    string Text,
    string? QuotedExternalId
)
{
    /// <summary>The file that goes with the text; one per message.</summary>
    public DeliveryFile? File { get; init; }
}

/// <param name="ContentHash">Names it in the file store.</param>
public sealed record DeliveryFile(
    string Kind,
    string FileName,
    string ContentType,
    string ContentHash
);

/// <summary>Whose fault a failure is.</summary>
public enum FailureScope
{
    /// <summary>This message's: others may well go.</summary>
    Message,

    /// <summary>The provider or the way to it: others would fail too, and later they may go.</summary>
    Channel,

    /// <summary>The provider refuses the channel's credentials or account: only an admin can help.</summary>
    Authorization,
}

/// <summary>What became of the request.</summary>
public abstract record DeliveryOutcome
{
    /// <summary>Of a failure. Many of a channel's in a row make the product stop sending by it for a while.</summary>
    public FailureScope Scope { get; init; }

    /// <summary>The provider took it and named it.</summary>
    public sealed record Accepted(string ExternalId) : DeliveryOutcome;

    /// <summary>Nothing left the house: from here on the customer's page finds it, by the next step of <c>rev</c>.</summary>
    public sealed record Shown : DeliveryOutcome;

    /// <summary>The provider refused it for good; the message says why.</summary>
    public sealed record Rejected(string Code, string Reason) : DeliveryOutcome;

    /// <summary>It certainly did not arrive, and later it may.</summary>
    public sealed record Postponed(TimeSpan After, string Code, string Reason) : DeliveryOutcome;

    /// <summary>The request left and no answer came: it may have arrived.</summary>
    public sealed record Lost : DeliveryOutcome;
}

/// <summary>The step after the answer: the message's state and its outbox row change together.</summary>
public sealed record FinishDelivery(Guid OutboxId, Guid MessageId, DeliveryOutcome Outcome)
    : ITenantOperation<string>
{
    /// <summary>After so many certain failures the message fails and the agent may send it again.</summary>
    public const int MaxAttempts = 8;

    /// <returns>The message's state afterwards.</returns>
    public async Task<Result<string>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var db = unit.Db;
        if (Outcome is DeliveryOutcome.Accepted named)
        {
            var channelId = await db
                .Messages.Where(m => m.Id == MessageId)
                .Select(m => m.ChannelId)
                .SingleAsync(ct);
            await ParkedEvents.LockAsync(unit, channelId, named.ExternalId, ct);
        }
        var rev = Outcome is DeliveryOutcome.Shown ? await StepAsync(unit, ct) : 0;
        var message = await db
            .Messages.FromSql($"SELECT * FROM messages WHERE id = {MessageId} FOR UPDATE")
            .SingleAsync(ct);
        var outbox = await db.Outbox.SingleOrDefaultAsync(o => o.Id == OutboxId, ct);
        switch (Outcome)
        {
            case DeliveryOutcome.Accepted accepted:
                message.ExternalMessageId ??= accepted.ExternalId;
                Move(message, MessageStatuses.Accepted);
                Done(db, outbox);
                break;
            case DeliveryOutcome.Shown:
                if (Move(message, MessageStatuses.Sent))
                {
                    message.ExternalMessageId ??= message.Id.ToString("N");
                    message.SentAt = unit.Now;
                    message.Rev = rev;
                }
                Done(db, outbox);
                break;
            case DeliveryOutcome.Rejected rejected:
                Fail(message, rejected.Code, rejected.Reason);
                Done(db, outbox);
                break;
            case DeliveryOutcome.Postponed postponed
                when outbox is { Attempts: < MaxAttempts }
                    && message.Status == MessageStatuses.Sending:
                message.Status = MessageStatuses.Pending;
                outbox.AvailableAt = unit.Now + postponed.After;
                outbox.LeasedBy = null;
                outbox.LastError = $"{postponed.Code}: {postponed.Reason}";
                break;
            case DeliveryOutcome.Postponed postponed:
                Fail(message, postponed.Code, postponed.Reason);
                Done(db, outbox);
                break;
            case DeliveryOutcome.Lost:
                if (Move(message, MessageStatuses.Unknown))
                {
                    message.UnknownSince = unit.Now;
                }
                Done(db, outbox);
                break;
        }
        await db.SaveChangesAsync(ct);
        if (Outcome is DeliveryOutcome.Accepted { ExternalId: var externalId })
        {
            await ParkedEvents.ApplyAsync(unit, message.ChannelId, externalId, ct);
        }
        await NoteAsync(unit, message.ChannelId, ct);
        // The next message of the conversation may go now.
        unit.HasOutboxWork = true;
        unit.Raise(LiveKinds.Message, message.ConversationId, message.Seq);
        return message.Status;
    }

    /// <summary>What it tells of the channel.</summary>
    private Task NoteAsync(TenantUnit unit, Guid channelId, CancellationToken ct) =>
        Outcome switch
        {
            DeliveryOutcome.Accepted or DeliveryOutcome.Shown => ChannelBreaker.SucceededAsync(
                unit,
                channelId,
                ct
            ),
            DeliveryOutcome.Rejected r => ChannelBreaker.FailedAsync(
                unit,
                channelId,
                r.Scope,
                r.Code,
                r.Reason,
                ct
            ),
            DeliveryOutcome.Postponed p => ChannelBreaker.FailedAsync(
                unit,
                channelId,
                p.Scope,
                p.Code,
                p.Reason,
                ct
            ),
            _ => ChannelBreaker.FailedAsync(
                unit,
                channelId,
                FailureScope.Channel,
                "no_answer",
                "The provider took a message and gave no answer.",
                ct
            ),
        };

    /// <summary>The conversation's row before the message's, as everywhere: its lock gives changes their order.</summary>
    private async Task<long> StepAsync(TenantUnit unit, CancellationToken ct) =>
        (
            await unit
                .Db.Database.SqlQuery<long>(
                    $"""
                    UPDATE conversations SET rev = rev + 1
                     WHERE id = (SELECT conversation_id FROM messages WHERE id = {MessageId})
                    RETURNING rev AS "Value"
                    """
                )
                .ToListAsync(ct)
        ).Single();

    private static bool Move(Message message, string status)
    {
        if (!MessageStatuses.CanMove(message.Status, status))
        {
            return false;
        }
        message.Status = status;
        message.UnknownSince = null;
        return true;
    }

    private static void Fail(Message message, string code, string reason)
    {
        if (Move(message, MessageStatuses.Failed))
        {
            message.ErrorCode = code;
            message.ErrorMessage = reason;
        }
    }

    private static void Done(TenantDb db, OutboxItem? outbox)
    {
        if (outbox is not null)
        {
            db.Outbox.Remove(outbox);
        }
    }
}
