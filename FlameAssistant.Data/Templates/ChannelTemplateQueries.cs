using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Templates;

public static class ChannelTemplateQueries
{
    /// <summary>Every template of a channel by name and language; empty for who may not manage channels.</summary>
    public static async Task<IReadOnlyList<ChannelTemplate>> ListChannelTemplatesAsync(
        this TenantUnit unit,
        Guid channelId,
        CancellationToken ct
    ) =>
        CloudSchema.IsReady(unit) && unit.Actor.May(MemberPermissions.ChannelsManage)
            ? await Of(unit, channelId).ToListAsync(ct)
            : [];

    /// <summary>What may be sent in this conversation; empty where its channel has none, and for who cannot see it.</summary>
    public static async Task<IReadOnlyList<ChannelTemplate>> ListTemplatesToSendAsync(
        this TenantUnit unit,
        Guid conversationId,
        CancellationToken ct
    )
    {
        if (
            !CloudSchema.IsReady(unit)
            || !await ChangeConversation.IsVisibleAsync(unit, conversationId, ct)
        )
        {
            return [];
        }
        var channelId = await unit
            .Db.Conversations.Where(c => c.Id == conversationId)
            .Select(c => c.ChannelId)
            .SingleAsync(ct);
        return await Of(unit, channelId)
            .Where(t => t.Status == TemplateStatuses.Approved)
            .ToListAsync(ct);
    }

    internal static async Task<ChannelTemplate?> FindChannelTemplateAsync(
        this TenantUnit unit,
        Guid channelId,
        string name,
        string language,
        CancellationToken ct
    ) =>
        CloudSchema.IsReady(unit)
            ? await Of(unit, channelId)
                .SingleOrDefaultAsync(t => t.Name == name && t.Language == language, ct)
            : null;

    private static IQueryable<ChannelTemplate> Of(TenantUnit unit, Guid channelId) =>
        unit
            .Db.Database.SqlQuery<ChannelTemplate>(
                $"""
                SELECT id, channel_id, external_id, name, language, category, status, rejection_reason, quality, parameter_format,
                       components::text AS components, last_sync_at, told_at
                  FROM channel_templates WHERE channel_id = {channelId}
                """
            )
            .OrderBy(t => t.Name)
            .ThenBy(t => t.Language);
}
