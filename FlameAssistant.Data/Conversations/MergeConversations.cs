using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// Puts the messages of one conversation into another of the same contact. They keep their times, and so their order; the
/// other is closed for ever and points to the kept one.
/// </summary>
public sealed record MergeConversations(Guid KeepId, Guid OtherId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (KeepId == OtherId)
        {
            return ConversationErrors.MergeSame;
        }
        // In one order, so that two merges of the same pair wait for each other.
        var first = await BeginAsync(unit, KeepId < OtherId ? KeepId : OtherId, ct);
        var second = first.IsOk
            ? await BeginAsync(unit, KeepId < OtherId ? OtherId : KeepId, ct)
            : first;
        if (!second.IsOk)
        {
            return second.Error;
        }
        var (keep, other) =
            first.Value.Id == KeepId ? (first.Value, second.Value) : (second.Value, first.Value);
        if (keep.ContactId != other.ContactId)
        {
            return ConversationErrors.MergeOtherContact;
        }
        await MoveAsync(unit, keep, other, ct);
        Close(unit, keep, other);
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Conversation, keep.Id);
        unit.Raise(LiveKinds.Conversation, other.Id);
        return true;
    }

    private static Task<Result<Conversation>> BeginAsync(
        TenantUnit unit,
        Guid id,
        CancellationToken ct
    ) => ChangeConversation.BeginAsync(unit, id, MemberPermissions.ConversationsReply, ct);

    private static async Task MoveAsync(
        TenantUnit unit,
        Conversation keep,
        Conversation other,
        CancellationToken ct
    )
    {
        var sql = unit.Db.Database;
        // Places after the kept one's last, in the order they had; a key that both have is no use any more.
        var moved = await sql.ExecuteSqlAsync(
            $"""
            UPDATE messages m SET conversation_id = {keep.Id}, seq = {keep.Seq} + o.place, rev = {keep.Rev} + 1,
                   idempotency_key = CASE WHEN EXISTS (SELECT FROM messages k WHERE k.conversation_id = {keep.Id} AND k.idempotency_key = m.idempotency_key)
                                          THEN NULL ELSE m.idempotency_key END
              FROM (SELECT id, row_number() OVER (ORDER BY occurred_at, seq) AS place FROM messages WHERE conversation_id = {other.Id}) o
             WHERE m.id = o.id
            """,
            ct
        );
        await sql.ExecuteSqlAsync(
            $"UPDATE message_mentions SET conversation_id = {keep.Id} WHERE conversation_id = {other.Id}",
            ct
        );
        await sql.ExecuteSqlAsync(
            $"UPDATE scheduled_messages SET conversation_id = {keep.Id} WHERE conversation_id = {other.Id}",
            ct
        );
        await sql.ExecuteSqlAsync(
            $"UPDATE tasks SET conversation_id = {keep.Id} WHERE conversation_id = {other.Id}",
            ct
        );
        await sql.ExecuteSqlAsync(
            $"""
            INSERT INTO conversation_tags (conversation_id, tag_id)
            SELECT {keep.Id}, tag_id FROM conversation_tags WHERE conversation_id = {other.Id} ON CONFLICT DO NOTHING
            """,
            ct
        );
        // Unread is a difference: what was read of both is read of the one.
        await sql.ExecuteSqlAsync(
            $"""
            INSERT INTO conversation_members (conversation_id, user_id, read_inbound_seq, draft, is_participant)
            SELECT {keep.Id}, user_id, read_inbound_seq, draft, is_participant FROM conversation_members WHERE conversation_id = {other.Id}
            ON CONFLICT (conversation_id, user_id) DO UPDATE SET
              read_inbound_seq = conversation_members.read_inbound_seq + excluded.read_inbound_seq,
              draft = coalesce(conversation_members.draft, excluded.draft),
              is_participant = conversation_members.is_participant OR excluded.is_participant
            """,
            ct
        );
        keep.Seq += moved;
        keep.Rev++;
        keep.InboundSeq += other.InboundSeq;
        other.InboundSeq = 0;
    }

    private static void Close(TenantUnit unit, Conversation keep, Conversation other)
    {
        if (other.LastMessageAt > keep.LastMessageAt)
        {
            keep.LastMessageAt = other.LastMessageAt;
            keep.LastMessagePreview = other.LastMessagePreview;
            keep.LastMessageDirection = other.LastMessageDirection;
            keep.LastMessageType = other.LastMessageType;
        }
        keep.WaitingSince = Earlier(keep.WaitingSince, other.WaitingSince);
        keep.FirstResponseAt = Earlier(keep.FirstResponseAt, other.FirstResponseAt);
        if (keep.ChannelId == other.ChannelId && other.WindowExpiresAt > keep.WindowExpiresAt)
        {
            keep.WindowExpiresAt = other.WindowExpiresAt;
        }
        keep.AssignedTo ??= other.AssignedTo;
        keep.TeamId ??= other.TeamId;
        unit.Note(keep.Id, ConversationEventKinds.MergedHere, other.Id, ("number", Number(other)));
        unit.Note(other.Id, ConversationEventKinds.MergedInto, keep.Id, ("number", Number(keep)));
        if (other.Status != ConversationStatuses.Resolved)
        {
            SetConversationStatus.Move(unit, other, ConversationStatuses.Resolved);
        }
        ChangeConversation.StopWaiting(other);
        other.MergedInto = keep.Id;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? two) =>
        one is null || two < one ? two ?? one : one;

    private static string Number(Conversation conversation) =>
        conversation.Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
