using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// Which conversations an actor sees: managers and admins all; agents and viewers those of their channels (a channel
/// without members is everybody's) and those assigned to them.
/// </summary>
internal static class ConversationAccess
{
    public static async Task<IQueryable<Conversation>> VisibleAsync(
        TenantUnit unit,
        CancellationToken ct
    )
    {
        var conversations = unit.Db.Conversations.AsNoTracking();
        if (unit.Actor.SeesAllChannels)
        {
            return conversations;
        }
        var hidden = await HiddenChannelsAsync(unit, ct);
        var me = unit.Actor.UserId;
        return hidden.Count == 0
            ? conversations
            : conversations.Where(c => !hidden.Contains(c.ChannelId) || c.AssignedTo == me);
    }

    public static async Task<bool> SeesAllAsync(TenantUnit unit, CancellationToken ct) =>
        unit.Actor.SeesAllChannels || (await HiddenChannelsAsync(unit, ct)).Count == 0;

    public static async Task<bool> MaySeeAsync(
        TenantUnit unit,
        Conversation conversation,
        CancellationToken ct
    ) =>
        unit.Actor.SeesAllChannels
        || (conversation.AssignedTo is { } assignee && assignee == unit.Actor.UserId)
        || !(await HiddenChannelsAsync(unit, ct)).Contains(conversation.ChannelId);

    /// <summary>Which of these people are members who may see the conversation.</summary>
    public static Task<List<Guid>> WhoSeesAsync(
        TenantUnit unit,
        Conversation conversation,
        IEnumerable<Guid> people,
        CancellationToken ct
    )
    {
        Guid[] asked = [.. people.Distinct()];
        return unit
            .Db.Database.SqlQuery<Guid>(
                $"""
                SELECT m.user_id AS "Value" FROM shared.tenant_users m
                  JOIN profiles p ON p.user_id = m.user_id AND p.is_active
                 WHERE m.is_active AND (m.invitation_token IS NULL OR m.is_owner) AND m.user_id = ANY ({asked})
                   AND (m.role IN ('tenant_admin', 'tenant_manager') OR m.user_id = {conversation.AssignedTo}
                     OR NOT EXISTS (SELECT FROM channel_members c WHERE c.channel_id = {conversation.ChannelId})
                     OR EXISTS (SELECT FROM channel_members c WHERE c.channel_id = {conversation.ChannelId} AND c.user_id = m.user_id))
                """
            )
            .ToListAsync(ct);
    }

    /// <summary>Asked once in a unit: no operation changes whose channels are whose and then looks by it.</summary>
    internal static async Task<List<Guid>> HiddenChannelsAsync(
        TenantUnit unit,
        CancellationToken ct
    ) =>
        unit.HiddenChannels ??= await unit
            .Db.Database.SqlQuery<Guid>(
                $"""
                SELECT channel_id AS "Value" FROM channel_members GROUP BY channel_id
                HAVING bool_and(user_id <> {unit.Actor.Id})
                """
            )
            .ToListAsync(ct);
}
