using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels;

/// <summary>
/// Stops sending by a channel whose provider keeps failing, for a growing while; then one message tries for all. Each node
/// reads the same row, so that all stop, and one tries.
/// </summary>
internal static class ChannelBreaker
{
    /// <summary>So many failures in a row are no accident.</summary>
    public const int Threshold = 5;

    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    // A probe whose node died is tried by another after this; longer than a request may take.
    private static readonly TimeSpan ProbeLease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);

    /// <param name="pace">Asked while nothing is broken: who must wait for that is not the one that tries.</param>
    /// <returns>When to ask again; null: it may go now, perhaps as the one that tries.</returns>
    public static async Task<DateTimeOffset?> WaitAsync(
        TenantUnit unit,
        Guid channelId,
        Func<Task<DateTimeOffset?>> pace,
        CancellationToken ct
    )
    {
        var health = await FindAsync(unit, channelId, ct);
        if (health?.RetryAt > unit.Now)
        {
            return health.RetryAt;
        }
        if (await pace() is { } later)
        {
            return later;
        }
        if (health?.RetryAt is null)
        {
            return null;
        }
        var until = unit.Now + ProbeLease;
        var isMine = await unit
            .Db.ChannelHealth.Where(h => h.ChannelId == channelId && h.RetryAt <= unit.Now)
            .ExecuteUpdateAsync(
                h =>
                    h.SetProperty(x => x.RetryAt, (DateTimeOffset?)until)
                        .SetProperty(x => x.IsProbing, valueExpression: true),
                ct
            );
        return isMine == 1 ? null : until;
    }

    public static async Task SucceededAsync(TenantUnit unit, Guid channelId, CancellationToken ct)
    {
        var health = await FindAsync(unit, channelId, ct);
        var wasFailing = health is { Failures: > 0 } or { NeedsAuth: true };
        if (!wasFailing && health?.LastOutboundAt > unit.Now - Freshness)
        {
            return;
        }
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO channel_health (channel_id, last_outbound_at) VALUES ({channelId}, {unit.Now})
            ON CONFLICT (channel_id) DO UPDATE
              SET last_outbound_at = excluded.last_outbound_at, failures = 0, retry_at = NULL, is_probing = false, needs_auth = false
            """,
            ct
        );
        if (health?.RetryAt is not null)
        {
            await GoAsync(unit, channelId, ct);
        }
        if (wasFailing)
        {
            unit.Raise(LiveKinds.Channel, channelId);
        }
    }

    /// <summary>What kept it from sending is over, as the provider itself says.</summary>
    public static async Task ReleaseAsync(TenantUnit unit, Guid channelId, CancellationToken ct)
    {
        await unit
            .Db.ChannelHealth.Where(h => h.ChannelId == channelId)
            .ExecuteUpdateAsync(
                h =>
                    h.SetProperty(x => x.NeedsAuth, valueExpression: false)
                        .SetProperty(x => x.Failures, 0)
                        .SetProperty(x => x.IsProbing, valueExpression: false)
                        .SetProperty(x => x.RetryAt, (DateTimeOffset?)null),
                ct
            );
        await GoAsync(unit, channelId, ct);
    }

    /// <summary>What waits goes at once, not when its pause is over.</summary>
    private static async Task GoAsync(TenantUnit unit, Guid channelId, CancellationToken ct)
    {
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            UPDATE shared.outbox o SET available_at = {unit.Now} FROM messages m
             WHERE o.tenant_id = {unit.Tenant.Id} AND o.kind = {OutboxKinds.DeliverMessage} AND o.leased_by IS NULL
               AND o.available_at > {unit.Now} AND m.id = o.subject_id AND m.channel_id = {channelId}
            """,
            ct
        );
        unit.HasOutboxWork = true;
    }

    public static async Task FailedAsync(
        TenantUnit unit,
        Guid channelId,
        FailureScope scope,
        string code,
        string reason,
        CancellationToken ct
    )
    {
        if (scope == FailureScope.Message)
        {
            return;
        }
        await ChannelTrouble.NoteAsync(unit, channelId, code, reason, ct);
        if (scope == FailureScope.Authorization)
        {
            await ChannelTrouble.NeedsAuthAsync(unit, channelId, reason, ct);
            return;
        }
        // What was under way when it stopped tells nothing new; only the one that tried makes the pause longer.
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            UPDATE channel_health SET
              failures = failures + 1,
              retry_at = CASE WHEN failures + 1 < {Threshold} THEN NULL
                ELSE {unit.Now} + least({LongestPause}, {FirstPause} * power(2, least(failures + 1 - {Threshold}, 16))) END,
              is_probing = false
             WHERE channel_id = {channelId} AND (retry_at IS NULL OR retry_at <= {unit.Now} OR is_probing)
            """,
            ct
        );
        unit.Raise(LiveKinds.Channel, channelId);
    }

    private static Task<ChannelHealth?> FindAsync(
        TenantUnit unit,
        Guid channelId,
        CancellationToken ct
    ) =>
        unit
            .Db.ChannelHealth.AsNoTracking()
            .SingleOrDefaultAsync(h => h.ChannelId == channelId, ct);
}
