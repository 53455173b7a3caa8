using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Jobs.Channels.WebChat;

/// <summary>
/// The widget on the tenant's own site. There is no provider: visitors speak to the product itself, and an answer is
/// delivered by being there.
/// </summary>
public sealed class WebChatConnector : IChannelConnector
{
    public ChannelDefinition Definition => WebChatFields.Definition;

    /// <summary>There is no webhook: whatever comes by one was not meant for this channel.</summary>
    public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body) =>
        [
            new InboundItem.Unhandled(
                AccountId: null,
                "A web chat takes nothing by webhook.",
                body.ToArray()
            ),
        ];

    public Task<DeliveryOutcome> SendAsync(
        Guid tenantId,
        Delivery delivery,
        CancellationToken ct
    ) => Task.FromResult<DeliveryOutcome>(new DeliveryOutcome.Shown());

    /// <summary>Visitors' files are in the store before their message comes.</summary>
    public Task<Stream?> OpenMediaAsync(
        Guid tenantId,
        Channel channel,
        string externalId,
        CancellationToken ct
    ) => Task.FromResult<Stream?>(null);
}
