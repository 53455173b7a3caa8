using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Platform;

public sealed record SchemaSize(string SchemaName, long Bytes);

/// <param name="MaxAllowed">The tenant's limit of members.</param>
public sealed record MembersOfTenant(string TenantName, string Slug, int UserCount, int MaxAllowed);

/// <param name="TenantName">Null for a tenant that is dropped.</param>
public sealed record RecentActivity(
    string Action,
    string? ResourceType,
    string? Username,
    string? TenantName,
    DateTimeOffset CreatedAt
);

public sealed record SubscriptionState(string SubscriptionPlan, string Status, int Count);

/// <param name="IndexName">Of a table of shared, or of the tenants' schemas all together.</param>
/// <param name="Schemas">How many schemas have it.</param>
public sealed record UnusedIndex(string TableName, string IndexName, long Schemas, long Bytes);

/// <summary>What an administrator of the installation asks about all tenants.</summary>
public sealed class SystemQueries(IDbContextFactory<PlatformDb> platform)
{
    /// <summary>The largest first; no more than <paramref name="limit"/>, since every file's size is asked for.</summary>
    public async Task<IReadOnlyList<SchemaSize>> SchemaSizesAsync(int limit, CancellationToken ct)
    {
        await using var db = await platform.CreateDbContextAsync(ct);
        return await db
            .Database.SqlQuery<SchemaSize>(
                $"""
                SELECT n.nspname::text AS schema_name, coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint AS bytes
                  FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'm')
                 WHERE n.nspname LIKE 'tenant\_%' GROUP BY n.nspname ORDER BY 2 DESC, 1 LIMIT {limit}
                """
            )
            .ToListAsync(ct);
    }

    /// <summary>The fullest first. Deactivated members do not count.</summary>
    public async Task<IReadOnlyList<MembersOfTenant>> UsersByTenantAsync(
        int limit,
        CancellationToken ct
    )
    {
        await using var db = await platform.CreateDbContextAsync(ct);
        return await db
            .Tenants.Where(t => t.Id != SystemTenant.Id && t.DeletedAt == null)
            .Select(t => new
            {
                Tenant = t,
                Count = db.Memberships.Count(m => m.TenantId == t.Id && m.IsActive),
            })
            .OrderByDescending(x => x.Count)
            .ThenBy(x => x.Tenant.Slug)
            .Take(limit)
            .Select(x => new MembersOfTenant(
                x.Tenant.Name,
                x.Tenant.Slug,
                x.Count,
                x.Tenant.MaxUsers
            ))
            .ToListAsync(ct);
    }

    public async Task<IReadOnlyList<RecentActivity>> RecentActivityAsync(
        int limit,
        CancellationToken ct
    )
    {
        await using var db = await platform.CreateDbContextAsync(ct);
        return await db
            .Database.SqlQuery<RecentActivity>(
                $"""
                SELECT al.action, al.resource_type, u.username, t.name AS tenant_name, al.created_at
                  FROM (SELECT * FROM shared.audit_logs ORDER BY created_at DESC LIMIT {limit}) al
                  LEFT JOIN shared.users u ON u.id = al.user_id
                  LEFT JOIN shared.tenants t ON t.id = al.tenant_id
                 ORDER BY al.created_at DESC
                """
            )
            .ToListAsync(ct);
    }

    public async Task<IReadOnlyList<SubscriptionState>> SubscriptionStatesAsync(
        CancellationToken ct
    )
    {
        await using var db = await platform.CreateDbContextAsync(ct);
        return await db
            .Tenants.Where(t => t.Id != SystemTenant.Id && t.DeletedAt == null)
            .GroupBy(t => new { t.SubscriptionPlan, t.Status })
            .OrderBy(g => g.Key.SubscriptionPlan)
            .ThenBy(g => g.Key.Status)
            .Select(g => new SubscriptionState(g.Key.SubscriptionPlan, g.Key.Status, g.Count()))
            .ToListAsync(ct);
    }

    /// <summary>
    /// Indexes that no query of any tenant has used since the statistics began, and that guard no constraint; the largest
    /// first.
    /// </summary>
    public async Task<IReadOnlyList<UnusedIndex>> UnusedIndexesAsync(
        int limit,
        CancellationToken ct
    )
    {
        await using var db = await platform.CreateDbContextAsync(ct);
        return await db
            .Database.SqlQuery<UnusedIndex>(
                $"""
                SELECT s.relname::text AS table_name, s.indexrelname::text AS index_name, count(*) AS schemas,
                       sum(pg_relation_size(s.indexrelid))::bigint AS bytes
                  FROM pg_stat_all_indexes s JOIN pg_index i ON i.indexrelid = s.indexrelid
                 WHERE (s.schemaname = 'shared' OR s.schemaname LIKE 'tenant\_%') AND NOT i.indisunique
                 GROUP BY 1, 2 HAVING sum(s.idx_scan) = 0 ORDER BY 4 DESC, 2 LIMIT {limit}
                """
            )
            .ToListAsync(ct);
    }
}
