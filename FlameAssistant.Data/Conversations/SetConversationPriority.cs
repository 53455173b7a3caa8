using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Data.Conversations;

public static class ConversationPriorities
{
    public const string Low = "low";
    public const string Normal = "normal";
    public const string High = "high";
    public const string Urgent = "urgent";

    public static readonly IReadOnlyList<string> All = [Low, Normal, High, Urgent];
}

/// <param name="Priority">One of <see cref="ConversationPriorities"/>.</param>
public sealed record SetConversationPriority(Guid ConversationId, string Priority)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!ConversationPriorities.All.Contains(Priority))
        {
            return ConversationErrors.UnknownPriority;
        }
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
        if (begun.Value.Priority == Priority)
        {
            return true;
        }
        unit.Note(
            ConversationId,
            ConversationEventKinds.PriorityChanged,
            subjectId: null,
            ("from", begun.Value.Priority),
            ("to", Priority)
        );
        begun.Value.Priority = Priority;
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Conversation, ConversationId);
        return true;
    }
}
