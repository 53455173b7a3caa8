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
        if (await WhyNotAsync(unit, message, channel, isAfterWindow, ct) is { } refused)
        {
            message.Status = MessageStatuses.Failed;
            message.ErrorCode = refused.Code;
            message.ErrorMessage = refused.Message;
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
            Rich = MessageRich.Read(message.Metadata),
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

    public MessageRich? Rich { get; init; }

    /// <summary>The channel's window is over; only a person's message comes so far, where that is allowed.</summary>
    public bool IsAfterWindow { get; init; }
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
    public sealed record Accepted(string ExternalId) : DeliveryOutcome
    {
        /// <summary>The customer's place at the provider is another one since.</summary>
        public MovedIdentity? Moved { get; init; }
    }

    /// <summary>Nothing left the house: from here on the customer's page finds it, by the next step of <c>rev</c>.</summary>
    public sealed record Shown : DeliveryOutcome;

    /// <summary>The provider refused it for good; the message says why.</summary>
    public sealed record Rejected(string Code, string Reason) : DeliveryOutcome
    {
        /// <summary>The customer who shut us out.</summary>
        public InboundIdentity? ShutOutBy { get; init; }
    }

    /// <summary>It certainly did not arrive, and later it may.</summary>
    public sealed record Postponed(TimeSpan After, string Code, string Reason) : DeliveryOutcome;

    /// <summary>The request left and no answer came: it may have arrived.</summary>
    public sealed record Lost : DeliveryOutcome;
}

public sealed record MovedIdentity(string Kind, string From, string To);

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
        IReadOnlyList<InboundIdentity> marked = [];
        if (Outcome is DeliveryOutcome.Accepted named)
        {
            var place = await (
                from m in db.Messages
                join c in db.Channels on m.ChannelId equals c.Id
                where m.Id == MessageId
                select new
                {
                    c.Id,
                    c.Type,
                    m.ConversationId,
                }
            ).SingleAsync(ct);
            await ParkedEvents.LockAsync(unit, place.Id, named.ExternalId, ct);
            if (ChannelRules.Of(place.Type).HasMarks)
            {
                marked = await MarkedAsync(unit, place.Id, place.ConversationId, ct);
            }
        }
        var rev = Outcome is DeliveryOutcome.Shown ? await StepAsync(unit, ct) : 0;
        var message = await db
            .Messages.FromSql($"SELECT * FROM messages WHERE id = {MessageId} FOR UPDATE")
            .SingleAsync(ct);
        var outbox = await db.Outbox.SingleOrDefaultAsync(o => o.Id == OutboxId, ct);
        switch (Outcome)
        {
            case DeliveryOutcome.Accepted accepted:
                if (message.ExternalMessageId is null)
                {
                    await EchoTwins.RemoveAsync(unit, message, accepted.ExternalId, ct);
                }
                message.ExternalMessageId ??= accepted.ExternalId;
                await MoveAsync(unit, message.ChannelId, accepted.Moved, ct);
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
                await FollowAsync(unit, message.ChannelId, rejected, ct);
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
                    message.UnknownSince = await UnknownMessages.SinceAsync(
                        unit,
                        message.ChannelId,
                        ct
                    );
                }
                Done(db, outbox);
                break;
        }
        await db.SaveChangesAsync(ct);
        if (Outcome is DeliveryOutcome.Accepted { ExternalId: var externalId })
        {
            await ParkedEvents.ApplyAsync(unit, message.ChannelId, externalId, ct);
            await ContactMarks.ApplyAsync(unit, message.ChannelId, marked, message, ct);
        }
        await NoteAsync(unit, message.ChannelId, ct);
        // The next message of the conversation may go now.
        unit.HasOutboxWork = true;
        unit.Raise(LiveKinds.Message, message.ConversationId, message.Seq);
        return message.Status;
    }

    /// <summary>The customer's names that marks are kept by, held until this unit is done.</summary>
    private static async Task<IReadOnlyList<InboundIdentity>> MarkedAsync(
        TenantUnit unit,
        Guid channelId,
        Guid conversationId,
        CancellationToken ct
    )
    {
        var identities = await (
            from c in unit.Db.Conversations
            join i in unit.Db.ContactIdentities on c.ContactId equals i.ContactId
            where c.Id == conversationId && i.ChannelId == channelId
            orderby i.Kind, i.Value
            select new InboundIdentity(i.Kind, i.Value)
        ).ToListAsync(ct);
        foreach (var identity in identities)
        {
            await ContactMarks.LockAsync(unit, channelId, identity, ct);
        }
        return identities;
    }

    private static Task<int> MoveAsync(
        TenantUnit unit,
        Guid channelId,
        MovedIdentity? moved,
        CancellationToken ct
    ) =>
        moved is null
            ? Task.FromResult(0)
            : unit.Db.Database.ExecuteSqlAsync(
                $"""
                UPDATE contact_identities i SET value = {moved.To}
                 WHERE i.channel_id = {channelId} AND i.kind = {moved.Kind} AND i.value = {moved.From}
                   AND NOT EXISTS (SELECT FROM contact_identities o
                                    WHERE o.channel_id = i.channel_id AND o.kind = i.kind AND o.value = {moved.To})
                """,
                ct
            );

    /// <summary>What a refusal means beyond its message.</summary>
    private static async Task FollowAsync(
        TenantUnit unit,
        Guid channelId,
        DeliveryOutcome.Rejected rejected,
        CancellationToken ct
    )
    {
        if (rejected.ShutOutBy is { } customer)
        {
            await ContactMarks.NoteAsync(
                unit,
                channelId,
                new InboundMark(customer, ContactMarks.Blocked, unit.Now),
                ct
            );
        }
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
