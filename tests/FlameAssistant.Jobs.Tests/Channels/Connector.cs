using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels;

namespace FlameAssistant.Jobs.Tests.Channels;

/// <summary>A channel of a test's own, that answers a delivery as the test says.</summary>
internal sealed class Connector(
    ChannelDefinition definition,
    Func<Delivery, DeliveryOutcome>? send = null
) : IChannelConnector
{
    public ChannelDefinition Definition => definition;

    public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body) => [];

    public Task<DeliveryOutcome> SendAsync(
        Guid tenantId,
        Delivery delivery,
        CancellationToken ct
    ) => Task.FromResult(send?.Invoke(delivery) ?? new DeliveryOutcome.Lost());

    public Task<Stream?> OpenMediaAsync(
        Guid tenantId,
        Channel channel,
        string externalId,
        CancellationToken ct
    ) => Task.FromResult<Stream?>(null);
}
