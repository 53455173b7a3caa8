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
internal sealed class InstagramConnector(
    MetaClient client,
    ChannelFields fields,
    MediaLinks links,
    IOptions<InstagramOptions> options
) : IChannelConnector, IChannelCheck, IChannelSetup, IKnowsNames, IShowsActivity
{
    private const string AccountField = "ig_id";
    private const string WebhookFields =
        "messages,messaging_postbacks,messaging_seen,message_reactions,messaging_referral";

    private readonly MetaConnector meta = new(
        MetaDialect.Instagram,
        channel => options.Value.RootOf(ChannelFields.Setting(channel, MetaSettings.BaseUrl)),
        client,
        fields,
        links
    );

    public ChannelDefinition Definition { get; } =
        MetaSettings.Definition(MetaDialect.Instagram, AccountField, typeof(InstagramText));

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
            options.Value.RootOf(channel.Values.GetValueOrDefault(MetaSettings.BaseUrl)),
            channel,
            AccountField,
            "user_id",
            provesSecret: false
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

/// <summary>Marks the texts of Instagram channels.</summary>
public sealed class InstagramText;
