using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

/// <summary>What holds whenever members are changed: nobody reaches above themselves, and nobody changes their own place.</summary>
internal static class MemberRules
{
    public static Error? WhyNotGrant(Actor actor, string role) =>
        !actor.May(MemberPermissions.MembersManage)
            ? Error.Forbidden(MemberPermissions.MembersManage)
        : !MemberRoles.OfTenants.Contains(role) ? MemberErrors.UnknownRole(role)
        : !MemberPermissions.Of(role, isOwner: false).IsSubsetOf(actor.Permissions)
            ? MemberErrors.AboveYourself
        : null;

    /// <summary>The membership, and no other change beside this one until the end of the unit.</summary>
    public static async Task<Result<Membership>> FindAsync(
        TenantUnit unit,
        Guid userId,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.MembersManage))
        {
            return Error.Forbidden(MemberPermissions.MembersManage);
        }
        await MemberSeats.LockAsync(unit, ct);
        var membership = await unit.Db.Memberships.SingleOrDefaultAsync(
            m => m.UserId == userId,
            ct
        );
        return membership is null ? MemberErrors.UnknownMember : membership;
    }

    /// <summary>Likewise, of somebody else who is no owner and does not stand above.</summary>
    public static async Task<Result<Membership>> FindOtherAsync(
        TenantUnit unit,
        Guid userId,
        CancellationToken ct
    )
    {
        var found = await FindAsync(unit, userId, ct);
        return !found.IsOk ? found
            : userId == unit.Actor.UserId ? MemberErrors.Yourself
            : found.Value.IsOwner ? MemberErrors.LastOwner
            : !found.Value.Allowed.IsSubsetOf(unit.Actor.Permissions) ? MemberErrors.AboveYourself
            : found;
    }
}
