using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

/// <summary>An open invitation. The token goes into the letter and nowhere else.</summary>
/// <param name="Language">Of the letter: the person's own, where they have an account and chose one.</param>
public sealed record MemberInvitation(
    Guid UserId,
    string Email,
    string Token,
    DateTimeOffset ExpiresAt,
    string Language
)
{
    internal static async Task<MemberInvitation> OfAsync(
        TenantUnit unit,
        Membership membership,
        string token,
        CancellationToken ct
    )
    {
        var person = await unit
            .Db.MemberPeople.Where(p => p.UserId == membership.UserId)
            .Select(p => new { p.Email, p.Language })
            .SingleAsync(ct);
        return new MemberInvitation(
            membership.UserId,
            person.Email,
            token,
            membership.InvitationExpiresAt!.Value,
            person.Language ?? unit.Tenant.Defaults.Language
        );
    }
}

/// <summary>Asks somebody into the tenant. It holds a seat until it is accepted, revoked, or seven days old.</summary>
/// <param name="Role">One of <see cref="MemberRoles.OfTenants"/>, at most the inviter's own.</param>
public sealed record InviteMember(string Email, string Role) : ITenantOperation<MemberInvitation>
{
    public async Task<Result<MemberInvitation>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (MemberRules.WhyNotGrant(unit.Actor, Role) is { } refused)
        {
            return refused;
        }
        var email = Email.Trim();
        if (!MemberErrors.IsEmail(email))
        {
            return MemberErrors.NotAnEmail(email);
        }
        await MemberSeats.LockAsync(unit, ct);
        var userId = (
            await unit
                .Db.Database.SqlQuery<Guid>($"""SELECT shared.ensure_user({email}) AS "Value" """)
                .ToListAsync(ct)
        ).Single();
        var known = await unit.Db.Memberships.SingleOrDefaultAsync(m => m.UserId == userId, ct);
        if (known is not null)
        {
            return known switch
            {
                { InvitationToken: not null } => MemberErrors.InvitedAlready(email),
                { IsActive: false } => MemberErrors.Deactivated(email),
                _ => MemberErrors.MemberAlready(email),
            };
        }
        var seats = await MemberSeats.CountAsync(unit, ct);
        if (seats.AreTaken)
        {
            return MemberErrors.NoSeat(seats);
        }
        var token = InvitationToken.New();
        var membership = new Membership
        {
            Id = Guid.CreateVersion7(unit.Now),
            TenantId = unit.Tenant.Id,
            UserId = userId,
            Role = Role,
            // Until it is accepted, whatever else the person may be signed in to.
            IsActive = false,
            InvitedBy = unit.Actor.UserId,
            InvitationToken = InvitationToken.Hash(token),
            InvitationExpiresAt = unit.Now + InvitationToken.Life,
        };
        unit.Db.Memberships.Add(membership);
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Member, userId);
        return await MemberInvitation.OfAsync(unit, membership, token, ct);
    }
}

/// <summary>A new link for an open or expired invitation; the old one is void.</summary>
public sealed record ResendInvitation(Guid UserId) : ITenantOperation<MemberInvitation>
{
    public async Task<Result<MemberInvitation>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var found = await MemberRules.FindAsync(unit, UserId, ct);
        if (!found.IsOk)
        {
            return found.Error;
        }
        var membership = found.Value;
        if (membership.InvitationToken is null)
        {
            return MemberErrors.NoInvitation;
        }
        if (membership.InvitationExpiresAt <= unit.Now && !membership.IsOwner)
        {
            var seats = await MemberSeats.CountAsync(unit, ct);
            if (seats.AreTaken)
            {
                return MemberErrors.NoSeat(seats);
            }
        }
        var token = InvitationToken.New();
        membership.InvitationToken = InvitationToken.Hash(token);
        membership.InvitationExpiresAt = unit.Now + InvitationToken.Life;
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Member, UserId);
        return await MemberInvitation.OfAsync(unit, membership, token, ct);
    }
}

/// <summary>Takes an invitation back: its link is void and its seat is free.</summary>
public sealed record RevokeInvitation(Guid UserId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var found = await MemberRules.FindAsync(unit, UserId, ct);
        if (!found.IsOk)
        {
            return found.Error;
        }
        if (found.Value.InvitationToken is null)
        {
            return MemberErrors.NoInvitation;
        }
        if (found.Value.IsOwner)
        {
            return MemberErrors.LastOwner;
        }
        unit.Db.Memberships.Remove(found.Value);
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Member, UserId);
        return true;
    }
}
