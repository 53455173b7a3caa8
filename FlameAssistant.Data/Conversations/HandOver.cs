using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// Hands a conversation over to people, by who cannot go on with it: it is open, waits for somebody else, and whoever may
/// take it is told why.
/// </summary>
/// <param name="TeamId">Who shall take it; null leaves it with its team, or its channel.</param>
public sealed record HandOver(Guid ConversationId, string Reason, Guid? TeamId = null)
    : ITenantOperation<bool>
{
    public const int MaxReason = 1000;

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
        var conversation = begun.Value;
        var reason = StorableText.Clean(Reason).Trim();
        if (reason.Length is 0 or > MaxReason)
        {
            return ConversationErrors.HandoffReason;
        }
        if (conversation.Status == ConversationStatuses.Resolved)
        {
            return ConversationErrors.HandoffResolved;
        }
        if (
            conversation.AssignedTo is { } holder
            && holder != unit.Actor.UserId
            && !await Assignment.MayGiveAsync(unit, holder, to: null, ct)
        )
        {
            return Error.Forbidden(MemberPermissions.ConversationsAssign);
        }
        var team = TeamId is null
            ? null
            : await unit.Db.Teams.AsNoTracking().SingleOrDefaultAsync(t => t.Id == TeamId, ct);
        if (TeamId is not null && team is null)
        {
            return ConversationErrors.TeamUnknown;
        }
        SetConversationStatus.Move(unit, conversation, ConversationStatuses.Open);
        conversation.AssignedTo = null;
        conversation.TeamId = TeamId ?? conversation.TeamId;
        // Somebody has to go on, whoever wrote last.
        conversation.WaitingSince ??= unit.Now;
        var noted = unit.Note(
            ConversationId,
            ConversationEventKinds.Handoff,
            TeamId,
            ("name", team?.Name),
            ("reason", reason)
        );
        unit.Ask(OutboxKinds.RaiseNotifications, noted.Id, ConversationId, 0);
        ChangeConversation.AskForAssignment(unit, ConversationId);
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Conversation, ConversationId);
        return true;
    }
}
