using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

/// <summary>Gives a member, or an open invitation, another role; what was given or taken beside the old one is forgotten.</summary>
public sealed record ChangeRole(Guid UserId, string Role) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (MemberRules.WhyNotGrant(unit.Actor, Role) is { } refused)
        {
            return refused;
        }
        var found = await MemberRules.FindOtherAsync(unit, UserId, ct);
        if (!found.IsOk)
        {
            return found.Error;
        }
        found.Value.Role = Role;
        found.Value.Permissions = PermissionChanges.None;
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Member, UserId);
        return true;
    }
}

/// <summary>Gives a member single permissions beside their role, or takes some: afterwards they may do exactly these.</summary>
public sealed record ChangePermissions(Guid UserId, IReadOnlySet<string> Allowed)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var found = await MemberRules.FindOtherAsync(unit, UserId, ct);
        if (!found.IsOk)
        {
            return found.Error;
        }
        if (Allowed.Except(PermissionChanges.Changeable, StringComparer.Ordinal).Any())
        {
            return MemberErrors.UnknownPermission;
        }
        if (!Allowed.IsSubsetOf(unit.Actor.Permissions))
        {
            return MemberErrors.AboveYourself;
        }
        found.Value.Permissions = PermissionChanges.Between(
            MemberPermissions.Of(found.Value.Role, isOwner: false),
            Allowed
        );
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Member, UserId);
        return true;
    }
}

/// <summary>
/// Shuts a member out: their pages close within seconds, and what they had open waits for somebody else. Nothing of what
/// they wrote is lost.
/// </summary>
public sealed record DeactivateMember(Guid UserId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var found = await MemberRules.FindOtherAsync(unit, UserId, ct);
        if (!found.IsOk)
        {
            return found.Error;
        }
        if (found.Value.InvitationToken is not null)
        {
            return MemberErrors.NotAcceptedYet;
        }
        found.Value.IsActive = false;
        ChangeConversation.AskForAssignment(unit, UserId);
        await unit.Db.SaveChangesAsync(ct);
        await unit
            .Db.Profiles.Where(p => p.UserId == UserId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.IsActive, false), ct);
        var left = await unit
            .Db.Conversations.Where(c =>
                c.AssignedTo == UserId && c.Status != ConversationStatuses.Resolved
            )
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.AssignedTo, (Guid?)null), ct);
        unit.Raise(LiveKinds.Member, UserId);
        if (left > 0)
        {
            // Perhaps hundreds at once: the lists that show them ask again as a whole.
            unit.Raise(LiveKinds.Resync, UserId);
        }
        return true;
    }
}

/// <summary>Lets a deactivated member in again, if a seat is free.</summary>
public sealed record ReactivateMember(Guid UserId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var found = await MemberRules.FindAsync(unit, UserId, ct);
        if (!found.IsOk)
        {
            return found.Error;
        }
        if (found.Value.InvitationToken is not null)
        {
            return MemberErrors.NotAcceptedYet;
        }
        if (found.Value.IsActive)
        {
            return true;
        }
        if (!found.Value.Allowed.IsSubsetOf(unit.Actor.Permissions))
        {
            return MemberErrors.AboveYourself;
        }
        var seats = await MemberSeats.CountAsync(unit, ct);
        if (seats.AreTaken)
        {
            return MemberErrors.NoSeat(seats);
        }
        found.Value.IsActive = true;
        await unit.Db.SaveChangesAsync(ct);
        await unit
            .Db.Profiles.Where(p => p.UserId == UserId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.IsActive, true), ct);
        unit.Raise(LiveKinds.Member, UserId);
        return true;
    }
}

/// <summary>Makes another member the owner. Who hands over stays an admin.</summary>
public sealed record HandOverOwnership(Guid UserId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.Ownership) || unit.Actor.UserId is not { } me)
        {
            return Error.Forbidden(MemberPermissions.Ownership);
        }
        var found = await MemberRules.FindAsync(unit, UserId, ct);
        if (!found.IsOk)
        {
            return found.Error;
        }
        if (UserId == me)
        {
            return MemberErrors.Yourself;
        }
        if (found.Value is not { IsActive: true, InvitationToken: null })
        {
            return MemberErrors.NotAcceptedYet;
        }
        // Asked again under the lock: it may have been handed over a moment ago.
        var mine = await unit.Db.Memberships.SingleOrDefaultAsync(
            m => m.UserId == me && m.IsOwner && m.IsActive,
            ct
        );
        if (mine is null)
        {
            return Error.Forbidden(MemberPermissions.Ownership);
        }
        (mine.IsOwner, mine.Role) = (false, MemberRoles.Admin);
        (found.Value.IsOwner, found.Value.Role) = (true, MemberRoles.Admin);
        found.Value.Permissions = PermissionChanges.None;
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Member, me);
        unit.Raise(LiveKinds.Member, UserId);
        return true;
    }
}
