using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Conversations;

namespace FlameAssistant.Jobs.Channels.WebChat;

/// <summary>Takes a visitor's file, as <see cref="FileUploads"/> takes a member's: limits, bytes, content, store, waiting place.</summary>
public sealed class VisitorUploads(TenantUnits units, FileUploads files)
{
    /// <returns>What waits now, and its id.</returns>
    public async Task<Result<(Guid Id, StoredFile File)>> StageAsync(
        WidgetChannel channel,
        Guid visitorId,
        string fileName,
        Stream content,
        CancellationToken ct
    )
    {
        var limits = await units.RunAsync(
            channel.Tenant,
            Actor.System,
            new BeginVisitorUpload(channel.Id, visitorId),
            ct
        );
        if (!limits.IsOk)
        {
            return limits.Error;
        }
        var kept = await files.KeepAsync(channel.Tenant, limits.Value, fileName, content, ct);
        if (!kept.IsOk)
        {
            return kept.Error;
        }
        var staged = await units.RunAsync(
            channel.Tenant,
            Actor.System,
            new StageVisitorFile(visitorId, kept.Value),
            ct
        );
        return staged.IsOk ? (staged.Value, kept.Value) : staged.Error;
    }
}
