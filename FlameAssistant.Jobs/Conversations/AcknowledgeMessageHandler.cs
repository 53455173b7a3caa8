using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Outbox;

namespace FlameAssistant.Jobs.Conversations;

/// <summary>Ends the spinner on the button that a customer pressed.</summary>
public sealed class AcknowledgeMessageHandler(TenantUnits units, ChannelCatalog channels)
    : IOutboxHandler
{
    public string Kind => OutboxKinds.AcknowledgeMessage;

    public int Parallelism => 4;

    public async Task HandleAsync(TenantRef tenant, ClaimedWork work, CancellationToken ct)
    {
        var begun = await units.RunAsync(
            tenant,
            Actor.System,
            new BeginAcknowledge(work.Id, work.SubjectId),
            ct
        );
        if (
            begun is not { IsOk: true, Value: { } pressed }
            || channels.Find(pressed.Channel.Type) is not IAcknowledges provider
        )
        {
            return;
        }
        try
        {
            await provider.AcknowledgeAsync(tenant.Id, pressed.Channel, pressed.Metadata, ct);
        }
        catch (Exception ex)
            when (ex is HttpRequestException or IOException or OperationCanceledException)
        {
            // The spinner ends by itself after a while.
        }
    }
}
