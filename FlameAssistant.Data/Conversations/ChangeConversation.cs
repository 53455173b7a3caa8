using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>What every change of a conversation begins with.</summary>
internal static class ChangeConversation
{
    /// <summary>The conversation, locked until the end of the unit, for who has the permission and sees it.</summary>
    public static async Task<Result<Conversation>> BeginAsync(
        TenantUnit unit,
        Guid id,
        string permission,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(permission))
        {
            return Error.Forbidden(permission);
        }
        return await LockAsync(unit, id, ct) switch
        {
            null => ConversationErrors.NotFound,
            { MergedInto: not null } => ConversationErrors.Merged,
            var conversation => conversation,
        };
    }

    /// <summary>Whether a resolved conversation cannot be opened: there may be one only.</summary>
    public static async Task<bool> IsAnotherOpenAsync(
        TenantUnit unit,
        Conversation conversation,
        CancellationToken ct
    ) =>
        conversation.Status == ConversationStatuses.Resolved
        && await unit.Db.Conversations.AnyAsync(
            c =>
                c.ChannelId == conversation.ChannelId
                && c.ContactId == conversation.ContactId
                && c.Status != ConversationStatuses.Resolved,
            ct
        );

    /// <summary>Whether the actor may read it; takes no lock.</summary>
    public static async Task<bool> IsVisibleAsync(TenantUnit unit, Guid id, CancellationToken ct) =>
        unit.Actor.May(MemberPermissions.ConversationsRead)
        && await (await ConversationAccess.VisibleAsync(unit, ct)).AnyAsync(c => c.Id == id, ct);

    public static async Task<Conversation?> LockAsync(
        TenantUnit unit,
        Guid id,
        CancellationToken ct
    )
    {
        var conversation = await unit
            .Db.Conversations.FromSql($"SELECT * FROM conversations WHERE id = {id} FOR UPDATE")
            .SingleOrDefaultAsync(ct);
        return
            conversation is not null && await ConversationAccess.MaySeeAsync(unit, conversation, ct)
            ? conversation
            : null;
    }

    /// <summary>The customer waits no longer, so no target runs.</summary>
    public static void StopWaiting(Conversation conversation)
    {
        conversation.WaitingSince = null;
        conversation.ResponseDueAt = null;
        conversation.ResponseState = ResponseStates.None;
    }

    /// <summary>Somebody has room for one more, or one more waits.</summary>
    public static void AskForAssignment(TenantUnit unit, Guid conversationId) =>
        unit.Ask(OutboxKinds.AssignWaiting, conversationId, conversationId, 0);
}
