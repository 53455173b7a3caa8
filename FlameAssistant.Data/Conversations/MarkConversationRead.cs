using FlameAssistant.Data.Live;
using FlameAssistant.Data.Notifications;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>Notes how far a member has read. Never goes back. What they were told of it is read with it.</summary>
public sealed record MarkConversationRead(Guid ConversationId, long InboundSeq)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (unit.Actor.UserId is not { } me)
        {
            return false;
        }
        if (!await ChangeConversation.IsVisibleAsync(unit, ConversationId, ct))
        {
            return ConversationErrors.NotFound;
        }
        var changed = await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO conversation_members (conversation_id, user_id, read_inbound_seq)
            SELECT id, {me}, least({InboundSeq}, inbound_seq) FROM conversations WHERE id = {ConversationId}
            ON CONFLICT (conversation_id, user_id) DO UPDATE SET read_inbound_seq = excluded.read_inbound_seq
             WHERE conversation_members.read_inbound_seq < excluded.read_inbound_seq
            """,
            ct
        );
        if (changed > 0)
        {
            unit.Raise(PersonalHint.KindOfReading(me), ConversationId);
        }
        await ReadNotifications.ReadAsync(
            unit,
            unit.Db.Notifications.Where(n =>
                n.UserId == me && n.ConversationId == ConversationId && !n.IsRead
            ),
            ct
        );
        return changed > 0;
    }
}
