using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels.WebChat;

/// <summary>
/// Notes that answers reached the visitor's browser, or were looked at: agents see two ticks, and blue ones. A state never
/// goes down.
/// </summary>
/// <param name="Seq">The last message that it is true of; earlier ones are meant with it.</param>
/// <param name="IsRead">False: only delivered.</param>
public sealed record ReadByVisitor(Guid ChannelId, Guid VisitorId, long Seq, bool IsRead)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (await VisitorQueries.ConversationOfAsync(unit, ChannelId, VisitorId, ct) is not { } id)
        {
            return VisitorErrors.NoConversation;
        }
        var status = IsRead ? MessageStatuses.Read : MessageStatuses.Delivered;
        string[] below = IsRead
            ? [MessageStatuses.Accepted, MessageStatuses.Sent, MessageStatuses.Delivered]
            : [MessageStatuses.Accepted, MessageStatuses.Sent];
        var changed = await unit
            .Db.Database.SqlQuery<long>(
                $"""
                UPDATE messages SET status = {status}, delivered_at = coalesce(delivered_at, {unit.Now}),
                       read_at = CASE WHEN {IsRead} THEN {unit.Now} ELSE read_at END
                 WHERE conversation_id = {id} AND seq <= {Seq} AND is_from_me AND NOT is_private AND status = ANY ({below})
                RETURNING seq AS "Value"
                """
            )
            .ToListAsync(ct);
        foreach (var seq in changed)
        {
            unit.Raise(LiveKinds.Message, id, seq);
        }
        return changed.Count > 0;
    }
}
