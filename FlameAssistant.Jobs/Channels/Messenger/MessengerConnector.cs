using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels.Meta;
using FlameAssistant.Jobs.Conversations;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Channels.Messenger;

/// <summary>Messenger, for a Facebook page.</summary>
internal sealed class MessengerConnector(
    MetaClient client,
    ChannelFields fields,
    MediaLinks links,
    IOptions<GraphOptions> graph
) : IChannelConnector, IChannelCheck, IChannelSetup, IKnowsNames, IShowsActivity
{
    private const string AccountField = "page_id";
    private const string WebhookFields =
        "messages,messaging_postbacks,message_deliveries,message_reads,message_echoes,message_reactions,message_edits,messaging_referrals,messaging_optins";

    private readonly MetaConnector meta = new(
        MetaDialect.Messenger,
        channel => graph.Value.RootOf(ChannelFields.Setting(channel, MetaSettings.BaseUrl)),
        client,
        fields,
        links
    );

    public ChannelDefinition Definition { get; } =
        MetaSettings.Definition(MetaDialect.Messenger, AccountField, typeof(MessengerText));

    public Task<ChannelCheck> CheckAsync(ChannelCandidate channel, CancellationToken ct) =>
        Check(channel).RunAsync(ct);

    public Task<ChannelCheck> ConnectAsync(ChannelCandidate channel, CancellationToken ct) =>
        Check(channel).SubscribeAsync(WebhookFields, ct);

    /// <summary>Other apps may use the account: what this one no longer knows it refuses.</summary>
    public Task DisconnectAsync(ChannelCandidate channel, CancellationToken ct) =>
        Task.CompletedTask;

    private MetaCheck Check(ChannelCandidate channel) =>
        new(
            client,
            graph.Value.RootOf(channel.Values.GetValueOrDefault(MetaSettings.BaseUrl)),
            channel,
            AccountField,
            "id",
            provesSecret: true
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

/// <summary>Marks the texts of Messenger channels.</summary>
public sealed class MessengerText;
