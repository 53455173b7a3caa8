using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Outbox;

namespace FlameAssistant.Jobs.Conversations;

/// <summary>Fetches what a customer sent into the store, at once, since providers keep it for minutes only.</summary>
public sealed class FetchMediaHandler(TenantUnits units, ChannelCatalog channels, FileUploads files)
    : IOutboxHandler
{
    private const int MaxAttempts = 5;

    public string Kind => OutboxKinds.FetchMedia;

    public int Parallelism => 6;

    public async Task HandleAsync(TenantRef tenant, ClaimedWork work, CancellationToken ct)
    {
        var begun = await units.RunAsync(
            tenant,
            Actor.System,
            new BeginFetch(work.Id, work.SubjectId),
            ct
        );
        if (begun is not { IsOk: true, Value: { } wanted })
        {
            return;
        }
        var (file, reason, isFinal) = await FetchAsync(tenant, wanted, ct);
        if (file is null && !isFinal && work.Attempts < MaxAttempts)
        {
            // The row keeps its lease and is taken up again when that ends.
            return;
        }
        await units.RunAsync(
            tenant,
            Actor.System,
            new FinishFetch(work.Id, work.SubjectId, file, reason),
            ct
        );
    }

    private async Task<(StoredFile? File, string? Reason, bool IsFinal)> FetchAsync(
        TenantRef tenant,
        MediaToFetch wanted,
        CancellationToken ct
    )
    {
        if (channels.Find(wanted.Channel.Type) is not { } connector)
        {
            return (null, "This version has no connector for the channel's type.", true);
        }
        try
        {
            await using var media = await connector.OpenMediaAsync(
                tenant.Id,
                wanted.Channel,
                wanted.ExternalId,
                ct
            );
            if (media is null)
            {
                return (null, "The provider does not have the file any more.", true);
            }
            var kept = await files.KeepAsync(
                tenant,
                wanted.Limits,
                wanted.FileName ?? wanted.Kind,
                media,
                ct,
                isOurs: false
            );
            return kept.IsOk
                ? (kept.Value, null, true)
                // Whatever is wrong with the file stays wrong; a store comes back.
                : (null, kept.Error.Message, kept.Error.Kind != ErrorKind.Unavailable);
        }
        catch (Exception ex)
            when (ex is HttpRequestException or IOException or OperationCanceledException)
        {
            return (null, "The file could not be fetched from the provider.", false);
        }
    }
}
