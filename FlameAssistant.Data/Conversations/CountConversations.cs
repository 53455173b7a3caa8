using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>How many conversations each view holds, counted up to 100.</summary>
/// <param name="Waiting">Mine whose customer waits for an answer.</param>
public sealed record ConversationCounts(
    int Mine,
    int Unassigned,
    int Mentions,
    int All,
    int Snoozed,
    int Waiting
)
{
    public static ConversationCounts None { get; } = new(0, 0, 0, 0, 0, 0);
}

public static class CountConversations
{
    /// <summary>All counters of the inbox in one look, each over its own index and no further than it shows.</summary>
    public static async Task<ConversationCounts> CountConversationsAsync(
        this TenantUnit unit,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsRead))
        {
            return ConversationCounts.None;
        }
        Guid[] hidden = unit.Actor.SeesAllChannels
            ? []
            : [.. await ConversationAccess.HiddenChannelsAsync(unit, ct)];
        var me = unit.Actor.UserId ?? Guid.Empty;
        const int most = ConversationQueries.CountLimit;
        return await unit
            .Db.Database.SqlQuery<ConversationCounts>(
                $"""
                SELECT
                  (SELECT count(*)::int FROM (SELECT FROM conversations WHERE assigned_to = {me} AND status <> 'resolved' AND status <> 'snoozed' LIMIT {most}) m) AS mine,
                  (SELECT count(*)::int FROM (SELECT FROM conversations WHERE assigned_to IS NULL AND status = 'open' AND channel_id <> ALL ({hidden}) LIMIT {most}) u) AS unassigned,
                  (SELECT count(*)::int FROM (SELECT FROM (SELECT DISTINCT conversation_id FROM message_mentions WHERE user_id = {me}) n
                     JOIN conversations c ON c.id = n.conversation_id AND c.status <> 'resolved' AND c.status <> 'snoozed'
                      AND (c.channel_id <> ALL ({hidden}) OR c.assigned_to = {me}) LIMIT {most}) e) AS mentions,
                  (SELECT count(*)::int FROM (SELECT FROM conversations WHERE status <> 'resolved' AND status <> 'snoozed'
                      AND (channel_id <> ALL ({hidden}) OR assigned_to = {me}) LIMIT {most}) a) AS "all",
                  (SELECT count(*)::int FROM (SELECT FROM conversations WHERE status = 'snoozed'
                      AND (channel_id <> ALL ({hidden}) OR assigned_to = {me}) LIMIT {most}) s) AS snoozed,
                  (SELECT count(*)::int FROM (SELECT FROM conversations WHERE assigned_to = {me} AND status <> 'resolved' AND status <> 'snoozed'
                      AND waiting_since IS NOT NULL LIMIT {most}) w) AS waiting
                """
            )
            .SingleAsync(ct);
    }
}
