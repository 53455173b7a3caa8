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

    public static async Task<bool> MaySeeAsync(
        TenantUnit unit,
        Conversation conversation,
        CancellationToken ct
    ) =>
        unit.Actor.SeesAllChannels
        || (conversation.AssignedTo is { } assignee && assignee == unit.Actor.UserId)
        || !(await HiddenChannelsAsync(unit, ct)).Contains(conversation.ChannelId);

    private static Task<List<Guid>> HiddenChannelsAsync(TenantUnit unit, CancellationToken ct) =>
        unit
            .Db.Database.SqlQuery<Guid>(
                $"""
                SELECT channel_id AS "Value" FROM channel_members GROUP BY channel_id
                HAVING bool_and(user_id <> {unit.Actor.Id})
                """
            )
            .ToListAsync(ct);
}
