using System.Collections.Concurrent;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Platform;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tenancy;

/// <summary>
/// Says whether a super-admin has support access to a tenant now. Answers are kept for a few seconds, and never past the
/// end of the access itself.
/// </summary>
public sealed class SupportDirectory : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(4);
    private const int MaxEntries = 20_000;

    private readonly ConcurrentDictionary<
        (Guid Tenant, Guid User),
        (SupportRef? Access, long At)
    > known = new();

    private readonly IDbContextFactory<PlatformDb> platform;
    private readonly TimeProvider clock;
    private readonly IDisposable subscription;

    public SupportDirectory(
        IDbContextFactory<PlatformDb> platform,
        LiveHub live,
        TimeProvider clock
    )
    {
        this.platform = platform;
        this.clock = clock;
        subscription = live.SubscribeAll(e =>
        {
            if (e.Kind is LiveKinds.Member)
            {
                // Of `system`: a super-admin who is none any more.
                Forget(e.TenantId, e.SubjectId);
            }
            else if (e.Kind is LiveKinds.Resync)
            {
                known.Clear();
            }
        });
    }

    public async Task<SupportRef?> FindAsync(Guid tenantId, Guid userId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (
            !known.TryGetValue((tenantId, userId), out var cached)
            || clock.GetElapsedTime(cached.At) >= Freshness
        )
        {
            await using var db = await platform.CreateDbContextAsync(ct);
            var access = await Open(db, tenantId, userId, now)
                .Select(a => new SupportRef(a.Id, a.Reason, a.ExpiresAt))
                .FirstOrDefaultAsync(ct);
            if (known.Count > MaxEntries)
            {
                known.Clear();
            }
            known[(tenantId, userId)] = cached = (access, clock.GetTimestamp());
        }
        return cached.Access?.ExpiresAt > now ? cached.Access : null;
    }

    public void Dispose() => subscription.Dispose();

    internal static Task<bool> IsOpenAsync(
        PlatformDb db,
        Guid tenantId,
        Guid userId,
        DateTimeOffset now,
        CancellationToken ct
    ) => Open(db, tenantId, userId, now).AnyAsync(ct);

    private static IQueryable<SupportAccess> Open(
        PlatformDb db,
        Guid tenantId,
        Guid userId,
        DateTimeOffset now
    ) =>
        db
            .SupportAccess.AsNoTracking()
            .Where(a =>
                a.TenantId == tenantId
                && a.UserId == userId
                && a.EndedAt == null
                && a.ExpiresAt > now
                && db.Memberships.Any(m =>
                    m.TenantId == SystemTenant.Id
                    && m.UserId == userId
                    && m.IsActive
                    && m.Role == MemberRoles.SuperAdmin
                )
                && db.Users.Any(u => u.Id == userId && u.IsActive)
            );

    private void Forget(Guid tenantId, Guid userId)
    {
        if (tenantId != SystemTenant.Id)
        {
            known.TryRemove((tenantId, userId), out _);
            return;
        }
        foreach (var key in known.Keys.Where(k => k.User == userId))
        {
            known.TryRemove(key, out _);
        }
    }
}
