using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Outbox;

namespace FlameAssistant.Jobs.Contacts;

/// <summary>Asks a provider for the name of a customer whose messages carry none.</summary>
public sealed class NameContactHandler(TenantUnits units, ChannelCatalog channels) : IOutboxHandler
{
    private const int MaxAttempts = 5;

    public string Kind => OutboxKinds.NameContact;

    public int Parallelism => 4;

    public async Task HandleAsync(TenantRef tenant, ClaimedWork work, CancellationToken ct)
    {
        var begun = await units.RunAsync(
            tenant,
            Actor.System,
            new BeginNaming(work.Id, work.SubjectId),
            ct
        );
        if (begun is not { IsOk: true, Value: { } unnamed })
        {
            return;
        }
        string? name = null;
        try
        {
            if (channels.Find(unnamed.Channel.Type) is IKnowsNames provider)
            {
                name = await provider.FindNameAsync(
                    tenant.Id,
                    unnamed.Channel,
                    unnamed.Identity,
                    ct
                );
            }
        }
        catch (Exception ex)
            when (ex is HttpRequestException or IOException or OperationCanceledException)
        {
            if (work.Attempts < MaxAttempts)
            {
                // The row keeps its lease and is taken up again when that ends.
                return;
            }
        }
        await units.RunAsync(
            tenant,
            Actor.System,
            new FinishNaming(work.Id, work.SubjectId, name),
            ct
        );
    }
}
