using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace FlameAssistant.Data.Tenancy;

/// <summary>
/// What the operations on a whole tenant share: one transaction of flame_platform with the actor named for the audit, the
/// tenant's row locked, the permission checked, and every node told with the commit.
/// </summary>
public sealed class TenantLife(
    IDbContextFactory<PlatformDb> platform,
    LiveHub live,
    TimeProvider clock
)
{
    /// <param name="permission">What a member of the tenant needs; super-admins and the system may always.</param>
    internal async Task<Result<TenantRef>> ChangeAsync(
        string slug,
        Actor actor,
        string permission,
        Func<PlatformDb, Tenant, DateTimeOffset, Task<Error?>> change,
        CancellationToken ct
    )
    {
        await using var db = await platform.CreateDbContextAsync(ct);
        await using var transaction = await BeginAsync(db, actor, ct);
        var tenant = await db
            .Tenants.FromSql($"SELECT * FROM shared.tenants WHERE slug = {slug} FOR UPDATE")
            .SingleOrDefaultAsync(ct);
        if (tenant is null || tenant.Id == SystemTenant.Id)
        {
            return TenantErrors.Unknown(slug);
        }
        if (!await MayAsync(db, tenant.Id, actor, permission, ct))
        {
            return Error.Forbidden(permission);
        }
        if (await change(db, tenant, clock.GetUtcNow()) is { } error)
        {
            return error;
        }
        await db.SaveChangesAsync(ct);
        await TellAsync(db, tenant.Id, ct);
        await transaction.CommitAsync(ct);
        // This node at once; it hears the NOTIFY too, which changes nothing.
        live.Deliver(new LiveEvent(tenant.Id, LiveKinds.Tenant, tenant.Id, 0));
        return new TenantRef(
            tenant.Id,
            tenant.Slug,
            tenant.Name,
            tenant.SchemaName,
            tenant.Cluster,
            tenant.Status
        )
        {
            Defaults = TenantDefaults.Read(tenant.Settings),
        };
    }

    internal static async Task<IDbContextTransaction> BeginAsync(
        PlatformDb db,
        Actor actor,
        CancellationToken ct
    )
    {
        var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync(
            $"""
            SELECT set_config('app.current_user_id', {actor.UserId?.ToString() ?? ""}, true),
                   set_config('app.current_actor', {$"{actor.Kind}:{actor.Id}"}, true),
                   set_config('app.current_ip', {actor.Ip?.ToString() ?? ""}, true)
            """,
            ct
        );
        return transaction;
    }

    /// <summary>Every node, when the transaction commits.</summary>
    internal static Task TellAsync(PlatformDb db, Guid tenantId, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync(
            $"SELECT pg_notify({LiveRelay.ChannelName}, {LiveRelay.PayloadOf(new LiveEvent(tenantId, LiveKinds.Tenant, tenantId, 0))})",
            ct
        );

    /// <summary>The actor's permissions say what they may in their own tenant; this says whether it is this one.</summary>
    private async Task<bool> MayAsync(
        PlatformDb db,
        Guid tenantId,
        Actor actor,
        string permission,
        CancellationToken ct
    )
    {
        if (actor.May(MemberPermissions.PlatformManage))
        {
            return true;
        }
        if (actor.Kind == Actor.SupportKind)
        {
            return actor.May(permission)
                && await SupportDirectory.IsOpenAsync(
                    db,
                    tenantId,
                    actor.Id,
                    clock.GetUtcNow(),
                    ct
                );
        }
        var membership = await db
            .Memberships.AsNoTracking()
            .SingleOrDefaultAsync(
                m => m.TenantId == tenantId && m.UserId == actor.UserId && m.IsActive,
                ct
            );
        return membership is not null && membership.Allowed.Contains(permission);
    }
}
