using FlameAssistant.Data.Audit;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Tenancy;

/// <summary>A super-admin's time in a tenant that is not theirs: one row of <c>shared.support_access</c>.</summary>
public sealed class SupportAccess
{
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(60);

    public Guid Id { get; set; }
    public Guid TenantId { get; set; }
    public Guid UserId { get; set; }
    public required string Reason { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
}

internal sealed class SupportAccessConfiguration
    : IEntityTypeConfiguration<SupportAccess>,
        IPlatformMapping
{
    public void Configure(EntityTypeBuilder<SupportAccess> builder)
    {
        builder.ToTable("support_access", "shared");
        builder.HasKey(a => new { a.TenantId, a.Id });
        builder.Property(a => a.Id).ValueGeneratedNever();
    }
}

/// <summary>An open support access.</summary>
public sealed record SupportRef(Guid Id, string Reason, DateTimeOffset ExpiresAt);

/// <summary>
/// Lets a super-admin into a tenant for a while, with a reason that both audits keep. One that was open is ended by it.
/// </summary>
public sealed class BeginSupportAccess(SystemWork work)
{
    public const int MinReasonLength = 10;
    public const int MaxReasonLength = 500;

    /// <param name="duration">At most <see cref="SupportAccess.Longest"/>; that when null.</param>
    public Task<Result<SupportRef>> RunAsync(
        string slug,
        string reason,
        Actor actor,
        CancellationToken ct,
        TimeSpan? duration = null
    ) =>
        work.ChangeAsync<SupportRef>(
            actor,
            async (db, raised) =>
            {
                var why = StorableText.Clean(reason.Trim());
                if (why.Length is < MinReasonLength or > MaxReasonLength)
                {
                    return SupportErrors.Reason;
                }
                if (actor.UserId is not { } me)
                {
                    return Error.Forbidden(MemberPermissions.PlatformManage);
                }
                var tenant = await db
                    .Tenants.FromSql($"SELECT * FROM shared.tenants WHERE slug = {slug} FOR UPDATE")
                    .AsNoTracking()
                    .SingleOrDefaultAsync(ct);
                if (tenant is null || tenant.DeletedAt is not null || tenant.Id == SystemTenant.Id)
                {
                    return TenantErrors.Unknown(slug);
                }
                if (
                    tenant.Status
                    is not (TenantStatuses.Active or TenantStatuses.Trial or TenantStatuses.Pending)
                )
                {
                    return SupportErrors.Closed;
                }
                var now = work.Now;
                await db
                    .SupportAccess.Where(a =>
                        a.TenantId == tenant.Id && a.UserId == me && a.EndedAt == null
                    )
                    .ExecuteUpdateAsync(
                        set =>
                            set.SetProperty(
                                a => a.EndedAt,
                                a => a.ExpiresAt < now ? a.ExpiresAt : now
                            ),
                        ct
                    );
                var wanted = duration ?? SupportAccess.Longest;
                var access = new SupportAccess
                {
                    Id = Guid.CreateVersion7(now),
                    TenantId = tenant.Id,
                    UserId = me,
                    Reason = why,
                    StartedAt = now,
                    ExpiresAt =
                        now + (wanted < SupportAccess.Longest ? wanted : SupportAccess.Longest),
                };
                db.SupportAccess.Add(access);
                await SupportAudit.WriteAsync(db, actor, "support.begin", tenant, access, ct);
                raised.Add(new LiveEvent(tenant.Id, LiveKinds.Member, me, 0));
                return new SupportRef(access.Id, access.Reason, access.ExpiresAt);
            },
            ct
        );
}

/// <summary>Leaves the tenant: open pages of it close within five seconds. Leaving twice changes nothing.</summary>
public sealed class EndSupportAccess(SystemWork work)
{
    public Task<Result<bool>> RunAsync(string slug, Actor actor, CancellationToken ct) =>
        work.ChangeAsync<bool>(
            actor,
            async (db, raised) =>
            {
                var tenant = await db
                    .Tenants.AsNoTracking()
                    .SingleOrDefaultAsync(t => t.Slug == slug, ct);
                if (tenant is null || actor.UserId is not { } me)
                {
                    return TenantErrors.Unknown(slug);
                }
                var now = work.Now;
                var open = await db
                    .SupportAccess.FromSql(
                        $"SELECT * FROM shared.support_access WHERE tenant_id = {tenant.Id} AND user_id = {me} AND ended_at IS NULL FOR UPDATE"
                    )
                    .SingleOrDefaultAsync(ct);
                raised.Add(new LiveEvent(tenant.Id, LiveKinds.Member, me, 0));
                if (open is null)
                {
                    return false;
                }
                open.EndedAt = open.ExpiresAt < now ? open.ExpiresAt : now;
                await SupportAudit.WriteAsync(db, actor, "support.end", tenant, open, ct);
                return true;
            },
            ct
        );
}

internal static class SupportAudit
{
    /// <summary>In the audit of the installation, and in the tenant's own.</summary>
    public static async Task WriteAsync(
        PlatformDb db,
        Actor actor,
        string action,
        Tenant tenant,
        SupportAccess access,
        CancellationToken ct
    )
    {
        var by = await db
            .Users.Where(u => u.Id == access.UserId)
            .Select(u => u.Email)
            .SingleAsync(ct);
        await PlatformAudit.WriteAsync(
            db,
            actor,
            action,
            "support_access",
            access.Id,
            new
            {
                tenant = tenant.Slug,
                reason = access.Reason,
                expires_at = access.ExpiresAt,
            },
            ct
        );
        // For the tenant it is support that came, not one of its members.
        await db.Database.ExecuteSqlAsync(
            $"SELECT set_config('app.current_actor', {$"{Actor.SupportKind}:{access.UserId}"}, true)",
            ct
        );
        await PlatformAudit.WriteToTenantAsync(
            db,
            tenant.Id,
            action,
            "support_access",
            access.Id,
            new
            {
                by,
                reason = access.Reason,
                expires_at = access.ExpiresAt,
            },
            ct
        );
    }
}

public static class SupportErrors
{
    public static Error Reason { get; } =
        Error.Invalid(
            "support.reason",
            $"Say why in {BeginSupportAccess.MinReasonLength} to {BeginSupportAccess.MaxReasonLength} characters: the workspace's admins read it.",
            "reason"
        ) with
        {
            Args = [BeginSupportAccess.MinReasonLength, BeginSupportAccess.MaxReasonLength],
        };

    public static Error Closed { get; } =
        Error.Conflict(
            "support.closed",
            "This workspace is closed, nobody can enter it: resume it first."
        );
}
