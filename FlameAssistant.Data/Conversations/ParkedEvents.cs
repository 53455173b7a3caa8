using System.Text.Json;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>What came before its message, and what happens to it when the message is there.</summary>
internal static class ParkedEvents
{
    public const string StatusKind = "status";

    /// <summary>
    /// The event's transaction and the message's could each miss what the other has not committed; both take this lock, so
    /// the later one sees the earlier.
    /// </summary>
    public static Task LockAsync(
        TenantUnit unit,
        Guid channelId,
        string externalId,
        CancellationToken ct
    ) =>
        unit.Db.Database.ExecuteSqlAsync(
            $"SELECT pg_advisory_xact_lock(hashtextextended({$"{channelId:N}:{externalId}"}, 0))",
            ct
        );

    public static Task ParkAsync(
        TenantUnit unit,
        Guid channelId,
        InboundStatus status,
        CancellationToken ct
    ) =>
        unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO parked_events (id, channel_id, external_message_id, kind, dedup_key, payload, provider_at)
            VALUES ({Guid.CreateVersion7(
                unit.Now
            )}, {channelId}, {status.ExternalId}, {StatusKind}, {StatusKind + ":" + status.Status},
                    {JsonSerializer.Serialize(status)}::jsonb, {status.ProviderAt})
            ON CONFLICT (channel_id, external_message_id, dedup_key) DO NOTHING
            """,
            ct
        );

    public static Task ParkAsync(
        TenantUnit unit,
        Guid channelId,
        InboundMessageEvent happened,
        CancellationToken ct
    ) =>
        unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO parked_events (id, channel_id, external_message_id, kind, dedup_key, payload, provider_at)
            VALUES ({Guid.CreateVersion7(
                unit.Now
            )}, {channelId}, {happened.TargetExternalId}, {happened.Kind}, {happened.Kind + ":" + happened.EventId},
                    {JsonSerializer.Serialize(happened)}::jsonb, {happened.ProviderAt})
            ON CONFLICT (channel_id, external_message_id, dedup_key) DO NOTHING
            """,
            ct
        );

    /// <summary>Applies and removes what waits for this message, oldest first.</summary>
    public static Task ApplyAsync(
        TenantUnit unit,
        Guid channelId,
        string externalId,
        CancellationToken ct
    ) => ApplyAsync(unit, channelId, externalId, to: null, ct);

    /// <param name="to">The message, where it has another id: the waiting is for a part of it.</param>
    public static async Task ApplyAsync(
        TenantUnit unit,
        Guid channelId,
        string externalId,
        Message? to,
        CancellationToken ct
    )
    {
        var waiting = await unit
            .Db.ParkedEvents.AsNoTracking()
            .Where(p => p.ChannelId == channelId && p.ExternalMessageId == externalId)
            .OrderBy(p => p.ProviderAt)
            .ToListAsync(ct);
        if (waiting.Count == 0)
        {
            return;
        }
        var message =
            to
            ?? await unit.Db.Messages.SingleAsync(
                m => m.ChannelId == channelId && m.ExternalMessageId == externalId,
                ct
            );
        foreach (var parked in waiting.Where(p => p.Kind == StatusKind))
        {
            if (JsonSerializer.Deserialize<InboundStatus>(parked.Payload) is { } status)
            {
                MessageProgress.Apply(message, status, unit.Now);
            }
        }
        if (waiting.Exists(p => p.Kind != StatusKind))
        {
            // The caller holds the conversation's row already, except after a delivery, whose message nobody else changes.
            var conversation = await unit
                .Db.Conversations.FromSql(
                    $"SELECT * FROM conversations WHERE id = {message.ConversationId} FOR UPDATE"
                )
                .SingleAsync(ct);
            foreach (var parked in waiting.Where(p => p.Kind != StatusKind))
            {
                if (MessageEvents.Read(parked.Payload) is { } happened)
                {
                    await MessageEvents.ApplyAsync(unit, conversation, message, happened, ct);
                }
            }
        }
        await unit.Db.SaveChangesAsync(ct);
        await unit
            .Db.ParkedEvents.Where(p =>
                p.ChannelId == channelId && p.ExternalMessageId == externalId
            )
            .ExecuteDeleteAsync(ct);
        unit.Raise(LiveKinds.Message, message.ConversationId, message.Seq);
    }
}
