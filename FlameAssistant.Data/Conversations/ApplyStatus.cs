using FlameAssistant.Data.Live;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>Applies a provider's status to the message it is about, or parks it until the message has its provider's id.</summary>
public sealed record ApplyStatus(Guid ChannelId, InboundStatus Status) : ITenantOperation<bool>
{
    /// <returns>True when the message changed; false for a repeated, late or parked status.</returns>
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        await ParkedEvents.LockAsync(unit, ChannelId, Status.ExternalId, ct);
        var message = await FindAsync(unit, ct);
        if (message is null)
        {
            await ParkedEvents.ParkAsync(unit, ChannelId, Status, ct);
            return false;
        }
        if (EarlierAttempts.Made(message, Status.ExternalId))
        {
            return false;
        }
        var wasUnsettled =
            message.Status
            is MessageStatuses.Pending
                or MessageStatuses.Sending
                or MessageStatuses.Unknown;
        var isNamed = message.ExternalMessageId is null;
        message.ExternalMessageId ??= Status.ExternalId;
        var changed = MessageProgress.Apply(message, Status, unit.Now);
        await unit.Db.SaveChangesAsync(ct);
        if (isNamed)
        {
            await ParkedEvents.ApplyAsync(unit, ChannelId, Status.ExternalId, ct);
        }
        if (changed && wasUnsettled)
        {
            // The provider has it, whatever became of its answer: nothing is left to deliver.
            await unit
                .Db.Outbox.Where(o =>
                    o.SubjectId == message.Id && o.Kind == OutboxKinds.DeliverMessage
                )
                .ExecuteDeleteAsync(ct);
        }
        if (changed)
        {
            unit.Raise(LiveKinds.Message, message.ConversationId, message.Seq);
        }
        return changed;
    }

    private async Task<Message?> FindAsync(TenantUnit unit, CancellationToken ct)
    {
        var byExternalId = await unit
            .Db.Messages.FromSql(
                $"""
                SELECT * FROM messages WHERE channel_id = {ChannelId} AND external_message_id = {Status.ExternalId} AND is_from_me FOR UPDATE
                """
            )
            .SingleOrDefaultAsync(ct);
        if (byExternalId is not null || Status.MessageId is not { } id)
        {
            return byExternalId;
        }
        return await unit
            .Db.Messages.FromSql(
                $"SELECT * FROM messages WHERE id = {id} AND channel_id = {ChannelId} AND is_from_me FOR UPDATE"
            )
            .SingleOrDefaultAsync(ct);
    }
}
