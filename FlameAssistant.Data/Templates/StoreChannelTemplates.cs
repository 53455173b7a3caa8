using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Templates;

/// <summary>A template as the provider lists it.</summary>
public sealed record ListedTemplate(
    string ExternalId,
    string Name,
    string Language,
    string? Category,
    string Status,
    string? RejectionReason,
    string? Quality,
    string ParameterFormat,
    string Components
);

/// <summary>Says whose templates are to be read; null when the channel is gone or not connected.</summary>
public sealed record BeginTemplateSync(Guid? OutboxId, Guid ChannelId) : ITenantOperation<Channel?>
{
    public async Task<Result<Channel?>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var channel = CloudSchema.IsReady(unit)
            ? await unit
                .Db.Channels.AsNoTracking()
                .SingleOrDefaultAsync(
                    c =>
                        c.Id == ChannelId
                        && c.RemovedAt == null
                        && c.Status != ChannelStatuses.Pending,
                    ct
                )
            : null;
        if (channel is null && OutboxId is { } id)
        {
            await unit.Db.Outbox.Where(o => o.Id == id).ExecuteDeleteAsync(ct);
        }
        return channel;
    }
}

/// <summary>Makes our copy like the provider's whole list. What webhooks told since it was read stays.</summary>
/// <param name="OutboxId">The work that this ends; null when a person asked.</param>
/// <param name="ReadAt">When reading began.</param>
public sealed record StoreChannelTemplates(
    Guid? OutboxId,
    Guid ChannelId,
    IReadOnlyList<ListedTemplate> Listed,
    DateTimeOffset ReadAt
) : ITenantOperation<int>
{
    /// <returns>How many there are.</returns>
    public async Task<Result<int>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (OutboxId is { } work)
        {
            await unit.Db.Outbox.Where(o => o.Id == work).ExecuteDeleteAsync(ct);
        }
        if (!await unit.Db.Channels.AnyAsync(c => c.Id == ChannelId && c.RemovedAt == null, ct))
        {
            return 0;
        }
        foreach (var template in Listed)
        {
            await StoreAsync(unit, template, ct);
        }
        var (names, languages) = (
            Listed.Select(t => t.Name).ToArray(),
            Listed.Select(t => t.Language).ToArray()
        );
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM channel_templates t
             WHERE t.channel_id = {ChannelId} AND coalesce(t.last_sync_at, t.created_at) <= {ReadAt}
               AND NOT EXISTS (SELECT FROM unnest({names}, {languages}) AS l (name, language)
                                WHERE l.name = t.name AND l.language = t.language)
            """,
            ct
        );
        unit.Raise(LiveKinds.Channel, ChannelId);
        return Listed.Count;
    }

    private Task<int> StoreAsync(TenantUnit unit, ListedTemplate t, CancellationToken ct) =>
        unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO channel_templates AS k
              (id, channel_id, external_id, name, language, category, status, rejection_reason, quality, parameter_format,
               components, last_sync_at)
            VALUES
              ({Guid.CreateVersion7(
                unit.Now
            )}, {ChannelId}, {t.ExternalId}, {t.Name}, {t.Language}, {t.Category}, {t.Status}, {t.RejectionReason},
               {t.Quality}, {t.ParameterFormat}, {t.Components}::jsonb, {ReadAt})
            ON CONFLICT (channel_id, name, language) DO UPDATE SET
              external_id = excluded.external_id, category = excluded.category, quality = excluded.quality,
              parameter_format = excluded.parameter_format, components = excluded.components, last_sync_at = excluded.last_sync_at,
              status = CASE WHEN k.told_at > {ReadAt} THEN k.status ELSE excluded.status END,
              rejection_reason = CASE WHEN k.told_at > {ReadAt} THEN k.rejection_reason ELSE excluded.rejection_reason END
             WHERE k.last_sync_at IS NULL OR k.last_sync_at <= {ReadAt}
            """,
            ct
        );
}
