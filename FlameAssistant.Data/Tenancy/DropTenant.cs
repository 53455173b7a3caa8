using System.Data.Common;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tenancy;

/// <summary>
/// Takes a deleted tenant away for good after the grace period: its schema and every row of shared that is its, in one
/// transaction, and then its files. Only the audit keeps what happened. The slug is free again.
/// </summary>
public sealed class DropTenant(
    TenantLife life,
    IDbContextFactory<PlatformDb> platform,
    TimeProvider clock
)
{
    /// <param name="now">Whether the rest of the grace period is given up.</param>
    public Task<Result<TenantRef>> RunAsync(
        string slug,
        bool now,
        Actor actor,
        CancellationToken ct
    ) =>
        life.ChangeAsync(
            slug,
            actor,
            MemberPermissions.PlatformManage,
            async (db, tenant, time) =>
            {
                if (tenant.DeletedAt is not { } deletedAt)
                {
                    return TenantErrors.NotDeleted(slug);
                }
                var due = deletedAt + await GraceAsync(db, ct);
                if (!now && time < due)
                {
                    return TenantErrors.InGrace(slug, due);
                }
                await db.Database.ExecuteSqlAsync(
                    $"SELECT shared.drop_tenant_schema({tenant.SchemaName})",
                    ct
                );
                // Files lie elsewhere: a node that reaches them takes them away once this is committed.
                await db.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO shared.outbox (id, tenant_id, kind, subject_id, order_key, order_seq, available_at)
                    VALUES ({Guid.CreateVersion7(
                        time
                    )}, {SystemTenant.Id}, {OutboxKinds.RemoveTenantFiles}, {tenant.Id}, {tenant.Id}, 0, {time})
                    """,
                    ct
                );
                db.Tenants.Remove(tenant);
                return null;
            },
            ct
        );

    /// <summary>Every tenant whose grace period is over; one that fails does not stop the others.</summary>
    /// <returns>Their slugs, each with its error or none.</returns>
    public async Task<IReadOnlyList<(string Slug, Error? Error)>> RunDueAsync(CancellationToken ct)
    {
        List<string> due;
        await using (var db = await platform.CreateDbContextAsync(ct))
        {
            var before = clock.GetUtcNow() - await GraceAsync(db, ct);
            due = await db
                .Tenants.Where(t => t.DeletedAt <= before && t.Id != SystemTenant.Id)
                .OrderBy(t => t.Slug)
                .Select(t => t.Slug)
                .ToListAsync(ct);
        }
        var results = new List<(string, Error?)>();
        foreach (var slug in due)
        {
            results.Add((slug, await TryAsync(slug, ct)));
        }
        return results;
    }

    private async Task<Error?> TryAsync(string slug, CancellationToken ct)
    {
        try
        {
            return (await RunAsync(slug, now: false, Actor.System, ct)).Error;
        }
        catch (Exception ex) when (ex is DbException or DbUpdateException)
        {
            return TenantErrors.NotDropped(slug, ex.GetBaseException().Message);
        }
    }

    internal static async Task<TimeSpan> GraceAsync(PlatformDb db, CancellationToken ct)
    {
        var days = await db
            .Database.SqlQuery<int>(
                $"""SELECT coalesce((SELECT value::integer FROM shared.system_settings WHERE key = 'tenants.grace_days'), 30) AS "Value" """
            )
            .ToListAsync(ct);
        return TimeSpan.FromDays(days.Single());
    }
}
