using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// Gives what waits in Unassigned to agents who are online and have room, the longest waiting first. Asked for by new
/// messages, by agents who come, and by room that frees. One at a time in a tenant: the second sees what the first gave.
/// </summary>
public sealed record AssignWaiting(Guid? OutboxId = null) : ITenantOperation<int>
{
    // Of each pool, so that one without room does not keep the others waiting.
    private const int AtOnce = 100;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

    /// <returns>How many found an agent.</returns>
    public async Task<Result<int>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (OutboxId is { } row)
        {
            await unit.Db.Outbox.Where(o => o.Id == row).ExecuteDeleteAsync(ct);
        }
        await unit.Db.Database.ExecuteSqlAsync(
            $"SELECT pg_advisory_xact_lock(hashtextextended({"flame:assign:" + unit.Tenant.Id}, 0))",
            ct
        );
        var agents = await FindAgentsAsync(unit, ct);
        if (agents.Count == 0)
        {
            return 0;
        }
        var waiting = await FindWaitingAsync(unit, ct);
        var pools = new Dictionary<(Guid Channel, Guid? Team), HashSet<Guid>>();
        var (given, skipped) = (0, false);
        foreach (var one in waiting)
        {
            var key = (one.ChannelId, one.PoolTeamId);
            if (!pools.TryGetValue(key, out var pool))
            {
                pools[key] = pool = await PoolAsync(unit, one, agents.Keys, ct);
            }
            // Not back to who has just handed it over.
            var others = pool.Where(id => id != one.HandedOverBy).Select(id => agents[id]);
            if (Choose(one.Mode, others) is not { } agent)
            {
                continue;
            }
            var conversation = await unit
                .Db.Conversations.FromSql(
                    $"SELECT * FROM conversations WHERE id = {one.Id} AND assigned_to IS NULL AND status = 'open' FOR UPDATE SKIP LOCKED"
                )
                .SingleOrDefaultAsync(ct);
            if (conversation is null)
            {
                skipped = true;
                continue;
            }
            await Assignment.GiveAsync(unit, conversation, agent.UserId, ct);
            agent.Load++;
            // Microseconds keep the order of several that are given in one unit.
            agent.LastAssignedAt = unit.Now.AddMicroseconds(++given);
            await unit
                .Db.Availability.Where(a => a.UserId == agent.UserId)
                .ExecuteUpdateAsync(
                    a => a.SetProperty(x => x.LastAssignedAt, agent.LastAssignedAt),
                    ct
                );
        }
        if (waiting.Count >= AtOnce && given > 0)
        {
            ChangeConversation.AskForAssignment(unit, Guid.Empty);
        }
        else if (skipped)
        {
            // Somebody was just changing it: it still waits, unless they took it.
            unit.Ask(OutboxKinds.AssignWaiting, Guid.Empty, Guid.Empty, 0, unit.Now + Again);
        }
        await unit.Db.SaveChangesAsync(ct);
        return given;
    }

    private static Agent? Choose(string mode, IEnumerable<Agent> pool) =>
        pool.Where(a => a.Load < a.Capacity)
            .OrderBy(a => mode == AssignmentModes.LeastLoaded ? a.Load : 0)
            .ThenBy(a => a.LastAssignedAt ?? DateTimeOffset.MinValue)
            .ThenBy(a => a.UserId)
            .FirstOrDefault();

    private static async Task<Dictionary<Guid, Agent>> FindAgentsAsync(
        TenantUnit unit,
        CancellationToken ct
    )
    {
        var since = unit.Now - AvailabilityChoices.Grace;
        var rows = await unit
            .Db.Database.SqlQuery<AgentRow>(
                $"""
                SELECT a.user_id, a.capacity, a.last_assigned_at,
                       (SELECT count(*) FROM conversations c WHERE c.assigned_to = a.user_id AND c.status = 'open')::int AS load
                  FROM agent_availability a
                  JOIN profiles p ON p.user_id = a.user_id AND p.is_active
                  JOIN shared.tenant_users m ON m.user_id = a.user_id AND m.is_active AND m.role <> 'tenant_viewer'
                 WHERE a.is_online AND a.chosen = 'online' AND a.last_seen_at > {since}
                """
            )
            .ToListAsync(ct);
        return rows.Select(r => new Agent(r.UserId, r.Capacity)
            {
                Load = r.Load,
                LastAssignedAt = r.LastAssignedAt,
            })
            .ToDictionary(a => a.UserId);
    }

    /// <summary>A team's own way of assignment goes before the channel's.</summary>
    private static Task<List<WaitingRow>> FindWaitingAsync(TenantUnit unit, CancellationToken ct) =>
        unit
            .Db.Database.SqlQuery<WaitingRow>(
                $"""
                SELECT id, channel_id, pool_team_id, mode,
                       (SELECT e.actor_id FROM conversation_events e WHERE e.conversation_id = w.id AND e.kind = 'handoff'
                           AND e.occurred_at >= w.waiting_since ORDER BY e.occurred_at DESC LIMIT 1) AS handed_over_by
                  FROM (
                SELECT c.id, c.channel_id, c.last_message_at, c.waiting_since, coalesce(c.team_id, i.assignment_team_id) AS pool_team_id,
                       row_number() OVER (PARTITION BY c.channel_id, c.team_id ORDER BY c.last_message_at, c.id) AS place,
                       coalesce(nullif(t.assignment_mode, 'none'), CASE WHEN c.team_id IS NULL THEN i.assignment_mode ELSE 'none' END) AS mode
                  FROM conversations c
                  JOIN integrations i ON i.id = c.channel_id
                  LEFT JOIN teams t ON t.id = c.team_id
                 WHERE c.assigned_to IS NULL AND c.status = 'open' AND c.waiting_since IS NOT NULL
                   AND coalesce(nullif(t.assignment_mode, 'none'), CASE WHEN c.team_id IS NULL THEN i.assignment_mode ELSE 'none' END) <> 'none'
                ) w WHERE place <= {AtOnce} ORDER BY last_message_at, id
                """
            )
            .ToListAsync(ct);

    /// <summary>The team's members; else the channel's; else everybody.</summary>
    private static async Task<HashSet<Guid>> PoolAsync(
        TenantUnit unit,
        WaitingRow one,
        IEnumerable<Guid> online,
        CancellationToken ct
    )
    {
        var members = one.PoolTeamId is { } team
            ? await unit
                .Db.TeamMembers.Where(m => m.TeamId == team)
                .Select(m => m.UserId)
                .ToListAsync(ct)
            : await unit
                .Db.ChannelMembers.Where(m => m.ChannelId == one.ChannelId)
                .Select(m => m.UserId)
                .ToListAsync(ct);
        return one.PoolTeamId is null && members.Count == 0
            ? [.. online]
            : [.. online.Intersect(members)];
    }

    private sealed record AgentRow(
        Guid UserId,
        int Capacity,
        DateTimeOffset? LastAssignedAt,
        int Load
    );

    private sealed record WaitingRow(
        Guid Id,
        Guid ChannelId,
        Guid? PoolTeamId,
        string Mode,
        Guid? HandedOverBy
    );

    private sealed class Agent(Guid userId, int capacity)
    {
        public Guid UserId => userId;
        public int Capacity => capacity;
        public int Load { get; set; }
        public DateTimeOffset? LastAssignedAt { get; set; }
    }
}
