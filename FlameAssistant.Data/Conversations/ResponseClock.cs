using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// The first-response target: a customer who begins to wait should be answered within so many minutes of the channel's
/// working time. Two rows of the outbox look at the times when it matters; nothing is ever scanned for.
/// </summary>
internal static class ResponseClock
{
    /// <summary>The warning comes when this part of the time is over.</summary>
    private const double WarnAt = 0.8;

    public static async Task StartAsync(
        TenantUnit unit,
        Guid conversationId,
        Guid channelId,
        int minutes,
        CancellationToken ct
    )
    {
        var stored = await unit
            .Db.Channels.Where(c => c.Id == channelId)
            .Select(c => c.WorkingHours)
            .SingleAsync(ct);
        var hours = WorkingHours.Read(stored).In(unit.Tenant.Defaults);
        var target = TimeSpan.FromMinutes(minutes);
        var warn = hours.Add(unit.Now, target * WarnAt);
        var due = hours.Add(unit.Now, target);
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            UPDATE conversations SET response_state = 'waiting', response_warn_at = {warn}, response_due_at = {due} WHERE id = {conversationId}
            """,
            ct
        );
        unit.Ask(OutboxKinds.CheckResponse, conversationId, conversationId, 0, warn);
    }
}

/// <summary>Warns of, or states, an answer that is late. The clock of a later question has its own row.</summary>
public sealed record CheckResponse(Guid OutboxId, Guid ConversationId) : ITenantOperation<string>
{
    public async Task<Result<string>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        await unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);
        var conversation = await ChangeConversation.LockAsync(unit, ConversationId, ct);
        if (
            conversation
                is not {
                    ResponseDueAt: { } due,
                    WaitingSince: not null,
                    ResponseState: ResponseStates.Waiting or ResponseStates.Warned
                }
            || conversation.Status == ConversationStatuses.Resolved
        )
        {
            return ResponseStates.None;
        }
        var warn = await unit
            .Db.Database.SqlQuery<DateTimeOffset>(
                $"""SELECT coalesce(response_warn_at, response_due_at) AS "Value" FROM conversations WHERE id = {ConversationId}"""
            )
            .SingleAsync(ct);
        if (unit.Now < warn)
        {
            return conversation.ResponseState;
        }
        var isBreach = unit.Now >= due;
        if (!isBreach && conversation.ResponseState == ResponseStates.Warned)
        {
            return conversation.ResponseState;
        }
        conversation.ResponseState = isBreach ? ResponseStates.Breached : ResponseStates.Warned;
        var noted = unit.Note(
            ConversationId,
            isBreach
                ? ConversationEventKinds.ResponseBreach
                : ConversationEventKinds.ResponseWarning,
            null,
            ("due", due.ToString("O"))
        );
        unit.Ask(OutboxKinds.RaiseNotifications, noted.Id, ConversationId, 0);
        if (!isBreach)
        {
            unit.Ask(OutboxKinds.CheckResponse, ConversationId, ConversationId, 0, due);
        }
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Conversation, ConversationId);
        return conversation.ResponseState;
    }
}
