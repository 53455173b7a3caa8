using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

/// <summary>Makes a team, or changes its name, members and way of assignment.</summary>
/// <param name="TeamId">Null makes one.</param>
/// <param name="Members">All of them; who is not named is no member afterwards.</param>
public sealed record SaveTeam(
    Guid? TeamId,
    string Name,
    string? Description,
    string AssignmentMode,
    IReadOnlyList<Guid> Members
) : ITenantOperation<Guid>
{
    public async Task<Result<Guid>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.MembersManage))
        {
            return Error.Forbidden(MemberPermissions.MembersManage);
        }
        var name = StorableText.Clean(Name).ReplaceLineEndings(" ").Trim();
        if (name.Length is 0 or > 100)
        {
            return TeamErrors.Name;
        }
        var description = StorableText.Clean(Description)?.Trim();
        if (description?.Length > 500)
        {
            return TeamErrors.Description;
        }
        if (!AssignmentModes.All.Contains(AssignmentMode))
        {
            return TeamErrors.Mode;
        }
        await MemberSeats.LockAsync(unit, ct);
        if (await unit.Db.Teams.AnyAsync(t => t.Name == name && t.Id != TeamId, ct))
        {
            return TeamErrors.Exists(name);
        }
        if (!await MemberLists.AreActiveAsync(unit, Members, ct))
        {
            return TeamErrors.Members;
        }
        var team = TeamId is { } id
            ? await unit.Db.Teams.SingleOrDefaultAsync(t => t.Id == id, ct)
            : unit
                .Db.Teams.Add(new Team { Id = Guid.CreateVersion7(unit.Now), Name = name })
                .Entity;
        if (team is null)
        {
            return TeamErrors.NotFound;
        }
        (team.Name, team.AssignmentMode) = (name, AssignmentMode);
        team.Description = string.IsNullOrEmpty(description) ? null : description;
        var present = await unit.Db.TeamMembers.Where(m => m.TeamId == team.Id).ToListAsync(ct);
        unit.Db.TeamMembers.RemoveRange(present.Where(m => !Members.Contains(m.UserId)));
        unit.Db.TeamMembers.AddRange(
            Members
                .Distinct()
                .Except(present.Select(m => m.UserId))
                .Select(user => new TeamMember { TeamId = team.Id, UserId = user })
        );
        ChangeConversation.AskForAssignment(unit, team.Id);
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Vocabulary, team.Id);
        return team.Id;
    }
}

/// <summary>Takes a team away; its conversations stay with whom they are assigned to.</summary>
public sealed record DeleteTeam(Guid TeamId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.MembersManage))
        {
            return Error.Forbidden(MemberPermissions.MembersManage);
        }
        if (await unit.Db.Teams.Where(t => t.Id == TeamId).ExecuteDeleteAsync(ct) == 0)
        {
            return TeamErrors.NotFound;
        }
        unit.Raise(LiveKinds.Vocabulary, TeamId);
        return true;
    }
}

/// <summary>Says whose channel it is; nobody named is everybody's.</summary>
public sealed record SetChannelMembers(Guid ChannelId, IReadOnlyList<Guid> Members)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ChannelsManage))
        {
            return Error.Forbidden(MemberPermissions.ChannelsManage);
        }
        if (!await unit.Db.Channels.AnyAsync(c => c.Id == ChannelId, ct))
        {
            return Error.NotFound("channel.not_found", "There is no such channel.");
        }
        await MemberSeats.LockAsync(unit, ct);
        if (!await MemberLists.AreActiveAsync(unit, Members, ct))
        {
            return TeamErrors.Members;
        }
        await MemberLists.ReplaceAsync(unit, ChannelId, Members, ct);
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Channel, ChannelId);
        return true;
    }
}

internal static class MemberLists
{
    /// <summary>Afterwards the channel is theirs; nobody named makes it everybody's.</summary>
    public static async Task ReplaceAsync(
        TenantUnit unit,
        Guid channelId,
        IReadOnlyList<Guid> people,
        CancellationToken ct
    )
    {
        var present = await unit
            .Db.ChannelMembers.Where(m => m.ChannelId == channelId)
            .ToListAsync(ct);
        unit.Db.ChannelMembers.RemoveRange(present.Where(m => !people.Contains(m.UserId)));
        unit.Db.ChannelMembers.AddRange(
            people
                .Distinct()
                .Except(present.Select(m => m.UserId))
                .Select(user => new ChannelMember { ChannelId = channelId, UserId = user })
        );
    }

    public static async Task<bool> AreActiveAsync(
        TenantUnit unit,
        IReadOnlyList<Guid> people,
        CancellationToken ct
    )
    {
        Guid[] asked = [.. people.Distinct()];
        return asked.Length
            == await unit.Db.Memberships.CountAsync(
                m => asked.Contains(m.UserId) && m.IsActive,
                ct
            );
    }
}
