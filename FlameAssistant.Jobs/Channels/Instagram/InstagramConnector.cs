using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels.Meta;
using FlameAssistant.Jobs.Conversations;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Channels.Instagram;

/// <summary>Where Instagram's API is: <c>Flame__Channels__Instagram__{BaseUrl,Version}</c>.</summary>
public sealed class InstagramOptions
{
    public string BaseUrl { get; set; } = "https://graph.instagram.com";
    public string Version { get; set; } = "v25.0";

    /// <summary>Whether a channel may carry its own address; only in Development, so that a real token never goes astray.</summary>
    public bool AllowChannelBaseUrl { get; set; }

    internal string RootOf(string? channelBaseUrl) =>
        $"{(AllowChannelBaseUrl && channelBaseUrl is not null ? channelBaseUrl : BaseUrl).TrimEnd('/')}/{Version}";
}

/// <summary>Instagram, for a professional account that signed in with Instagram.</summary>
internal sealed class InstagramConnector : IChannelConnector, IKnowsNames, IShowsActivity
{
    private readonly MetaConnector meta;

    public InstagramConnector(
        MetaClient client,
        ChannelFields fields,
        MediaLinks links,
        IOptions<InstagramOptions> options
    ) =>
        meta = new MetaConnector(
            MetaDialect.Instagram,
            channel => options.Value.RootOf(ChannelFields.Setting(channel, "base_url")),
            client,
            fields,
            links
        );

    public ChannelDefinition Definition { get; } =
        new(
            ChannelTypes.Instagram,
            "Instagram",
            AccountField: "ig_id",
            MetaFields.After(
                new(
                    "ig_id",
                    "Instagram account ID",
                    true,
                    false,
                    "Meta app › Instagram › API setup with Instagram login: the number beside the account."
                ),
                "The account's token with instagram_business_manage_messages, from the same page."
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
    ) => meta.FindNameAsync(tenantId, channel, identity, "name,username", ct);

    public Task ShowAsync(
        Guid tenantId,
        Channel channel,
        InboundIdentity identity,
        ChannelActivity activity,
        CancellationToken ct
    ) => meta.ShowAsync(tenantId, channel, identity, activity, ct);
}
