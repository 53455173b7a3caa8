using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// Gives a conversation to a member, or to nobody. Agents give to themselves and to members of their teams; managers to
/// anybody.
/// </summary>
public sealed record AssignConversation(Guid ConversationId, Guid? UserId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var begun = await ChangeConversation.BeginAsync(
            unit,
            ConversationId,
            MemberPermissions.ConversationsAssign,
            ct
        );
        if (!begun.IsOk)
        {
            return begun.Error;
        }
        var conversation = begun.Value;
        if (!await Assignment.MayGiveAsync(unit, conversation.AssignedTo, UserId, ct))
        {
            return Error.Forbidden(MemberPermissions.ConversationsAssign);
        }
        if (UserId is { } user && await Assignment.WhyNotAsync(unit, user, ct) is { } refused)
        {
            return refused;
        }
        if (conversation.AssignedTo == UserId)
        {
            return true;
        }
        await Assignment.GiveAsync(unit, conversation, UserId, ct);
        await unit.Db.SaveChangesAsync(ct);
        return true;
    }
}

/// <summary>Takes a conversation that nobody has. Of two who take it at once one gets it, and the other learns who.</summary>
public sealed record TakeConversation(Guid ConversationId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var begun = await ChangeConversation.BeginAsync(
            unit,
            ConversationId,
            MemberPermissions.ConversationsAssign,
            ct
        );
        if (!begun.IsOk)
        {
            return begun.Error;
        }
        var conversation = begun.Value;
        if (unit.Actor.UserId is not { } me || conversation.AssignedTo == me)
        {
            return unit.Actor.UserId is not null;
        }
        if (conversation.AssignedTo is { } other)
        {
            return ConversationErrors.Taken(await Assignment.NameAsync(unit, other, ct) ?? "");
        }
        await Assignment.GiveAsync(unit, conversation, me, ct);
        await unit.Db.SaveChangesAsync(ct);
        return true;
    }
}

/// <summary>Gives a conversation to a team, or takes it from its team. Agents: to and from teams of their own.</summary>
public sealed record AssignTeam(Guid ConversationId, Guid? TeamId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var begun = await ChangeConversation.BeginAsync(
            unit,
            ConversationId,
            MemberPermissions.ConversationsAssign,
            ct
        );
        if (!begun.IsOk)
        {
            return begun.Error;
        }
        var conversation = begun.Value;
        var concerned = TeamId ?? conversation.TeamId;
        if (
            !unit.Actor.SeesAllChannels
            && !await unit.Db.TeamMembers.AnyAsync(
                m => m.TeamId == concerned && m.UserId == unit.Actor.Id,
                ct
            )
        )
        {
            return Error.Forbidden(MemberPermissions.ConversationsAssign);
        }
        if (conversation.TeamId == TeamId)
        {
            return true;
        }
        var name = await unit
            .Db.Teams.Where(t => t.Id == concerned)
            .Select(t => t.Name)
            .SingleOrDefaultAsync(ct);
        if (name is null)
        {
            return ConversationErrors.TeamUnknown;
        }
        conversation.TeamId = TeamId;
        unit.Note(
            ConversationId,
            TeamId is null
                ? ConversationEventKinds.TeamUnassigned
                : ConversationEventKinds.TeamAssigned,
            concerned,
            ("name", name)
        );
        if (TeamId is not null && conversation.AssignedTo is null)
        {
            ChangeConversation.AskForAssignment(unit, ConversationId);
        }
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Conversation, ConversationId);
        return true;
    }
}

internal static class Assignment
{
    /// <summary>Managers: always. Others: what concerns themselves and members of their teams only.</summary>
    public static async Task<bool> MayGiveAsync(
        TenantUnit unit,
        Guid? from,
        Guid? to,
        CancellationToken ct
    )
    {
        if (unit.Actor.SeesAllChannels || to is not null && to == unit.Actor.UserId)
        {
            return true;
        }
        // Giving away what nobody has, or what is one's own, or a team-mate's.
        Guid[] others =
        [
            .. new[] { from, to }.OfType<Guid>().Where(id => id != unit.Actor.UserId).Distinct(),
        ];
        if (others.Length == 0)
        {
            return to is not null || from is not null;
        }
        var mates = await unit
            .Db.TeamMembers.Where(mine => mine.UserId == unit.Actor.Id)
            .Join(unit.Db.TeamMembers, mine => mine.TeamId, mate => mate.TeamId, (_, m) => m.UserId)
            .Where(mate => others.Contains(mate))
            .Distinct()
            .CountAsync(ct);
        return mates == others.Length;
    }

    public static async Task<Error?> WhyNotAsync(TenantUnit unit, Guid user, CancellationToken ct)
    {
        var role = await (
            from p in unit.Db.Profiles
            join m in unit.Db.Memberships on p.UserId equals m.UserId
            where
                p.UserId == user
                && p.IsActive
                && m.IsActive
                && (m.InvitationToken == null || m.IsOwner)
            select m.Role
        ).SingleOrDefaultAsync(ct);
        return role switch
        {
            null => ConversationErrors.AssigneeUnknown,
            MemberRoles.Viewer => ConversationErrors.AssigneeViewer,
            _ => null,
        };
    }

    public static Task<string?> NameAsync(TenantUnit unit, Guid user, CancellationToken ct) =>
        unit
            .Db.Profiles.Where(p => p.UserId == user)
            .Select(p => p.DisplayName)
            .SingleOrDefaultAsync(ct);

    /// <summary>Whoever takes it knows of it; whoever is given it is told.</summary>
    public static async Task GiveAsync(
        TenantUnit unit,
        Conversation conversation,
        Guid? user,
        CancellationToken ct
    )
    {
        var concerned = user ?? conversation.AssignedTo;
        if (conversation is { Status: ConversationStatuses.Open, AssignedTo: not null })
        {
            ChangeConversation.AskForAssignment(unit, conversation.Id);
        }
        conversation.AssignedTo = user;
        var noted = unit.Note(
            conversation.Id,
            user is null ? ConversationEventKinds.Unassigned : ConversationEventKinds.Assigned,
            concerned,
            ("name", concerned is { } person ? await NameAsync(unit, person, ct) : null)
        );
        if (user is not null && user != unit.Actor.UserId)
        {
            unit.Ask(OutboxKinds.RaiseNotifications, noted.Id, conversation.Id, 0);
        }
        unit.Raise(LiveKinds.Conversation, conversation.Id);
    }
}
