using FlameAssistant.Data.Live;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

/// <summary>What an invitation's link leads to.</summary>
/// <param name="NeedsPassword">A person who has none yet chooses it when they accept; others sign in first.</param>
public sealed record InvitationView(
    Guid UserId,
    string Email,
    string Slug,
    string Workspace,
    string Role,
    bool IsOwner,
    bool NeedsPassword
);

/// <summary>Who accepts: somebody new with name and password, or somebody signed in.</summary>
public sealed record Acceptance(
    string Token,
    Guid? SignedInAs = null,
    string? FirstName = null,
    string? LastName = null,
    string? Password = null
);

/// <summary>
/// Opens and accepts invitations. The token's hash is cleared in the same transaction: of two that accept at once, one does.
/// </summary>
public sealed class AcceptInvitation(
    IDbContextFactory<PlatformDb> platform,
    IPasswordHasher<User> hasher,
    LiveHub live,
    TimeProvider clock
)
{
    public const int MaxNameLength = 100;

    /// <returns>Null for a token that is unknown, used or expired; which of them it is stays unsaid.</returns>
    public async Task<InvitationView?> FindAsync(string token, CancellationToken ct)
    {
        await using var db = await platform.CreateDbContextAsync(ct);
        var hash = InvitationToken.Hash(token);
        var now = clock.GetUtcNow();
        return await (
            from m in db.Memberships
            join u in db.Users on m.UserId equals u.Id
            join t in db.Tenants on m.TenantId equals t.Id
            where
                m.InvitationToken == hash
                && m.InvitationExpiresAt > now
                && t.DeletedAt == null
                && u.IsActive
            select new InvitationView(
                u.Id,
                u.Email!,
                t.Slug,
                TenantDefaults.BrandOf(t.Name, t.Settings),
                m.Role,
                m.IsOwner,
                u.PasswordHash == null
            )
        ).SingleOrDefaultAsync(ct);
    }

    public async Task<Result<InvitationView>> RunAsync(Acceptance asked, CancellationToken ct)
    {
        if (await FindAsync(asked.Token, ct) is not { } invitation)
        {
            return MemberErrors.BadInvitation;
        }
        if (WhyNot(asked, invitation) is { } refused)
        {
            return refused;
        }
        await using var db = await platform.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // The audit names the person, as it does inside a tenant.
        await db.Database.ExecuteSqlAsync(
            $"SELECT set_config('app.current_user_id', {invitation.UserId.ToString()}, true), set_config('app.current_actor', {"member:" + invitation.UserId}, true)",
            ct
        );
        var hash = InvitationToken.Hash(asked.Token);
        var now = clock.GetUtcNow();
        var membership = await db
            .Memberships.FromSql(
                $"SELECT * FROM shared.tenant_users WHERE invitation_token = {hash} AND invitation_expires_at > {now} FOR UPDATE"
            )
            .SingleOrDefaultAsync(ct);
        if (membership is null)
        {
            return MemberErrors.BadInvitation;
        }
        membership.InvitationToken = null;
        membership.InvitationAcceptedAt = now;
        membership.JoinedAt = now;
        membership.IsActive = true;
        if (invitation.NeedsPassword)
        {
            var user = await db
                .Users.FromSql(
                    $"SELECT * FROM shared.users WHERE id = {invitation.UserId} FOR UPDATE"
                )
                .SingleAsync(ct);
            if (user.PasswordHash is not null)
            {
                // They accepted another invitation at the same moment, and have an account now.
                return MemberErrors.SignInFirst(invitation.Email);
            }
            user.FirstName = asked.FirstName!.Trim();
            user.LastName = asked.LastName?.Trim();
            user.PasswordHash = hasher.HashPassword(user, asked.Password!);
            user.SecurityStamp = Guid.NewGuid().ToString();
            user.ConcurrencyStamp = Guid.NewGuid().ToString();
            // The link came by mail: the address is theirs.
            user.EmailConfirmed = true;
            user.EmailVerifiedAt ??= now;
        }
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        live.Publish([new LiveEvent(membership.TenantId, LiveKinds.Member, membership.UserId, 0)]);
        return invitation;
    }

    private static Error? WhyNot(Acceptance asked, InvitationView invitation)
    {
        if (!invitation.NeedsPassword)
        {
            return asked.SignedInAs == invitation.UserId
                ? null
                : MemberErrors.SignInFirst(invitation.Email);
        }
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        if (asked.FirstName?.Trim() is not { Length: > 0 and <= MaxNameLength })
        {
            problems["firstName"] = $"Enter a first name of at most {MaxNameLength} characters.";
        }
        if (asked.LastName?.Trim().Length > MaxNameLength)
        {
            problems["lastName"] = $"A last name has at most {MaxNameLength} characters.";
        }
        if (PasswordRules.WhyWeak(asked.Password ?? "") is { } weak)
        {
            problems["password"] = weak;
        }
        return problems.Count == 0
            ? null
            : new Error(
                ErrorKind.Invalid,
                "invitation.invalid",
                string.Join(' ', problems.Values),
                problems
            );
    }
}
