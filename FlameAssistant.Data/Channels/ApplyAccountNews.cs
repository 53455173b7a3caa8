using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Data.Channels;

/// <summary>Takes in what a provider tells of a channel's account. Told twice, or late, it changes nothing more.</summary>
/// <param name="At">When the provider told it; null where it does not say.</param>
public sealed record ApplyAccountNews(Guid ChannelId, AccountNews News, DateTimeOffset? At)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!CloudSchema.IsReady(unit))
        {
            return ChannelErrors.Upgrading;
        }
        switch (News)
        {
            case AccountNews.Restricted restricted:
                await ChannelRestrictions.ApplyAsync(unit, ChannelId, restricted, ct);
                break;
            case AccountNews.Trouble trouble:
                await ChannelTrouble.NoteAsync(unit, ChannelId, trouble.Code, trouble.Reason, ct);
                if (trouble.NeedsAuth)
                {
                    await ChannelTrouble.NeedsAuthAsync(unit, ChannelId, trouble.Reason, ct);
                }
                if (trouble.StopsFor is { } pause)
                {
                    await ChannelPace.HoldAsync(unit, ChannelId, pause, ct);
                }
                break;
            default:
                await TemplateSync.ApplyAsync(unit, ChannelId, News, At ?? unit.Now, ct);
                break;
        }
        unit.Raise(LiveKinds.Channel, ChannelId);
        return true;
    }
}
