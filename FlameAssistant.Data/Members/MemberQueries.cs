using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

public enum MemberState
{
    Active,
    Invited,
    InvitationExpired,
    Deactivated,
}

public sealed record MemberRow(
    Guid UserId,
    string Name,
    string Email,
    string Role,
    bool IsOwner,
    MemberState State,
    DateTimeOffset? LastActiveAt,
    DateTimeOffset? InvitationExpiresAt
)
{
    /// <summary>What they may do: by their role, and beside it.</summary>
    public IReadOnlySet<string> Allowed { get; init; } = MemberPermissions.Of(Role, IsOwner);

    public string? Avatar { get; init; }
}

public sealed record MemberList(IReadOnlyList<MemberRow> Rows, Seats Seats);

public static class MemberQueries
{
    /// <summary>Everybody, owners first, then by name; empty for who may not manage members.</summary>
    public static async Task<MemberList?> ListMembersAsync(
        this TenantUnit unit,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.MembersManage))
        {
            return null;
        }
        var rows = await (
            from m in unit.Db.Memberships.AsNoTracking()
            join p in unit.Db.MemberPeople on m.UserId equals p.UserId
            join f in unit.Db.Profiles on m.UserId equals f.UserId into profiles
            from f in profiles.DefaultIfEmpty()
            select new
            {
                Member = m,
                Person = p,
                f.AvatarUrl,
            }
        ).ToListAsync(ct);
        return new MemberList(
            [
                .. rows.Select(r =>
                        RowOf(r.Member, r.Person, unit.Now) with
                        {
                            Avatar = r.AvatarUrl,
                        }
                    )
                    .OrderByDescending(r => r.IsOwner)
                    .ThenBy(r => r.State)
                    .ThenBy(r => r.Name, StringComparer.CurrentCultureIgnoreCase),
            ],
            await MemberSeats.CountAsync(unit, ct)
        );
    }

    private static MemberRow RowOf(Membership member, MemberPerson person, DateTimeOffset now) =>
        new(
            member.UserId,
            // Who has not said their name yet is known by their address.
            UserNames.IsMade(person.DisplayName)
                ? person.Email
                : person.DisplayName,
            person.Email,
            member.Role,
            member.IsOwner,
            member switch
            {
                { InvitationToken: not null } when member.InvitationExpiresAt <= now =>
                    MemberState.InvitationExpired,
                { InvitationToken: not null } => MemberState.Invited,
                { IsActive: true } => MemberState.Active,
                _ => MemberState.Deactivated,
            },
            member.LastActiveAt,
            member.InvitationExpiresAt
        )
        {
            Allowed = member.Allowed,
        };
}
