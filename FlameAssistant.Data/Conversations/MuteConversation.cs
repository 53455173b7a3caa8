using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// Lets a conversation be quiet for the acting member alone, or ends it: no news, sound or counter of theirs comes from it.
/// What is given to them, or names them, still reaches them.
/// </summary>
public sealed record MuteConversation(Guid ConversationId, bool IsMuted) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (
            unit.Actor.UserId is not { } me
            || !await ChangeConversation.IsVisibleAsync(unit, ConversationId, ct)
        )
        {
            return ConversationErrors.NotFound;
        }
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO conversation_members (conversation_id, user_id, is_muted) VALUES ({ConversationId}, {me}, {IsMuted})
            ON CONFLICT (conversation_id, user_id) DO UPDATE SET is_muted = excluded.is_muted
            """,
            ct
        );
        unit.Raise(LiveKinds.Conversation, ConversationId);
        return true;
    }
}
