using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

public sealed record TeamRow(
    Guid Id,
    string Name,
    string? Description,
    string AssignmentMode,
    IReadOnlyList<Guid> Members
);

/// <param name="Open">Conversations of the team that are open or with the assistant.</param>
public sealed record TeamLoad(TeamRow Team, int Open);

/// <summary>A colleague, for assigning, mentioning and presence.</summary>
/// <param name="CanAnswer">False for viewers, to whom nothing is assigned.</param>
public sealed record Colleague(
    Guid UserId,
    string Name,
    string? AvatarUrl,
    bool CanAnswer,
    bool IsOnline,
    bool IsBusy,
    int Capacity
);

public static class TeamQueries
{
    public static async Task<IReadOnlyList<TeamRow>> ListTeamsAsync(
        this TenantUnit unit,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsRead))
        {
            return [];
        }
        var teams = await unit.Db.Teams.AsNoTracking().ToListAsync(ct);
        var members = await unit.Db.TeamMembers.AsNoTracking().ToListAsync(ct);
        var byTeam = members.ToLookup(m => m.TeamId, m => m.UserId);
        return
        [
            .. teams
                .OrderBy(t => t.Name, StringComparer.CurrentCultureIgnoreCase)
                .Select(t => new TeamRow(
                    t.Id,
                    t.Name,
                    t.Description,
                    t.AssignmentMode,
                    [.. byTeam[t.Id]]
                )),
        ];
    }

    /// <summary>Teams with what they have to do; null for who may not manage members.</summary>
    public static async Task<IReadOnlyList<TeamLoad>?> ListTeamLoadsAsync(
        this TenantUnit unit,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.MembersManage))
        {
            return null;
        }
        var open = await unit
            .Db.Conversations.Where(c =>
                c.TeamId != null
                && c.Status != ConversationStatuses.Resolved
                && c.Status != ConversationStatuses.Snoozed
            )
            .GroupBy(c => c.TeamId!.Value)
            .Select(g => new { Team = g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Team, g => g.Count, ct);
        var teams = await unit.ListTeamsAsync(ct);
        return [.. teams.Select(t => new TeamLoad(t, open.GetValueOrDefault(t.Id)))];
    }

    /// <summary>How many open conversations each member has; who has none is not named.</summary>
    public static async Task<IReadOnlyDictionary<Guid, int>> CountOpenOfAgentsAsync(
        this TenantUnit unit,
        CancellationToken ct
    ) =>
        await unit
            .Db.Conversations.Where(c =>
                c.AssignedTo != null && c.Status == ConversationStatuses.Open
            )
            .GroupBy(c => c.AssignedTo!.Value)
            .Select(g => new { Person = g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Person, g => g.Count, ct);

    /// <summary>Every active member by name.</summary>
    public static async Task<IReadOnlyList<Colleague>> ListColleaguesAsync(
        this TenantUnit unit,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsRead))
        {
            return [];
        }
        var since = unit.Now - AvailabilityChoices.Grace;
        var people = await (
            from p in unit.Db.Profiles
            join m in unit.Db.Memberships on p.UserId equals m.UserId
            join a in unit.Db.Availability on p.UserId equals a.UserId into known
            from a in known.DefaultIfEmpty()
            where p.IsActive && m.IsActive
            select new Colleague(
                p.UserId,
                p.DisplayName,
                p.AvatarUrl,
                m.Role != MemberRoles.Viewer,
                a != null && a.IsOnline && a.LastSeenAt > since,
                a != null && a.Chosen == AvailabilityChoices.Busy,
                a == null ? 20 : a.Capacity
            )
        ).ToListAsync(ct);
        return [.. people.OrderBy(p => p.Name, StringComparer.CurrentCultureIgnoreCase)];
    }
}
