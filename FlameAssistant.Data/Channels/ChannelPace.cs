using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels;

/// <summary>
/// Keeps a number within what its provider takes, on all nodes together: the rows decide, in the transaction that commits
/// <c>sending</c>. What must wait goes back to the outbox and holds nothing up but its own conversation.
/// </summary>
internal static class ChannelPace
{
    // A moment that was missed by more is given back: what a node left behind must not go all at once.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <returns>When to come back; null: it may go now, and is counted.</returns>
    public static async Task<DateTimeOffset?> WaitAsync(
        TenantUnit unit,
        Guid outboxId,
        Channel channel,
        Guid contactId,
        CancellationToken ct
    )
    {
        if (ChannelRules.Of(channel.Type).Pace is not { } usual || !CloudSchema.IsReady(unit))
        {
            return null;
        }
        var pace = usual.Of(channel);
        var customer =
            pace.PerCustomer > TimeSpan.Zero
                ? await LockAsync(unit, channel.Id, contactId, ct)
                : null;
        if (
            customer is not null
            && customer.FreeAt + pace.OnTheWay is var free
            && free > unit.Now
            && !customer.IsInBurst(pace, unit.Now)
        )
        {
            return free;
        }
        if (
            !await HasMomentAsync(unit, outboxId, ct)
            && await TakeAsync(unit, channel.Id, pace, ct) is var moment
            && moment > unit.Now
        )
        {
            await unit
                .Db.Outbox.Where(o => o.Id == outboxId)
                .ExecuteUpdateAsync(o => o.SetProperty(x => x.PacedAt, moment), ct);
            return moment;
        }
        if (pace.PerCustomer > TimeSpan.Zero)
        {
            await CountAsync(unit, channel.Id, contactId, pace, ct);
        }
        return null;
    }

    /// <summary>The provider said that it was too much: the whole number waits.</summary>
    public static Task HoldAsync(
        TenantUnit unit,
        Guid channelId,
        TimeSpan pause,
        CancellationToken ct
    ) =>
        !CloudSchema.IsReady(unit)
            ? Task.CompletedTask
            : unit.Db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO channel_paces (channel_id, free_at)
                SELECT id, {unit.Now + pause} FROM integrations WHERE id = {channelId}
                ON CONFLICT (channel_id) DO UPDATE SET free_at = greatest(channel_paces.free_at, excluded.free_at)
                """,
                ct
            );

    private static Task<bool> HasMomentAsync(
        TenantUnit unit,
        Guid outboxId,
        CancellationToken ct
    ) =>
        unit.Db.Outbox.AnyAsync(
            o => o.Id == outboxId && o.PacedAt <= unit.Now && o.PacedAt > unit.Now - Grace,
            ct
        );

    /// <returns>The moment that is given: a past one, or now, while there is room.</returns>
    private static async Task<DateTimeOffset> TakeAsync(
        TenantUnit unit,
        Guid channelId,
        SendPace pace,
        CancellationToken ct
    )
    {
        var (gap, atOnce) = (pace.Gap, pace.Gap * (pace.AtOnce - 1));
        return (
            await unit
                .Db.Database.SqlQuery<DateTimeOffset>(
                    $"""
                    INSERT INTO channel_paces AS p (channel_id, free_at) VALUES ({channelId}, {unit.Now
                        - atOnce
                        + gap})
                    ON CONFLICT (channel_id) DO UPDATE SET free_at = greatest(p.free_at, {unit.Now
                        - atOnce}) + {gap}
                    RETURNING free_at - {gap} AS "Value"
                    """
                )
                .ToListAsync(ct)
        ).Single();
    }

    private static async Task<Recipient?> LockAsync(
        TenantUnit unit,
        Guid channelId,
        Guid contactId,
        CancellationToken ct
    ) =>
        (
            await unit
                .Db.Database.SqlQuery<Recipient>(
                    $"""
                    SELECT free_at, burst_from, burst_count FROM recipient_paces
                     WHERE channel_id = {channelId} AND contact_id = {contactId} FOR UPDATE
                    """
                )
                .ToListAsync(ct)
        ).SingleOrDefault();

    /// <summary>Within a burst each one adds to what must be waited for afterwards; after it a new one begins.</summary>
    private static Task CountAsync(
        TenantUnit unit,
        Guid channelId,
        Guid contactId,
        SendPace pace,
        CancellationToken ct
    ) =>
        unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO recipient_paces AS r (channel_id, contact_id, free_at, burst_from, burst_count)
            VALUES ({channelId}, {contactId}, {unit.Now + pace.PerCustomer}, {unit.Now}, 1)
            ON CONFLICT (channel_id, contact_id) DO UPDATE SET
              free_at = greatest(r.free_at, {unit.Now}) + {pace.PerCustomer},
              burst_from = CASE WHEN r.free_at <= {unit.Now} THEN {unit.Now} ELSE r.burst_from END,
              burst_count = CASE WHEN r.free_at <= {unit.Now} THEN 1 ELSE r.burst_count + 1 END
            """,
            ct
        );

    private sealed record Recipient(DateTimeOffset FreeAt, DateTimeOffset BurstFrom, int BurstCount)
    {
        public bool IsInBurst(SendPace pace, DateTimeOffset now) =>
            BurstCount < pace.Burst && now < BurstFrom + pace.PerCustomer - pace.OnTheWay;
    }
}
