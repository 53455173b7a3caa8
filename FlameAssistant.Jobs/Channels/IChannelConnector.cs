using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Jobs.Channels;

/// <summary>One channel type: a folder of its own, and one line in <see cref="ChannelCatalog"/>.</summary>
public interface IChannelConnector
{
    ChannelDefinition Definition { get; }

    /// <summary>
    /// Every message, status, echo and error of one webhook body. Never throws for what a provider, or a forger, may send:
    /// what is not understood comes back as an item to quarantine.
    /// </summary>
    IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body);

    /// <summary>Sends one message and says what became of it. Expected failures are outcomes, not exceptions.</summary>
    Task<DeliveryOutcome> SendAsync(Guid tenantId, Delivery delivery, CancellationToken ct);

    /// <summary>Opens a file that a customer sent; null when the provider does not have it.</summary>
    /// <exception cref="HttpRequestException">It could not be reached, and may be later.</exception>
    Task<Stream?> OpenMediaAsync(
        Guid tenantId,
        Channel channel,
        string externalId,
        CancellationToken ct
    );
}
