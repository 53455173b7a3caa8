using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>Notes how far a customer has got; every earlier message of ours is delivered or read with it.</summary>
public sealed record ApplyMark(Guid ChannelId, InboundMark Mark) : ITenantOperation<int>
{
    /// <returns>How many messages changed.</returns>
    public async Task<Result<int>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (
            Mark.Mark is ContactMarks.MarketingOff or ContactMarks.MarketingOn
            && !CloudSchema.IsReady(unit)
        )
        {
            return ChannelErrors.Upgrading;
        }
        await ContactMarks.LockAsync(unit, ChannelId, Mark.Identity, ct);
        await ContactMarks.NoteAsync(unit, ChannelId, Mark, ct);
        if (Mark.Mark is not (ContactMarks.Delivered or ContactMarks.Read))
        {
            return 0;
        }
        var contactId = await unit
            .Db.ContactIdentities.Where(i =>
                i.ChannelId == ChannelId
                && i.Kind == Mark.Identity.Kind
                && i.Value == Mark.Identity.Value
            )
            .Select(i => (Guid?)i.ContactId)
            .SingleOrDefaultAsync(ct);
        return contactId is { } id ? await RaiseAsync(unit, id, ct) : 0;
    }

    private async Task<int> RaiseAsync(TenantUnit unit, Guid contactId, CancellationToken ct)
    {
        var since = Mark.At - ContactMarks.LongestAgo;
        var earlier = await unit
            .Db.Messages.FromSql(
                $"""
                SELECT m.* FROM messages m JOIN conversations c ON c.id = m.conversation_id
                 WHERE c.contact_id = {contactId} AND m.channel_id = {ChannelId} AND m.is_from_me AND NOT m.is_private
                   AND m.occurred_at >= {since} AND m.provider_at <= {Mark.At}
                   AND m.status IN ('accepted', 'sent', 'delivered', 'read')
                   AND (m.status <> 'read' OR {Mark.Mark} = 'read' AND m.read_at > {Mark.At}
                        OR {Mark.Mark} = 'delivered' AND coalesce(m.delivered_at > {Mark.At}, true))
                 ORDER BY m.id FOR UPDATE OF m
                """
            )
            .ToListAsync(ct);
        var changed = 0;
        foreach (var message in earlier)
        {
            if (MessageProgress.Apply(message, ContactMarks.StatusOf(message, Mark), unit.Now))
            {
                changed++;
                unit.Raise(LiveKinds.Message, message.ConversationId, message.Seq);
            }
        }
        await unit.Db.SaveChangesAsync(ct);
        return changed;
    }
}

/// <summary>Values of <c>contact_marks.mark</c>, and what they mean for messages and sending.</summary>
public static class ContactMarks
{
    public const string Delivered = "delivered";
    public const string Read = "read";
    public const string Blocked = "blocked";
    public const string Unblocked = "unblocked";

    /// <summary>They want no advertising, or want it again.</summary>
    public const string MarketingOff = "marketing_off";
    public const string MarketingOn = "marketing_on";

    /// <summary>What was sent before is not looked at any more.</summary>
    internal static readonly TimeSpan LongestAgo = TimeSpan.FromDays(60);

    /// <summary>
    /// A mark and a message of the same moment could each miss what the other has not committed; both take this lock.
    /// </summary>
    internal static Task LockAsync(
        TenantUnit unit,
        Guid channelId,
        InboundIdentity identity,
        CancellationToken ct
    ) => ParkedEvents.LockAsync(unit, channelId, $"mark:{identity.Kind}:{identity.Value}", ct);

    internal static Task NoteAsync(
        TenantUnit unit,
        Guid channelId,
        InboundMark mark,
        CancellationToken ct
    ) =>
        unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO contact_marks (channel_id, kind, value, mark, marked_at)
            VALUES ({channelId}, {mark.Identity.Kind}, {mark.Identity.Value}, {mark.Mark}, {mark.At})
            ON CONFLICT (channel_id, kind, value, mark) DO UPDATE SET marked_at = excluded.marked_at
             WHERE contact_marks.marked_at < excluded.marked_at
            """,
            ct
        );

    /// <summary>What was told before the message had its provider's id.</summary>
    internal static async Task ApplyAsync(
        TenantUnit unit,
        Guid channelId,
        IReadOnlyList<InboundIdentity> identities,
        Message message,
        CancellationToken ct
    )
    {
        foreach (var identity in identities)
        {
            foreach (var mark in await OfAsync(unit, channelId, identity, ct))
            {
                if (
                    mark.Mark is Delivered or Read
                    && message.ProviderAt <= mark.At
                    && message.OccurredAt >= mark.At - LongestAgo
                )
                {
                    MessageProgress.Apply(message, StatusOf(message, mark), unit.Now);
                }
            }
        }
        await unit.Db.SaveChangesAsync(ct);
    }

    /// <summary>
    /// Whether the customer shut us out and has neither let us in nor written since. Within one second the shutting out is
    /// the later.
    /// </summary>
    internal static async Task<bool> IsBlockedAsync(
        TenantUnit unit,
        Guid channelId,
        Guid contactId,
        CancellationToken ct
    ) =>
        (
            await unit
                .Db.Database.SqlQuery<bool>(
                    $"""
                    SELECT EXISTS (
                      SELECT FROM contact_identities i
                        JOIN contact_marks b ON b.channel_id = i.channel_id AND b.kind = i.kind AND b.value = i.value AND b.mark = 'blocked'
                        JOIN contacts c ON c.id = i.contact_id
                       WHERE i.contact_id = {contactId} AND i.channel_id = {channelId}
                         AND b.marked_at >= coalesce(c.last_interaction_at, b.marked_at)
                         AND NOT EXISTS (SELECT FROM contact_marks u
                                          WHERE u.channel_id = i.channel_id AND u.kind = i.kind AND u.value = i.value
                                            AND u.mark = 'unblocked' AND u.marked_at > b.marked_at)) AS "Value"
                    """
                )
                .ToListAsync(ct)
        ).Single();

    /// <summary>Whether the customer asked the provider for no more advertising; within one second the asking is the later.</summary>
    internal static async Task<bool> WantsNoMarketingAsync(
        TenantUnit unit,
        Guid channelId,
        Guid contactId,
        CancellationToken ct
    ) =>
        (
            await unit
                .Db.Database.SqlQuery<bool>(
                    $"""
                    SELECT EXISTS (
                      SELECT FROM contact_identities i
                        JOIN contact_marks o ON o.channel_id = i.channel_id AND o.kind = i.kind AND o.value = i.value AND o.mark = 'marketing_off'
                       WHERE i.contact_id = {contactId} AND i.channel_id = {channelId}
                         AND NOT EXISTS (SELECT FROM contact_marks n
                                          WHERE n.channel_id = i.channel_id AND n.kind = i.kind AND n.value = i.value
                                            AND n.mark = 'marketing_on' AND n.marked_at > o.marked_at)) AS "Value"
                    """
                )
                .ToListAsync(ct)
        ).Single();

    internal static InboundStatus StatusOf(Message message, InboundMark mark) =>
        new(
            message.ExternalMessageId ?? "",
            message.Id,
            mark.Mark == Read ? MessageStatuses.Read : MessageStatuses.Delivered,
            mark.At
        );

    private static async Task<List<InboundMark>> OfAsync(
        TenantUnit unit,
        Guid channelId,
        InboundIdentity identity,
        CancellationToken ct
    )
    {
        var rows = await unit
            .Db.Database.SqlQuery<Row>(
                $"""
                SELECT mark, marked_at FROM contact_marks
                 WHERE channel_id = {channelId} AND kind = {identity.Kind} AND value = {identity.Value}
                """
            )
            .ToListAsync(ct);
        return rows.ConvertAll(r => new InboundMark(identity, r.Mark, r.MarkedAt));
    }

    private sealed record Row(string Mark, DateTimeOffset MarkedAt);
}
