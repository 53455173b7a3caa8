using FlameAssistant.Data.Audit;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

/// <summary>Lets somebody sign in again who was locked out by wrong passwords.</summary>
public sealed class UnlockPerson(SystemWork work)
{
    public Task<Result<bool>> RunAsync(Guid userId, Actor actor, CancellationToken ct) =>
        work.ChangeAsync<bool>(
            actor,
            async (db, _) =>
            {
                if (await db.Users.SingleOrDefaultAsync(u => u.Id == userId, ct) is not { } user)
                {
                    return PersonErrors.Unknown;
                }
                user.LockoutEnd = null;
                user.AccessFailedCount = 0;
                // Counters of sign-in are in no trigger's list: said here.
                await PlatformAudit.WriteAsync(
                    db,
                    actor,
                    "unlock",
                    "users",
                    userId,
                    new { user.Email },
                    ct
                );
                return true;
            },
            ct
        );
}

/// <summary>Writes into the audit that a super-admin had a password's link sent; the letter is the Web floor's.</summary>
public sealed class NotePasswordReset(SystemWork work)
{
    /// <returns>The person's address and language.</returns>
    public Task<Result<User>> RunAsync(Guid userId, Actor actor, CancellationToken ct) =>
        work.ChangeAsync<User>(
            actor,
            async (db, _) =>
            {
                var user = await db
                    .Users.AsNoTracking()
                    .SingleOrDefaultAsync(u => u.Id == userId, ct);
                if (user is null)
                {
                    return PersonErrors.Unknown;
                }
                if (!user.IsActive)
                {
                    return PersonErrors.Disabled;
                }
                await PlatformAudit.WriteAsync(
                    db,
                    actor,
                    "password_reset",
                    "users",
                    userId,
                    new { user.Email },
                    ct
                );
                return user;
            },
            ct
        );
}

/// <summary>Shuts an account, or opens it again. Shut, its sessions end and it may sign in nowhere.</summary>
public sealed class SetPersonActive(SystemWork work)
{
    public Task<Result<bool>> RunAsync(
        Guid userId,
        bool isActive,
        Actor actor,
        CancellationToken ct
    ) =>
        work.ChangeAsync<bool>(
            actor,
            async (db, raised) =>
            {
                if (userId == actor.UserId)
                {
                    return PersonErrors.Yourself;
                }
                if (await SuperAdmins.WhyNotActAsync(db, actor, ct) is { } refused)
                {
                    return refused;
                }
                if (await db.Users.SingleOrDefaultAsync(u => u.Id == userId, ct) is not { } user)
                {
                    return PersonErrors.Unknown;
                }
                if (user.IsActive == isActive)
                {
                    return false;
                }
                if (!isActive && await SuperAdmins.IsLastAsync(db, userId, ct))
                {
                    return PersonErrors.LastSuperAdmin;
                }
                user.IsActive = isActive;
                user.SecurityStamp = Guid.NewGuid().ToString();
                user.ConcurrencyStamp = Guid.NewGuid().ToString();
                var tenants = await db
                    .Memberships.Where(m => m.UserId == userId)
                    .Select(m => m.TenantId)
                    .ToListAsync(ct);
                raised.AddRange(
                    tenants.Select(id => new LiveEvent(id, LiveKinds.Member, userId, 0))
                );
                return true;
            },
            ct
        );
}

/// <summary>Makes somebody a super-admin, or takes it from them. One always stays, and nobody does it to themselves.</summary>
public sealed class SetSuperAdmin(SystemWork work)
{
    public Task<Result<bool>> RunAsync(
        Guid userId,
        bool isSuperAdmin,
        Actor actor,
        CancellationToken ct
    ) =>
        work.ChangeAsync<bool>(
            actor,
            async (db, raised) =>
            {
                if (userId == actor.UserId)
                {
                    return PersonErrors.Yourself;
                }
                if (await SuperAdmins.WhyNotActAsync(db, actor, ct) is { } refused)
                {
                    return refused;
                }
                var user = await db
                    .Users.AsNoTracking()
                    .SingleOrDefaultAsync(u => u.Id == userId, ct);
                if (user is null)
                {
                    return PersonErrors.Unknown;
                }
                var membership = await db.Memberships.SingleOrDefaultAsync(
                    m => m.TenantId == SystemTenant.Id && m.UserId == userId,
                    ct
                );
                if (isSuperAdmin == membership is { IsActive: true })
                {
                    return false;
                }
                if (!isSuperAdmin)
                {
                    if (await SuperAdmins.IsLastAsync(db, userId, ct))
                    {
                        return PersonErrors.LastSuperAdmin;
                    }
                    db.Memberships.Remove(membership!);
                }
                else if (user is not { IsActive: true, PasswordHash: not null })
                {
                    return PersonErrors.NotReady;
                }
                else if (membership is not null)
                {
                    membership.IsActive = true;
                }
                else
                {
                    db.Memberships.Add(
                        new Membership
                        {
                            Id = Guid.CreateVersion7(work.Now),
                            TenantId = SystemTenant.Id,
                            UserId = userId,
                            Role = MemberRoles.SuperAdmin,
                            InvitedBy = actor.UserId,
                        }
                    );
                }
                raised.Add(new LiveEvent(SystemTenant.Id, LiveKinds.Member, userId, 0));
                return true;
            },
            ct
        );
}

internal static class SuperAdmins
{
    /// <summary>
    /// One change of super-admins at a time, and only by one who still is one: two that remove each other at once would
    /// leave none.
    /// </summary>
    public static async Task<Error?> WhyNotActAsync(
        PlatformDb db,
        Actor actor,
        CancellationToken ct
    )
    {
        await db.Database.ExecuteSqlAsync(
            $"SELECT pg_advisory_xact_lock(hashtextextended('flame:super-admins', 0))",
            ct
        );
        return
            actor.Kind == Actor.SystemKind
            || await Active(db).AnyAsync(m => m.UserId == actor.UserId, ct)
            ? null
            : Error.Forbidden(MemberPermissions.PlatformManage);
    }

    public static async Task<bool> IsLastAsync(PlatformDb db, Guid userId, CancellationToken ct) =>
        await Active(db).AnyAsync(m => m.UserId == userId, ct)
        && !await Active(db).AnyAsync(m => m.UserId != userId, ct);

    private static IQueryable<Membership> Active(PlatformDb db) =>
        db.Memberships.Where(m =>
            m.TenantId == SystemTenant.Id
            && m.IsActive
            && db.Users.Any(u => u.Id == m.UserId && u.IsActive)
        );
}

public static class PersonErrors
{
    public static Error Unknown { get; } =
        Error.NotFound("person.unknown", "There is no such account any more.");

    public static Error Yourself { get; } =
        Error.Conflict(
            "person.yourself",
            "This is your own account. Ask another super-admin to do it."
        );

    public static Error LastSuperAdmin { get; } =
        Error.Conflict(
            "person.last_super_admin",
            "This is the last super-admin. Make somebody else a super-admin first."
        );

    public static Error NotReady { get; } =
        Error.Conflict(
            "person.not_ready",
            "Only an active account with a password can be a super-admin. Let the person accept their invitation first."
        );

    public static Error Disabled { get; } =
        Error.Conflict("person.disabled", "This account is disabled. Enable it first.");
}
