using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Templates;

/// <summary>
/// Keeps our copy like the provider's list. Webhooks change it at once; since they come in any order, each also asks for
/// the list, whose word is the last.
/// </summary>
internal static class TemplateSync
{
    public static async Task AskAsync(TenantUnit unit, Guid channelId, CancellationToken ct)
    {
        if (
            CloudSchema.IsReady(unit)
            && !await unit.Db.Outbox.AnyAsync(
                o =>
                    o.SubjectId == channelId
                    && o.Kind == OutboxKinds.SyncTemplates
                    && o.LeasedBy == null,
                ct
            )
        )
        {
            unit.Ask(OutboxKinds.SyncTemplates, channelId, channelId, 0);
        }
    }

    public static async Task ApplyAsync(
        TenantUnit unit,
        Guid channelId,
        AccountNews news,
        DateTimeOffset at,
        CancellationToken ct
    )
    {
        _ = news switch
        {
            AccountNews.TemplateState s => await unit.Db.Database.ExecuteSqlAsync(
                $"""
                UPDATE channel_templates SET status = {s.Status}, rejection_reason = {s.Reason},
                       category = coalesce({s.Category}, category), told_at = {at}
                 WHERE channel_id = {channelId} AND name = {s.Name} AND language = {s.Language}
                   AND (told_at IS NULL OR told_at <= {at})
                """,
                ct
            ),
            AccountNews.TemplateQuality q => await unit.Db.Database.ExecuteSqlAsync(
                $"""
                UPDATE channel_templates SET quality = {q.Quality}
                 WHERE channel_id = {channelId} AND name = {q.Name} AND language = {q.Language}
                """,
                ct
            ),
            AccountNews.TemplateCategory c => await unit.Db.Database.ExecuteSqlAsync(
                $"""
                UPDATE channel_templates SET category = {c.Category}
                 WHERE channel_id = {channelId} AND name = {c.Name} AND language = {c.Language}
                """,
                ct
            ),
            _ => 0,
        };
        await AskAsync(unit, channelId, ct);
        await unit.Db.SaveChangesAsync(ct);
    }
}
