using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>Keeps what a member has begun to write; empty text forgets it. At most 20,000 characters.</summary>
public sealed record SaveDraft(Guid ConversationId, string Text) : ITenantOperation<bool>
{
    public const int MaxLength = 20_000;

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
        var draft =
            Text.Length == 0
                ? null
                : StorableText.Clean(Text.Length <= MaxLength ? Text : Text[..Cut(Text)]);
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO conversation_members (conversation_id, user_id, draft)
            SELECT id, {me}, {draft} FROM conversations WHERE id = {ConversationId}
            ON CONFLICT (conversation_id, user_id) DO UPDATE SET draft = excluded.draft
            """,
            ct
        );
        return true;
    }

    // Never between the halves of a surrogate pair.
    private static int Cut(string text) =>
        char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
}
