using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

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
                // Its moment was used.
                outbox.PacedAt = null;
                unit.DueSoon.Add((OutboxKinds.DeliverMessage, outbox.AvailableAt));
                if (postponed.HoldsNumber)
                {
                    await ChannelPace.HoldAsync(unit, message.ChannelId, postponed.After, ct);
                }
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
        if (rejected.TemplatesDiffer)
        {
            await TemplateSync.AskAsync(unit, channelId, ct);
        }
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
