using System.Collections.Concurrent;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Platform;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tenancy;

/// <summary>
/// Finds tenants by slug or id. Answers are kept for a few seconds, so that a suspension holds within five on every node,
/// and at once where its live event arrives.
/// </summary>
public sealed class TenantCatalog : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);
    private const int MaxEntries = 20_000;

    private readonly ConcurrentDictionary<string, (TenantRef? Tenant, long At)> bySlug = new(
        StringComparer.Ordinal
    );
    private readonly ConcurrentDictionary<Guid, (TenantRef? Tenant, long At)> byId = new();
    private readonly IDbContextFactory<PlatformDb> platform;
    private readonly TimeProvider clock;
    private readonly IDisposable subscription;
    private int forgotten;

    public TenantCatalog(IDbContextFactory<PlatformDb> platform, LiveHub live, TimeProvider clock)
    {
        this.platform = platform;
        this.clock = clock;
        subscription = live.SubscribeAll(e =>
        {
            if (e.Kind is LiveKinds.Tenant or LiveKinds.Resync)
            {
                Forget();
            }
        });
    }

    /// <returns>Null for unknown and deleted tenants, and for <c>system</c>, which nobody reaches by address.</returns>
    public async Task<TenantRef?> FindAsync(string slug, CancellationToken ct)
    {
        // An address holds anything that somebody types.
        if (slug == SystemTenant.Slug || !ProvisionTenant.IsSlug(slug))
        {
            return null;
        }
        if (bySlug.TryGetValue(slug, out var known) && IsFresh(known.At))
        {
            return known.Tenant;
        }
        var before = Volatile.Read(ref forgotten);
        await using var db = await platform.CreateDbContextAsync(ct);
        var tenant = await Select(db, db.Tenants.Where(t => t.Slug == slug))
            .SingleOrDefaultAsync(ct);
        Trim(bySlug);
        Keep(bySlug, slug, tenant, before);
        return tenant;
    }

    public async Task<TenantRef?> FindAsync(Guid id, CancellationToken ct)
    {
        if (byId.TryGetValue(id, out var known) && IsFresh(known.At))
        {
            return known.Tenant;
        }
        var before = Volatile.Read(ref forgotten);
        await using var db = await platform.CreateDbContextAsync(ct);
        var tenant = await Select(db, db.Tenants.Where(t => t.Id == id)).SingleOrDefaultAsync(ct);
        Trim(byId);
        Keep(byId, id, tenant, before);
        return tenant;
    }

    public void Forget()
    {
        Interlocked.Increment(ref forgotten);
        bySlug.Clear();
        byId.Clear();
    }

    public void Dispose() => subscription.Dispose();

    private static IQueryable<TenantRef> Select(PlatformDb db, IQueryable<Tenant> tenants) =>
        from t in tenants
        where t.DeletedAt == null
        join s in db.TenantSchemas on t.SchemaName equals s.SchemaName into schemas
        from s in schemas.DefaultIfEmpty()
        select new TenantRef(t.Id, t.Slug, t.Name, t.SchemaName, t.Cluster, t.Status)
        {
            SchemaVersion = s == null ? 0 : s.Version,
            Defaults = TenantDefaults.Read(t.Settings),
        };

    // Slugs come from addresses that anybody can type.
    private static void Trim<TKey>(ConcurrentDictionary<TKey, (TenantRef? Tenant, long At)> cache)
        where TKey : notnull
    {
        if (cache.Count > MaxEntries)
        {
            cache.Clear();
        }
    }

    /// <summary>Not what was read before a change became known: it would hold for seconds more.</summary>
    private void Keep<TKey>(
        ConcurrentDictionary<TKey, (TenantRef? Tenant, long At)> cache,
        TKey key,
        TenantRef? tenant,
        int before
    )
        where TKey : notnull
    {
        cache[key] = (tenant, clock.GetTimestamp());
        if (Volatile.Read(ref forgotten) != before)
        {
            cache.TryRemove(key, out _);
        }
    }

    private bool IsFresh(long at) => clock.GetElapsedTime(at) < Freshness;
}
