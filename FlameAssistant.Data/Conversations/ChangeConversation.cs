using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>Opens, resolves or sets aside a conversation.</summary>
/// <param name="Status">One of <see cref="ConversationStatuses"/>.</param>
public sealed record SetConversationStatus(Guid ConversationId, string Status)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsReply))
        {
            return Error.Forbidden(MemberPermissions.ConversationsReply);
        }
        if (!ConversationStatuses.All.Contains(Status))
        {
            return ConversationErrors.UnknownStatus;
        }
        var conversation = await ChangeConversation.LockAsync(unit, ConversationId, ct);
        if (conversation is null)
        {
            return ConversationErrors.NotFound;
        }
        if (conversation.Status == Status)
        {
            return true;
        }
        if (await ChangeConversation.IsAnotherOpenAsync(unit, conversation, ct))
        {
            return ConversationErrors.AnotherIsOpen;
        }
        conversation.Status = Status;
        if (Status == ConversationStatuses.Resolved)
        {
            conversation.ResolvedAt = unit.Now;
            conversation.ResolutionTime = (int)
                Math.Min(int.MaxValue, (unit.Now - conversation.CreatedAt).TotalSeconds);
            conversation.WaitingSince = null;
        }
        else
        {
            conversation.ResolvedAt = null;
        }
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Conversation, ConversationId);
        return true;
    }
}

/// <summary>Gives a conversation to a member, or to nobody. Agents may take it themselves; managers give it to anybody.</summary>
public sealed record AssignConversation(Guid ConversationId, Guid? UserId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var me = unit.Actor.UserId;
        if (!unit.Actor.May(MemberPermissions.ConversationsAssign))
        {
            return Error.Forbidden(MemberPermissions.ConversationsAssign);
        }
        var conversation = await ChangeConversation.LockAsync(unit, ConversationId, ct);
        if (conversation is null)
        {
            return ConversationErrors.NotFound;
        }
        var concernsOnlyMe = UserId == me || (UserId is null && conversation.AssignedTo == me);
        if (!unit.Actor.SeesAllChannels && !concernsOnlyMe)
        {
            return Error.Forbidden(MemberPermissions.ConversationsAssign);
        }
        if (
            UserId is { } user
            && !await unit.Db.Profiles.AnyAsync(p => p.UserId == user && p.IsActive, ct)
        )
        {
            return ConversationErrors.AssigneeUnknown;
        }
        conversation.AssignedTo = UserId;
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Conversation, ConversationId);
        return true;
    }
}

/// <summary>Notes how far a member has read. Never goes back.</summary>
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
            unit.Raise(LiveKinds.Conversation, ConversationId);
        }
        return changed > 0;
    }
}

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

internal static class ChangeConversation
{
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
}
