using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Platform;

/// <summary>
/// The door to what concerns the whole installation: only super-admins and the product itself pass, the actor is named for
/// the audit, and a failed operation leaves nothing.
/// </summary>
public sealed class SystemWork(
    IDbContextFactory<PlatformDb> platform,
    LiveHub live,
    TimeProvider clock
)
{
    /// <summary>As of now, UTC.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <returns>The fallback for who may not see it.</returns>
    internal async Task<T> ReadAsync<T>(
        Actor actor,
        Func<PlatformDb, Task<T>> read,
        T fallback,
        CancellationToken ct
    )
    {
        if (!actor.May(MemberPermissions.PlatformManage))
        {
            return fallback;
        }
        await using var db = await platform.CreateDbContextAsync(ct);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return await read(db);
    }

    /// <param name="change">Runs in the transaction; what it raises is told after the commit.</param>
    internal async Task<Result<T>> ChangeAsync<T>(
        Actor actor,
        Func<PlatformDb, List<LiveEvent>, Task<Result<T>>> change,
        CancellationToken ct
    )
    {
        if (!actor.May(MemberPermissions.PlatformManage))
        {
            return Error.Forbidden(MemberPermissions.PlatformManage);
        }
        await using var db = await platform.CreateDbContextAsync(ct);
        await using var transaction = await TenantLife.BeginAsync(db, actor, ct);
        var raised = new List<LiveEvent>();
        var result = await change(db, raised);
        if (result.IsOk)
        {
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            live.Publish(raised);
        }
        return result;
    }
}
