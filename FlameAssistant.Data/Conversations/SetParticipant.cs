using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>Lets a member follow a conversation that they may see, or ends it.</summary>
public sealed record SetParticipant(Guid ConversationId, Guid UserId, bool TakesPart)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var begun = await ChangeConversation.BeginAsync(
            unit,
            ConversationId,
            MemberPermissions.ConversationsReply,
            ct
        );
        if (!begun.IsOk)
        {
            return begun.Error;
        }
        if (
            TakesPart
            && (await ConversationAccess.WhoSeesAsync(unit, begun.Value, [UserId], ct)).Count == 0
        )
        {
            return ConversationErrors.CannotSee;
        }
        var changed = await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO conversation_members (conversation_id, user_id, is_participant) VALUES ({ConversationId}, {UserId}, {TakesPart})
            ON CONFLICT (conversation_id, user_id) DO UPDATE SET is_participant = excluded.is_participant
             WHERE conversation_members.is_participant <> excluded.is_participant
            """,
            ct
        );
        if (changed > 0)
        {
            unit.Note(
                ConversationId,
                TakesPart
                    ? ConversationEventKinds.ParticipantAdded
                    : ConversationEventKinds.ParticipantRemoved,
                UserId,
                ("name", await Assignment.NameAsync(unit, UserId, ct))
            );
            await unit.Db.SaveChangesAsync(ct);
            unit.Raise(LiveKinds.Conversation, ConversationId);
        }
        return true;
    }
}
