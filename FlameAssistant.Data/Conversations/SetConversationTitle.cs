using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Data.Conversations;

/// <param name="Title">At most 255 characters; empty takes it away.</param>
public sealed record SetConversationTitle(Guid ConversationId, string? Title)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var title = StorableText.Clean(Title)?.ReplaceLineEndings(" ").Trim();
        if (title?.Length > 255)
        {
            return ConversationErrors.TitleTooLong;
        }
        title = title is "" ? null : title;
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
        if (begun.Value.Title == title)
        {
            return true;
        }
        unit.Note(ConversationId, ConversationEventKinds.Titled, null, ("title", title));
        begun.Value.Title = title;
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Conversation, ConversationId);
        return true;
    }
}
