using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
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
        if (!ConversationStatuses.All.Contains(Status))
        {
            return ConversationErrors.UnknownStatus;
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
        var conversation = begun.Value;
        if (conversation.Status == Status)
        {
            return true;
        }
        if (await ChangeConversation.IsAnotherOpenAsync(unit, conversation, ct))
        {
            return ConversationErrors.AnotherIsOpen;
        }
        unit.Note(
            ConversationId,
            ConversationEventKinds.StatusChanged,
            subjectId: null,
            ("from", conversation.Status),
            ("to", Status)
        );
        Move(unit, conversation, Status);
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Conversation, ConversationId);
        return true;
    }

    internal static void Move(TenantUnit unit, Conversation conversation, string status)
    {
        if (conversation is { Status: ConversationStatuses.Open, AssignedTo: not null })
        {
            ChangeConversation.AskForAssignment(unit, conversation.Id);
        }
        conversation.Status = status;
        conversation.SnoozedUntil = null;
        if (status == ConversationStatuses.Resolved)
        {
            conversation.ResolvedAt = unit.Now;
            conversation.ResolutionTime = (int)
                Math.Min(int.MaxValue, (unit.Now - conversation.CreatedAt).TotalSeconds);
            ChangeConversation.StopWaiting(conversation);
        }
        else
        {
            conversation.ResolvedAt = null;
        }
    }
}

/// <summary>Sets a conversation aside until a time, or until the customer writes.</summary>
/// <param name="Until">In the future, at most a year from now.</param>
public sealed record SnoozeConversation(Guid ConversationId, DateTimeOffset Until)
    : ITenantOperation<bool>
{
    private static readonly TimeSpan longest = TimeSpan.FromDays(366);

    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (Until <= unit.Now || Until > unit.Now + longest)
        {
            return ConversationErrors.SnoozeTime;
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
        var conversation = begun.Value;
        if (await ChangeConversation.IsAnotherOpenAsync(unit, conversation, ct))
        {
            return ConversationErrors.AnotherIsOpen;
        }
        SetConversationStatus.Move(unit, conversation, ConversationStatuses.Snoozed);
        // PostgreSQL keeps microseconds: the alarm must not come a fraction before the time it finds.
        conversation.SnoozedUntil = Until
            .ToUniversalTime()
            .AddTicks(-(Until.Ticks % TimeSpan.TicksPerMillisecond));
        unit.Note(
            ConversationId,
            ConversationEventKinds.Snoozed,
            subjectId: null,
            ("until", conversation.SnoozedUntil?.ToString("O"))
        );
        unit.Ask(
            OutboxKinds.WakeConversation,
            ConversationId,
            ConversationId,
            0,
            conversation.SnoozedUntil
        );
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Conversation, ConversationId);
        return true;
    }
}

/// <summary>Ends a snooze whose time has come. One that was moved or ended meanwhile has its own alarm, or none.</summary>
public sealed record WakeConversation(Guid OutboxId, Guid ConversationId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        await unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);
        var conversation = await ChangeConversation.LockAsync(unit, ConversationId, ct);
        if (
            conversation is not { Status: ConversationStatuses.Snoozed, SnoozedUntil: { } until }
            || until > unit.Now
        )
        {
            return false;
        }
        SetConversationStatus.Move(unit, conversation, ConversationStatuses.Open);
        unit.Note(ConversationId, ConversationEventKinds.Woken);
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Conversation, ConversationId);
        return true;
    }
}
