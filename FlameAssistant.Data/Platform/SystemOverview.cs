using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Platform;

public sealed record StatusCount(string Status, int Count);

/// <summary>Work that waits. <paramref name="Count"/> stops at <see cref="SystemOverviewQuery.Most"/>: more is "many".</summary>
public sealed record Backlog(long Count, DateTimeOffset? OldestAt);

/// <summary>A tenant that needs somebody's eyes.</summary>
/// <param name="Kind"><c>upgrade</c>, <c>work</c>, <c>channels</c>, <c>storage</c> or <c>members</c>.</param>
public sealed record TenantConcern(
    string Slug,
    string Name,
    string Kind,
    long Used,
    long Allowed,
    string? Detail
);

/// <param name="MeasuredAt">The oldest measurement that the sums contain.</param>
public sealed record SystemOverview(
    IReadOnlyList<StatusCount> Tenants,
    int Deleted,
    int Members,
    long StorageBytes,
    long MessagesIn,
    long MessagesOut,
    int FailingChannels,
    DateTimeOffset? MeasuredAt,
    Backlog Outbox,
    Backlog Inbound,
    long Quarantined,
    int FailedUpgrades,
    IReadOnlyList<TenantConcern> Concerns
);

/// <summary>The installation at a glance, from tables of <c>shared</c> only.</summary>
public sealed class SystemOverviewQuery(SystemWork work)
{
    public const int Most = 10_000;
    private const int ShownConcerns = 20;

    // What a provider refuses for a moment is no concern of anybody's.
    private const int SeenAfter = 3;

    public Task<SystemOverview?> RunAsync(Actor actor, CancellationToken ct) =>
        work.ReadAsync<SystemOverview?>(
            actor,
            async db =>
            {
                var statuses = await db
                    .Tenants.Where(t => t.Id != SystemTenant.Id && t.DeletedAt == null)
                    .GroupBy(t => t.Status)
                    .Select(g => new StatusCount(g.Key, g.Count()))
                    .ToListAsync(ct);
                var sums = await db
                    .Database.SqlQuery<Sums>(
                        $"""
                        SELECT (SELECT count(*)::integer FROM shared.tenants WHERE deleted_at IS NOT NULL) AS deleted,
                               (SELECT count(*)::integer FROM shared.tenant_users m JOIN shared.tenants t ON t.id = m.tenant_id AND t.deleted_at IS NULL
                                 WHERE m.is_active AND m.invitation_token IS NULL AND t.id <> {SystemTenant.Id}) AS members,
                               coalesce(sum(u.storage_bytes), 0)::bigint AS storage_bytes, coalesce(sum(u.messages_in), 0)::bigint AS messages_in,
                               coalesce(sum(u.messages_out), 0)::bigint AS messages_out, coalesce(sum(u.failing_channels), 0)::integer AS failing_channels,
                               min(u.measured_at) AS measured_at,
                               (SELECT count(*) FROM (SELECT FROM shared.outbox LIMIT {Most} + 1) o) AS outbox,
                               (SELECT created_at FROM shared.outbox ORDER BY id LIMIT 1) AS outbox_oldest,
                               (SELECT count(*) FROM (SELECT FROM shared.inbound_events WHERE state = 'pending' LIMIT {Most} + 1) i) AS inbound,
                               (SELECT min(created_at) FROM (SELECT created_at FROM shared.inbound_events WHERE state = 'pending' LIMIT {Most}) i) AS inbound_oldest,
                               (SELECT count(*) FROM (SELECT FROM shared.inbound_quarantine WHERE state = 'open' LIMIT {Most} + 1) q) AS quarantined,
                               (SELECT count(*)::integer FROM shared.tenant_schemas WHERE state = 'failed') AS failed_upgrades
                          FROM shared.tenant_usage u JOIN shared.tenants t ON t.id = u.tenant_id AND t.deleted_at IS NULL
                        """
                    )
                    .SingleAsync(ct);
                return new SystemOverview(
                    [
                        .. TenantStatuses.All.Select(status => new StatusCount(
                            status,
                            statuses.Find(s => s.Status == status)?.Count ?? 0
                        )),
                    ],
                    sums.Deleted,
                    sums.Members,
                    sums.StorageBytes,
                    sums.MessagesIn,
                    sums.MessagesOut,
                    sums.FailingChannels,
                    sums.MeasuredAt,
                    new Backlog(sums.Outbox, sums.OutboxOldest),
                    new Backlog(sums.Inbound, sums.InboundOldest),
                    sums.Quarantined,
                    sums.FailedUpgrades,
                    await ConcernsAsync(db, ct)
                );
            },
            fallback: null,
            ct
        );

    /// <summary>What stops a tenant's people today comes before what will stop them soon.</summary>
    private static async Task<IReadOnlyList<TenantConcern>> ConcernsAsync(
        PlatformDb db,
        CancellationToken ct
    ) =>
        await db
            .Database.SqlQuery<TenantConcern>(
                $"""
                SELECT slug, name, kind, used, allowed, detail FROM (
                  SELECT 1 AS rank, t.slug, t.name, 'upgrade' AS kind, 0::bigint AS used, 0::bigint AS allowed, left(s.last_error, 300) AS detail
                    FROM shared.tenant_schemas s JOIN shared.tenants t ON t.id = s.tenant_id AND t.deleted_at IS NULL WHERE s.state = 'failed'
                  UNION ALL
                  SELECT 2, t.slug, t.name, 'work', w.failed, 0, w.last
                    FROM (SELECT tenant_id, count(*) AS failed, (array_agg(left(last_error, 300) ORDER BY updated_at DESC))[1] AS last
                            FROM shared.outbox WHERE last_error IS NOT NULL AND attempts >= {SeenAfter} GROUP BY tenant_id) w
                    JOIN shared.tenants t ON t.id = w.tenant_id AND t.deleted_at IS NULL
                  UNION ALL
                  SELECT 3, t.slug, t.name, 'channels', u.failing_channels, 0, NULL
                    FROM shared.tenant_usage u JOIN shared.tenants t ON t.id = u.tenant_id AND t.deleted_at IS NULL WHERE u.failing_channels > 0
                  UNION ALL
                  SELECT 4, t.slug, t.name, 'storage', u.storage_bytes, t.max_storage_gb::bigint << 30, NULL
                    FROM shared.tenant_usage u JOIN shared.tenants t ON t.id = u.tenant_id AND t.deleted_at IS NULL
                   WHERE t.max_storage_gb > 0 AND u.storage_bytes > 0.9 * (t.max_storage_gb::bigint << 30)
                  UNION ALL
                  SELECT 5, t.slug, t.name, 'members', m.used, t.max_users, NULL
                    FROM shared.tenants t
                    JOIN (SELECT tenant_id, count(*) AS used FROM shared.tenant_users WHERE is_active OR invitation_expires_at > now()
                           GROUP BY tenant_id) m ON m.tenant_id = t.id
                   WHERE t.deleted_at IS NULL AND m.used >= t.max_users) c
                 ORDER BY rank, used DESC, slug LIMIT {ShownConcerns}
                """
            )
            .ToListAsync(ct);

    private sealed record Sums(
        int Deleted,
        int Members,
        long StorageBytes,
        long MessagesIn,
        long MessagesOut,
        int FailingChannels,
        DateTimeOffset? MeasuredAt,
        long Outbox,
        DateTimeOffset? OutboxOldest,
        long Inbound,
        DateTimeOffset? InboundOldest,
        long Quarantined,
        int FailedUpgrades
    );
}
