using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels.Meta;
using FlameAssistant.Jobs.Channels.WhatsApp;
using FlameAssistant.Jobs.Conversations;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Channels.Messenger;

/// <summary>Messenger, for a Facebook page.</summary>
internal sealed class MessengerConnector : IChannelConnector, IKnowsNames, IShowsActivity
{
    private readonly MetaConnector meta;

    public MessengerConnector(
        MetaClient client,
        ChannelFields fields,
        MediaLinks links,
        IOptions<GraphOptions> graph
    ) =>
        meta = new MetaConnector(
            MetaDialect.Messenger,
            channel => graph.Value.RootOf(ChannelFields.Setting(channel, "base_url")),
            client,
            fields,
            links
        );

    public ChannelDefinition Definition { get; } =
        new(
            ChannelTypes.Messenger,
            "Messenger",
            AccountField: "page_id",
            MetaFields.After(
                new(
                    "page_id",
                    "Page ID",
                    true,
                    false,
                    "Your Facebook page › About › Page transparency › Page ID."
                ),
                "The page's token with pages_messaging, from Meta app › Messenger › Settings."
            ),
            ReplyWindow: TimeSpan.FromHours(24),
            ReopenWithin: TimeSpan.FromHours(72)
        );

    public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body) => meta.Parse(body);

    public Task<DeliveryOutcome> SendAsync(
        Guid tenantId,
        Delivery delivery,
        CancellationToken ct
    ) => meta.SendAsync(tenantId, delivery, ct);

    public Task<Stream?> OpenMediaAsync(
        Guid tenantId,
        Channel channel,
        string externalId,
        CancellationToken ct
    ) => meta.OpenMediaAsync(externalId, ct);

    public Task<string?> FindNameAsync(
        Guid tenantId,
        Channel channel,
        InboundIdentity identity,
        CancellationToken ct
    ) => meta.FindNameAsync(tenantId, channel, identity, "first_name,last_name", ct);

    public Task ShowAsync(
        Guid tenantId,
        Channel channel,
        InboundIdentity identity,
        ChannelActivity activity,
        CancellationToken ct
    ) => meta.ShowAsync(tenantId, channel, identity, activity, ct);
}
