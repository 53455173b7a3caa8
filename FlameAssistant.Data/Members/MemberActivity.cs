using System.Collections.Concurrent;
using FlameAssistant.Data.Platform;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

/// <summary>Notes when a member was last seen, to within minutes: a write per member and pause, not per click.</summary>
public sealed class MemberActivity(IDbContextFactory<PlatformDb> platform, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(Guid Tenant, Guid User), long> noted = new();

    public async Task SeenAsync(Guid tenantId, Guid userId, CancellationToken ct)
    {
        var key = (tenantId, userId);
        if (noted.TryGetValue(key, out var at) && clock.GetElapsedTime(at) < Pause)
        {
            return;
        }
        noted[key] = clock.GetTimestamp();
        await using var db = await platform.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        await db
            .Memberships.Where(m => m.TenantId == tenantId && m.UserId == userId)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.LastActiveAt, now), ct);
    }
}
