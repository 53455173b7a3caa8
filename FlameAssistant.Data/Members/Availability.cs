using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

/// <summary>The beat of a member's open page, several a minute. The first one after a while brings them online.</summary>
public sealed record BeatAvailability : ITenantOperation<bool>
{
    /// <returns>Whether they came online with it.</returns>
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (unit.Actor.UserId is not { } me)
        {
            return false;
        }
        var known = await AvailabilityRows.LockAsync(unit, me, ct);
        var comes = !known.IsOnline;
        (known.IsOnline, known.LastSeenAt) = (true, unit.Now);
        if (comes)
        {
            unit.Ask(
                OutboxKinds.CheckAvailability,
                me,
                me,
                0,
                unit.Now + AvailabilityChoices.Grace
            );
            ChangeConversation.AskForAssignment(unit, me);
            unit.Raise(LiveKinds.Availability, me);
        }
        await unit.Db.SaveChangesAsync(ct);
        return comes;
    }
}

/// <summary>Says whether a member wants conversations now, and how many at a time. Others' capacity is the managers' to set.</summary>
/// <param name="Chosen">Null leaves it as it is.</param>
/// <param name="Capacity">Null leaves it as it is.</param>
public sealed record SetAvailability(Guid UserId, string? Chosen, int? Capacity)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (UserId != unit.Actor.UserId && !unit.Actor.SeesAllChannels)
        {
            return Error.Forbidden(MemberPermissions.ConversationsAssign);
        }
        if (
            Chosen is not null && !AvailabilityChoices.All.Contains(Chosen)
            || Capacity is < 0 or > 1000
        )
        {
            return Error.Invalid(
                "availability.invalid",
                "Choose online or busy, and 0 to 1,000 conversations at a time.",
                "capacity"
            );
        }
        if (!await unit.Db.Profiles.AnyAsync(p => p.UserId == UserId && p.IsActive, ct))
        {
            return MemberErrors.UnknownMember;
        }
        var known = await AvailabilityRows.LockAsync(unit, UserId, ct);
        (known.Chosen, known.Capacity) = (Chosen ?? known.Chosen, Capacity ?? known.Capacity);
        ChangeConversation.AskForAssignment(unit, UserId);
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Availability, UserId);
        return true;
    }
}

/// <summary>Looks a minute after a beat whether there was another. Whoever is gone hands back what channels want back.</summary>
public sealed record CheckAvailability(Guid OutboxId, Guid UserId) : ITenantOperation<bool>
{
    /// <returns>Whether they are gone.</returns>
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var known = await AvailabilityRows.LockAsync(unit, UserId, ct);
        await unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);
        if (!known.IsOnline)
        {
            return false;
        }
        if (known.LastSeenAt + AvailabilityChoices.Grace is { } until && until > unit.Now)
        {
            unit.Ask(OutboxKinds.CheckAvailability, UserId, UserId, 0, until);
            await unit.Db.SaveChangesAsync(ct);
            return false;
        }
        known.IsOnline = false;
        await HandBackAsync(unit, ct);
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Availability, UserId);
        return true;
    }

    private async Task HandBackAsync(TenantUnit unit, CancellationToken ct)
    {
        var conversations = await unit
            .Db.Conversations.FromSql(
                $"""
                SELECT c.* FROM conversations c JOIN integrations i ON i.id = c.channel_id AND i.hand_back
                 WHERE c.assigned_to = {UserId} AND c.status = 'open' ORDER BY c.id FOR UPDATE OF c
                """
            )
            .ToListAsync(ct);
        var name = await Assignment.NameAsync(unit, UserId, ct);
        foreach (var conversation in conversations)
        {
            conversation.AssignedTo = null;
            unit.Note(conversation.Id, ConversationEventKinds.HandedBack, UserId, ("name", name));
            unit.Raise(LiveKinds.Conversation, conversation.Id);
        }
        if (conversations.Count > 0)
        {
            ChangeConversation.AskForAssignment(unit, UserId);
        }
    }
}

internal static class AvailabilityRows
{
    public static async Task<AgentAvailability> LockAsync(
        TenantUnit unit,
        Guid userId,
        CancellationToken ct
    )
    {
        await unit.Db.Database.ExecuteSqlAsync(
            $"INSERT INTO agent_availability (user_id) VALUES ({userId}) ON CONFLICT (user_id) DO NOTHING",
            ct
        );
        return await unit
            .Db.Availability.FromSql(
                $"SELECT * FROM agent_availability WHERE user_id = {userId} FOR UPDATE"
            )
            .SingleAsync(ct);
    }
}
