using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Conversations;
using FlameAssistant.Jobs.Notifications;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <summary>WhatsApp as a phone's browser has it, held by a gateway: WAHA or Evolution.</summary>
internal sealed class WhatsAppWebConnector(
    GatewayClient client,
    ChannelFields fields,
    OutgoingFiles files,
    IOptions<PublicAddressOptions> address,
    TimeProvider clock
)
    : IChannelConnector,
        IChannelCheck,
        IChannelSetup,
        IShowsActivity,
        IMarksMessages,
        IReacts,
        IKnowsNames,
        IKeepsSession
{
    private readonly WahaGateway waha = new(client, clock);
    private readonly EvolutionGateway evolution = new(client, clock);

    public ChannelDefinition Definition => WebSettings.Definition;

    public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body) => WebParser.Parse(body);

    public async Task<DeliveryOutcome> SendAsync(
        Guid tenantId,
        Delivery delivery,
        CancellationToken ct
    )
    {
        if (Jid.Of(delivery.Identities) is not { } to)
        {
            return new DeliveryOutcome.Rejected(
                "no_recipient",
                "The contact has no WhatsApp identity on this channel."
            );
        }
        var opened = fields.Open(tenantId, delivery.Channel);
        if (!opened.IsOk)
        {
            return new DeliveryOutcome.Rejected(opened.Error.Code, opened.Error.Message);
        }
        var gateway = GatewayOf(opened.Value);
        var at = GatewayAddress.Of(tenantId, delivery.Channel.Id, opened.Value);
        OutgoingFile? file = null;
        if (delivery.File is { } given)
        {
            // Over https it is certainly reached from elsewhere.
            var byLink =
                gateway.PrefersLink(given.Kind)
                && address.Value.PublicUrl.StartsWith("https:", StringComparison.Ordinal);
            (file, var failure) = await files.ReadAsync(tenantId, given, byLink, ct);
            if (failure is not null)
            {
                return failure;
            }
        }
        return await SendAsync(gateway, at, to, delivery, file, ct);
    }

    private static async Task<DeliveryOutcome> SendAsync(
        IGateway gateway,
        GatewayAddress at,
        Jid to,
        Delivery delivery,
        OutgoingFile? file,
        CancellationToken ct
    )
    {
        var (path, body) = gateway.Message(at, to, delivery, file);
        try
        {
            var answer = await gateway.CallAsync(at, HttpMethod.Post, path, body, ct);
            return !answer.IsOk ? GatewayErrors.Outcome(answer)
                : gateway.SentId(answer.Body) is { } id ? new DeliveryOutcome.Accepted(id)
                : new DeliveryOutcome.Lost();
        }
        catch (HttpRequestException ex) when (ex.NeverLeft())
        {
            return new DeliveryOutcome.Postponed(
                TimeSpan.FromSeconds(5),
                "unreachable",
                $"The gateway could not be reached. {ex.Message}"
            )
            {
                Scope = FailureScope.Channel,
            };
        }
        catch (Exception ex)
            when (ex is HttpRequestException or OperationCanceledException or IOException)
        {
            return new DeliveryOutcome.Lost();
        }
    }

    public async Task<ChannelCheck> CheckAsync(ChannelCandidate channel, CancellationToken ct)
    {
        var (gateway, at) = Open(channel);
        return await AskAsync(
            async () =>
            {
                var answer = await gateway.PingAsync(at, ct);
                if (!answer.IsOk || answer.Body is null)
                {
                    return new ChannelCheck(null, Finding(answer));
                }
                var view = await gateway.LookAsync(at, ct);
                return new ChannelCheck(NameOf(view.Report));
            },
            Finding
        );
    }

    public async Task<ChannelCheck> ConnectAsync(ChannelCandidate channel, CancellationToken ct)
    {
        var (gateway, at) = Open(channel);
        return await AskAsync(
            async () =>
                await gateway.SetUpAsync(at, channel.WebhookUrl, ct) is { } refused
                    ? new ChannelCheck(null, Finding(refused))
                    : new ChannelCheck(null),
            Finding
        );
    }

    public async Task DisconnectAsync(ChannelCandidate channel, CancellationToken ct)
    {
        var (gateway, at) = Open(channel);
        try
        {
            await gateway.ForgetAsync(at, ct);
        }
        catch (Exception ex)
            when (ex is HttpRequestException or OperationCanceledException or IOException)
        {
            // What fails here keeps nobody from removing the channel.
        }
    }

    public Task<SessionView> LookAsync(ChannelCandidate channel, CancellationToken ct) =>
        AskAsync(channel, (gateway, at) => gateway.LookAsync(at, ct));

    public Task<SessionView> RestartAsync(ChannelCandidate channel, CancellationToken ct) =>
        AskAsync(
            channel,
            async (gateway, at) =>
                await gateway.StartAsync(at, ct) is { Status: not 404 } refused
                    ? GatewayView.Of(refused)
                : await gateway.SetUpAsync(at, channel.WebhookUrl, ct) is { } unmade
                    ? GatewayView.Of(unmade)
                : await gateway.LookAsync(at, ct)
        );

    public Task<SessionView> LogOutAsync(ChannelCandidate channel, CancellationToken ct) =>
        AskAsync(
            channel,
            async (gateway, at) =>
                await gateway.LogOutAsync(at, ct) is { } refused
                    ? GatewayView.Of(refused)
                    : await gateway.LookAsync(at, ct)
        );

    public Task<SessionView> PairAsync(
        ChannelCandidate channel,
        string phone,
        CancellationToken ct
    ) =>
        AskAsync(
            channel,
            async (gateway, at) =>
            {
                var (code, answer) = await gateway.PairAsync(at, phone, ct);
                return code is null
                    ? GatewayView.Of(answer)
                    : await gateway.LookAsync(at, ct) with
                    {
                        PairingCode = code,
                    };
            }
        );

    public Task ShowAsync(
        Guid tenantId,
        Channel channel,
        InboundIdentity identity,
        ChannelActivity activity,
        CancellationToken ct
    ) =>
        activity == ChannelActivity.Typing
        && Jid.Of(identity) is { } to
        && Open(tenantId, channel) is var (gateway, at)
            ? gateway.ShowTypingAsync(at, to, ct)
            : Task.CompletedTask;

    public bool Marks(ChannelActivity activity) => activity == ChannelActivity.Seen;

    public Task MarkAsync(
        Guid tenantId,
        Channel channel,
        string externalId,
        ChannelActivity activity,
        CancellationToken ct
    ) =>
        Open(tenantId, channel) is var (gateway, at)
            ? gateway.MarkSeenAsync(at, externalId, ct)
            : Task.CompletedTask;

    public async Task<DeliveryOutcome> ReactAsync(
        Guid tenantId,
        ReactionDelivery reaction,
        CancellationToken ct
    )
    {
        if (Open(tenantId, reaction.Channel) is not var (gateway, at))
        {
            return new DeliveryOutcome.Rejected(
                "key_lost",
                "The channel's key cannot be opened. Enter it again on the channel's page."
            );
        }
        try
        {
            var answer = await gateway.ReactAsync(
                at,
                reaction.TargetExternalId,
                reaction.Emoji,
                ct
            );
            return answer.IsOk
                ? new DeliveryOutcome.Accepted(reaction.TargetExternalId)
                : GatewayErrors.Outcome(answer);
        }
        catch (Exception ex)
            when (ex is HttpRequestException or OperationCanceledException or IOException)
        {
            // The same reaction sent twice is one.
            return new DeliveryOutcome.Postponed(
                TimeSpan.FromSeconds(30),
                "unreachable",
                $"The gateway could not be reached. {ex.Message}"
            );
        }
    }

    public async Task<string?> FindNameAsync(
        Guid tenantId,
        Channel channel,
        InboundIdentity identity,
        CancellationToken ct
    ) =>
        Jid.Of(identity) is { } whose && Open(tenantId, channel) is var (gateway, at)
            ? await gateway.FindNameAsync(at, whose, ct)
            : null;

    public async Task<Stream?> OpenMediaAsync(
        Guid tenantId,
        Channel channel,
        string externalId,
        CancellationToken ct
    ) =>
        Open(tenantId, channel) is var (gateway, at)
            ? await gateway.OpenMediaAsync(at, externalId, ct)
            : null;

    private IGateway GatewayOf(IReadOnlyDictionary<string, string> values) =>
        values.GetValueOrDefault(WebSettings.Gateway) == WebSettings.Evolution ? evolution : waha;

    private (IGateway Gateway, GatewayAddress At) Open(ChannelCandidate channel) =>
        (
            GatewayOf(channel.Values),
            GatewayAddress.Of(channel.TenantId, channel.ChannelId, channel.Values)
        );

    private (IGateway Gateway, GatewayAddress At)? Open(Guid tenantId, Channel channel) =>
        fields.Open(tenantId, channel) is { IsOk: true, Value: var values }
            ? (GatewayOf(values), GatewayAddress.Of(tenantId, channel.Id, values))
            : null;

    private Task<SessionView> AskAsync(
        ChannelCandidate channel,
        Func<IGateway, GatewayAddress, Task<SessionView>> ask
    )
    {
        var (gateway, at) = Open(channel);
        return AskAsync(() => ask(gateway, at), said => GatewayView.Away(clock.GetUtcNow(), said));
    }

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask, Func<string, T> whenAway)
    {
        try
        {
            return await ask();
        }
        catch (HttpRequestException ex)
        {
            return whenAway(ex.Message);
        }
        catch (Exception ex) when (ex is OperationCanceledException or IOException)
        {
            return whenAway("No answer came in time.");
        }
    }

    private static ChannelFinding Finding(GatewayAnswer answer)
    {
        var code = GatewayView.ProblemOf(answer);
        return new ChannelFinding(
            code switch
            {
                GatewayView.KeyRefused => WebSettings.ApiKey,
                GatewayView.NotGateway => WebSettings.BaseUrl,
                _ => null,
            },
            code,
            answer.Body is null ? null : GatewayErrors.Said(answer)
        );
    }

    private static ChannelCheck Finding(string said) =>
        new(
            null,
            new ChannelFinding(WebSettings.BaseUrl, RegisterWebhookHandler.Unreachable, said)
        );

    private static string? NameOf(SessionReport? report) =>
        report?.Account is { } account
            ? string.Join(
                " · ",
                new[] { "+" + account, report.AccountName }.Where(part =>
                    !string.IsNullOrWhiteSpace(part)
                )
            )
            : null;
}
