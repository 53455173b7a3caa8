using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;

namespace FlameAssistant.Jobs.Templates;

/// <summary>Reads a channel's templates from its provider and stores them: for the clock, for webhooks, and for who presses the button.</summary>
public sealed class TemplateReader(TenantUnits units, ChannelCatalog channels, TimeProvider clock)
{
    /// <summary>Whether channels of this type have templates at all.</summary>
    public bool HasTemplates(string type) => channels.Find(type) is IHasTemplates;

    /// <param name="outboxId">The work that a success ends.</param>
    /// <returns>How many there are; null when the channel is gone. An error of kind Unavailable may pass.</returns>
    public async Task<Result<int?>> ReadAsync(
        TenantRef tenant,
        Guid channelId,
        Guid? outboxId,
        CancellationToken ct
    )
    {
        var begun = await units.RunAsync(
            tenant,
            Actor.System,
            new BeginTemplateSync(outboxId, channelId),
            ct
        );
        if (begun is not { IsOk: true, Value: { } channel })
        {
            return (int?)null;
        }
        var readAt = clock.GetUtcNow();
        var reading = channels.Find(channel.Type) is IHasTemplates provider
            ? await provider.ReadTemplatesAsync(tenant.Id, channel, ct)
            : new TemplateReading.Listed([]);
        if (reading is TemplateReading.Failed failed)
        {
            return new Error(
                failed.MayPass ? ErrorKind.Unavailable : ErrorKind.Conflict,
                failed.Code,
                failed.Reason
            );
        }
        var stored = await units.RunAsync(
            tenant,
            Actor.System,
            new StoreChannelTemplates(
                outboxId,
                channelId,
                ((TemplateReading.Listed)reading).Templates,
                readAt
            ),
            ct
        );
        return stored.IsOk ? (int?)stored.Value : stored.Error;
    }
}
