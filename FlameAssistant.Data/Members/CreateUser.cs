using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FlameAssistant.Data.Members;

/// <summary>A person and, perhaps, a place in a tenant.</summary>
/// <param name="Role">A stored value of <see cref="MemberRoles"/>.</param>
public sealed record NewUser(
    string Email,
    string Password,
    TenantRef? Tenant = null,
    string? Role = null,
    bool IsSuperAdmin = false,
    string? FirstName = null,
    string? LastName = null,
    bool IsOwner = false
);

/// <summary>
/// Makes an account, or sets the password of a known one, and adds the membership. All or nothing; running it again changes
/// nothing more.
/// </summary>
public sealed class CreateUser(
    IDbContextFactory<PlatformDb> platform,
    IPasswordHasher<User> hasher,
    ILookupNormalizer normalizer,
    TimeProvider clock
)
{
    public async Task<Result<Guid>> RunAsync(NewUser asked, CancellationToken ct)
    {
        try
        {
            return await TryAsync(asked, ct);
        }
        catch (DbUpdateException ex)
            when (ex.InnerException
                    is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
            )
        {
            // Somebody made the same person at the same moment; now they are known.
            return await TryAsync(asked, ct);
        }
    }

    private async Task<Result<Guid>> TryAsync(NewUser asked, CancellationToken ct)
    {
        if (!MemberErrors.IsEmail(asked.Email))
        {
            return MemberErrors.NotAnEmail(asked.Email);
        }
        if (asked is { Tenant: not null, Role: var role } && !MemberRoles.OfTenants.Contains(role))
        {
            return MemberErrors.UnknownRole(role ?? "");
        }
        if (PasswordRules.WhyWeak(asked.Password) is { } weak)
        {
            return MemberErrors.WeakPassword(weak);
        }

        await using var db = await platform.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var normalized = normalizer.NormalizeEmail(asked.Email);
        var user = await db.Users.SingleOrDefaultAsync(u => u.NormalizedEmail == normalized, ct);
        if (user is null)
        {
            user = new User
            {
                Id = Guid.CreateVersion7(clock.GetUtcNow()),
                Email = asked.Email,
                NormalizedEmail = normalized,
            };
            user.UserName = UserNames.Made(user.Id);
            user.NormalizedUserName = normalizer.NormalizeName(user.UserName);
            db.Users.Add(user);
        }
        user.FirstName = asked.FirstName ?? user.FirstName;
        user.LastName = asked.LastName ?? user.LastName;
        user.EmailConfirmed = true;
        user.EmailVerifiedAt ??= clock.GetUtcNow();
        user.LockoutEnabled = true;
        if (
            user.PasswordHash is null
            || hasher.VerifyHashedPassword(user, user.PasswordHash, asked.Password)
                == PasswordVerificationResult.Failed
        )
        {
            user.PasswordHash = hasher.HashPassword(user, asked.Password);
            // Ends the sessions that the old password opened.
            user.SecurityStamp = Guid.NewGuid().ToString();
            user.ConcurrencyStamp = Guid.NewGuid().ToString();
            user.LockoutEnd = null;
            user.AccessFailedCount = 0;
        }
        await db.SaveChangesAsync(ct);
        if (asked.Tenant is { } tenant)
        {
            await JoinAsync(db, tenant.Id, user.Id, asked.Role!, asked.IsOwner, ct);
        }
        if (asked.IsSuperAdmin)
        {
            await JoinAsync(
                db,
                SystemTenant.Id,
                user.Id,
                MemberRoles.SuperAdmin,
                isOwner: false,
                ct
            );
        }
        await transaction.CommitAsync(ct);
        return user.Id;
    }

    private async Task JoinAsync(
        PlatformDb db,
        Guid tenantId,
        Guid userId,
        string role,
        bool isOwner,
        CancellationToken ct
    )
    {
        var membership = await db.Memberships.SingleOrDefaultAsync(
            m => m.TenantId == tenantId && m.UserId == userId,
            ct
        );
        if (membership is null)
        {
            membership = new Membership
            {
                Id = Guid.CreateVersion7(clock.GetUtcNow()),
                TenantId = tenantId,
                UserId = userId,
                Role = role,
                IsOwner = isOwner,
            };
            db.Memberships.Add(membership);
        }
        // An owner stays an owner: ownership is handed over, never lost to a command.
        membership.Role = membership.IsOwner ? MemberRoles.Admin : role;
        membership.IsActive = true;
        membership.InvitationToken = null;
        membership.InvitationAcceptedAt ??= clock.GetUtcNow();
        await db.SaveChangesAsync(ct);
    }
}
