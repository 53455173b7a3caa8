using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>Takes a customer's rating by the key of their link; the same key counts once.</summary>
internal sealed record RateConversation(
    Guid ConversationId,
    Guid LinkKey,
    int Score,
    string? Comment
) : ITenantOperation<bool>
{
    public const int MaxComment = 2000;

    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var comment = StorableText.Clean(Comment)?.Trim();
        if (Score is < 1 or > 5 || comment?.Length > MaxComment)
        {
            return ConversationErrors.RatingInvalid;
        }
        comment = comment is "" ? null : comment;
        var isNew = await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO conversation_ratings (id, conversation_id, score, comment)
            SELECT {LinkKey}, id, {Score}, {comment} FROM conversations WHERE id = {ConversationId} ON CONFLICT (id) DO NOTHING
            """,
            ct
        );
        if (isNew == 0)
        {
            return ConversationErrors.RatingGone;
        }
        await unit.Db.Database.ExecuteSqlAsync(
            $"UPDATE conversations SET satisfaction_score = {Score}, satisfaction_comment = {comment} WHERE id = {ConversationId}",
            ct
        );
        unit.Note(
            ConversationId,
            ConversationEventKinds.Rated,
            null,
            ("score", Score.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("comment", comment)
        );
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Conversation, ConversationId);
        return true;
    }
}

/// <summary>Asks whether the actor may ask for a rating of this conversation.</summary>
internal sealed record CheckRateable(Guid ConversationId) : ITenantOperation<Guid>
{
    public async Task<Result<Guid>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var begun = await ChangeConversation.BeginAsync(
            unit,
            ConversationId,
            Members.MemberPermissions.ConversationsReply,
            ct
        );
        return !begun.IsOk ? begun.Error
            : begun.Value.Status != ConversationStatuses.Resolved ? ConversationErrors.NotResolved
            : begun.Value.ChannelId;
    }
}
