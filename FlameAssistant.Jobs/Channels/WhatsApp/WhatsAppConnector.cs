using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Conversations;

namespace FlameAssistant.Jobs.Channels.WhatsApp;

/// <summary>WhatsApp Cloud API.</summary>
public sealed class WhatsAppConnector(GraphClient graph, ChannelFields fields, IFileStore files)
    : IChannelConnector,
        IChannelCheck,
        IChannelSetup,
        IHasTemplates,
        IMarksMessages,
        IReacts
{
    private static readonly DeliveryOutcome.Rejected nobody = new(
        "no_recipient",
        "The contact has no WhatsApp identity on this channel."
    );

    public ChannelDefinition Definition => WhatsAppSettings.Definition;

    public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body) =>
        WhatsAppParser.Parse(body);

    public async Task<DeliveryOutcome> SendAsync(
        Guid tenantId,
        Delivery delivery,
        CancellationToken ct
    )
    {
        if (WhatsAppBody.Message(delivery, file: null) is not { } message)
        {
            return nobody;
        }
        var token = fields.Secret(tenantId, delivery.Channel, WhatsAppSettings.AccessToken);
        if (!token.IsOk)
        {
            return new DeliveryOutcome.Rejected(token.Error.Code, token.Error.Message);
        }
        if (delivery.File is { } file)
        {
            var (id, failure) = await HandOverAsync(
                tenantId,
                delivery.Channel,
                token.Value,
                file,
                ct
            );
            if (failure is not null)
            {
                return failure;
            }
            message = WhatsAppBody.Message(delivery, WhatsAppFile.Of(file, id!))!;
        }
        return await graph.SendAsync(
            BaseUrl(delivery.Channel),
            delivery.Channel.AccountId ?? "",
            token.Value,
            message,
            ct
        );
    }

    public async Task<DeliveryOutcome> ReactAsync(
        Guid tenantId,
        ReactionDelivery reaction,
        CancellationToken ct
    )
    {
        var token = fields.Secret(tenantId, reaction.Channel, WhatsAppSettings.AccessToken);
        return !token.IsOk ? new DeliveryOutcome.Rejected(token.Error.Code, token.Error.Message)
            : WhatsAppBody.Reaction(reaction) is not { } body ? nobody
            : await graph.SendAsync(
                BaseUrl(reaction.Channel),
                reaction.Channel.AccountId ?? "",
                token.Value,
                body,
                ct
            );
    }

    public bool Marks(ChannelActivity activity) => true;

    public async Task MarkAsync(
        Guid tenantId,
        Channel channel,
        string externalId,
        ChannelActivity activity,
        CancellationToken ct
    )
    {
        var token = fields.Secret(tenantId, channel, WhatsAppSettings.AccessToken);
        if (token.IsOk)
        {
            await graph.TellAsync(
                BaseUrl(channel),
                channel.AccountId ?? "",
                token.Value,
                WhatsAppBody.Read(externalId, activity),
                ct
            );
        }
    }

    public Task<TemplateReading> ReadTemplatesAsync(
        Guid tenantId,
        Channel channel,
        CancellationToken ct
    )
    {
        var token = fields.Secret(tenantId, channel, WhatsAppSettings.AccessToken);
        return token.IsOk
            ? WhatsAppTemplates.ReadAsync(
                graph,
                BaseUrl(channel),
                ChannelFields.Setting(channel, WhatsAppSettings.WabaId),
                token.Value,
                ct
            )
            : Task.FromResult<TemplateReading>(
                new TemplateReading.Failed(token.Error.Code, token.Error.Message, MayPass: false)
            );
    }

    public Task<ChannelCheck> CheckAsync(ChannelCandidate channel, CancellationToken ct) =>
        new WhatsAppCheck(graph, channel).RunAsync(ct);

    public Task<ChannelCheck> ConnectAsync(ChannelCandidate channel, CancellationToken ct) =>
        new WhatsAppCheck(graph, channel).SubscribeAsync(ct);

    // The account may serve other channels and other products by the same app: its subscription stays.
    public Task DisconnectAsync(ChannelCandidate channel, CancellationToken ct) =>
        Task.CompletedTask;

    public async Task<Stream?> OpenMediaAsync(
        Guid tenantId,
        Channel channel,
        string externalId,
        CancellationToken ct
    )
    {
        var token = fields.Secret(tenantId, channel, WhatsAppSettings.AccessToken);
        return token.IsOk
            ? await graph.OpenMediaAsync(BaseUrl(channel), externalId, token.Value, ct)
            : null;
    }

    /// <returns>The file's id at Meta, or why there is none: nothing of the message has left then.</returns>
    private async Task<(string? Id, DeliveryOutcome? Failure)> HandOverAsync(
        Guid tenantId,
        Channel channel,
        string token,
        DeliveryFile file,
        CancellationToken ct
    )
    {
        Stream? content;
        try
        {
            content = await files.OpenAsync(tenantId, file.ContentHash, ct);
        }
        catch (IOException)
        {
            return (
                null,
                new DeliveryOutcome.Postponed(
                    TimeSpan.FromSeconds(5),
                    "file_store",
                    "The file store does not answer."
                )
            );
        }
        await using var opened = content;
        return content is null
            ? (
                null,
                new DeliveryOutcome.Rejected(
                    "file_missing",
                    "The file is not in the store any more. Add it again."
                )
            )
            : await graph.UploadAsync(
                BaseUrl(channel),
                channel.AccountId ?? "",
                token,
                file,
                content,
                ct
            );
    }

    private static string? BaseUrl(Channel channel) =>
        ChannelFields.Setting(channel, WhatsAppSettings.BaseUrl);
}
