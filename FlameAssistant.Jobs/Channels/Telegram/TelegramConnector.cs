using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Conversations;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Channels.Telegram;

/// <summary>A Telegram bot.</summary>
internal sealed class TelegramConnector(
    TelegramClient client,
    ChannelFields fields,
    IFileStore files,
    IOptions<TelegramOptions> options
) : IChannelConnector, IChannelCheck, IChannelSetup, IAcknowledges, IShowsActivity
{
    private const string TokenField = TelegramSettings.BotToken;

    public ChannelDefinition Definition => TelegramSettings.Definition;

    public Task<ChannelCheck> CheckAsync(ChannelCandidate channel, CancellationToken ct) =>
        new TelegramCheck(client, RootOf(channel), channel).RunAsync(ct);

    public Task<ChannelCheck> ConnectAsync(ChannelCandidate channel, CancellationToken ct) =>
        new TelegramCheck(client, RootOf(channel), channel).RegisterAsync(ct);

    public Task DisconnectAsync(ChannelCandidate channel, CancellationToken ct) =>
        new TelegramCheck(client, RootOf(channel), channel).ForgetAsync(ct);

    private string RootOf(ChannelCandidate channel) =>
        options.Value.RootOf(channel.Values.GetValueOrDefault(TelegramSettings.BaseUrl));

    public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body) =>
        TelegramParser.Parse(body);

    public async Task<DeliveryOutcome> SendAsync(
        Guid tenantId,
        Delivery delivery,
        CancellationToken ct
    )
    {
        var chat = delivery.Identities.FirstOrDefault(i => i.Kind == IdentityKinds.Telegram)?.Value;
        if (!long.TryParse(chat, CultureInfo.InvariantCulture, out var number))
        {
            return new DeliveryOutcome.Rejected(
                "no_recipient",
                "The contact has no Telegram identity on this channel."
            );
        }
        var token = fields.Secret(tenantId, delivery.Channel, TokenField);
        if (!token.IsOk)
        {
            return new DeliveryOutcome.Rejected(token.Error.Code, token.Error.Message);
        }
        try
        {
            return await SendAsync(tenantId, delivery, token.Value, chat, number, ct);
        }
        catch (HttpRequestException ex) when (ex.NeverLeft())
        {
            return new DeliveryOutcome.Postponed(
                TimeSpan.FromSeconds(2),
                "unreachable",
                "Telegram could not be reached."
            )
            {
                Scope = FailureScope.Channel,
            };
        }
        catch (FileNotReadException ex)
        {
            return ex.Outcome;
        }
        catch (Exception ex)
            when (ex is HttpRequestException or OperationCanceledException or IOException)
        {
            return new DeliveryOutcome.Lost();
        }
    }

    private async Task<DeliveryOutcome> SendAsync(
        Guid tenantId,
        Delivery delivery,
        string token,
        string chat,
        long number,
        CancellationToken ct
    )
    {
        var answer = await CallAsync(tenantId, delivery, token, number, ct);
        MovedIdentity? moved = null;
        if (answer is { IsOk: false, MovedTo: { } other })
        {
            // Refused for certain: the same message goes to where the chat is now.
            moved = new MovedIdentity(
                IdentityKinds.Telegram,
                chat,
                other.ToString(CultureInfo.InvariantCulture)
            );
            answer = await CallAsync(tenantId, delivery, token, other, ct);
        }
        return answer switch
        {
            null => new DeliveryOutcome.Lost(),
            { IsOk: true, Result: JsonObject sent }
                when Values.Number(sent["message_id"]) is { } id
                    && Values.Number((sent["chat"] as JsonObject)?["id"]) is { } place =>
                new DeliveryOutcome.Accepted(
                    string.Create(CultureInfo.InvariantCulture, $"{place}:{id}")
                )
                {
                    Moved = moved,
                },
            { IsOk: true } => new DeliveryOutcome.Lost(),
            _ => TelegramErrors.Outcome(answer, chat),
        };
    }

    private async Task<TelegramAnswer?> CallAsync(
        Guid tenantId,
        Delivery delivery,
        string token,
        long chat,
        CancellationToken ct
    )
    {
        var body = TelegramBody.Of(chat, delivery);
        var root = RootOf(delivery.Channel);
        if (body.FileField is not { } field || delivery.File is not { } file)
        {
            return await client.CallAsync(
                root,
                token,
                body.Method,
                TelegramClient.Json(body.Fields),
                ct
            );
        }
        await using var content = await OpenAsync(tenantId, file, ct);
        using var bytes = new StreamContent(content);
        bytes.Headers.ContentType = new MediaTypeHeaderValue(file.ContentType);
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in body.Fields)
        {
            form.Add(
                new StringContent(
                    value!.GetValueKind() == JsonValueKind.String
                        ? value.GetValue<string>()
                        : value.ToJsonString()
                ),
                name
            );
        }
        form.Add(bytes, field, file.FileName);
        return await client.CallAsync(root, token, body.Method, form, ct);
    }

    private async Task<Stream> OpenAsync(Guid tenantId, DeliveryFile file, CancellationToken ct)
    {
        try
        {
            return await files.OpenAsync(tenantId, file.ContentHash, ct)
                ?? throw new FileNotReadException(
                    new DeliveryOutcome.Rejected(
                        "file_missing",
                        "The file is not in the store any more. Add it again."
                    )
                );
        }
        catch (IOException)
        {
            // Nothing has left yet: it may go when the store is back.
            throw new FileNotReadException(
                new DeliveryOutcome.Postponed(
                    TimeSpan.FromSeconds(5),
                    "file_store",
                    "The file store does not answer."
                )
            );
        }
    }

    public async Task<Stream?> OpenMediaAsync(
        Guid tenantId,
        Channel channel,
        string externalId,
        CancellationToken ct
    )
    {
        var token = fields.Secret(tenantId, channel, TokenField);
        if (!token.IsOk)
        {
            return null;
        }
        var root = RootOf(channel);
        var answer = await client.CallAsync(
            root,
            token.Value,
            "getFile",
            TelegramClient.Json(new JsonObject { ["file_id"] = externalId }),
            ct
        );
        if (answer is null or { ErrorCode: 429 or >= 500 })
        {
            throw new HttpRequestException("Telegram does not give the file now.");
        }
        return
            answer.IsOk
            && Values.Text((answer.Result as JsonObject)?["file_path"]) is { Length: > 0 } path
            ? await client.OpenAsync(root, token.Value, path, ct)
            : null;
    }

    public Task AcknowledgeAsync(
        Guid tenantId,
        Channel channel,
        string metadata,
        CancellationToken ct
    ) =>
        Values.Name((JsonNode.Parse(metadata) as JsonObject)?["callback_query_id"]) is { } id
            ? TellAsync(
                tenantId,
                channel,
                "answerCallbackQuery",
                new JsonObject { ["callback_query_id"] = id },
                ct
            )
            : Task.CompletedTask;

    /// <summary>Bots cannot mark as seen.</summary>
    public Task ShowAsync(
        Guid tenantId,
        Channel channel,
        InboundIdentity identity,
        ChannelActivity activity,
        CancellationToken ct
    ) =>
        activity == ChannelActivity.Typing
        && long.TryParse(identity.Value, CultureInfo.InvariantCulture, out var chat)
            ? TellAsync(
                tenantId,
                channel,
                "sendChatAction",
                new JsonObject { ["chat_id"] = chat, ["action"] = "typing" },
                ct
            )
            : Task.CompletedTask;

    private async Task TellAsync(
        Guid tenantId,
        Channel channel,
        string method,
        JsonObject body,
        CancellationToken ct
    )
    {
        var token = fields.Secret(tenantId, channel, TokenField);
        if (token.IsOk)
        {
            await client.CallAsync(
                RootOf(channel),
                token.Value,
                method,
                TelegramClient.Json(body),
                ct
            );
        }
    }

    private string RootOf(Channel channel) =>
        options.Value.RootOf(ChannelFields.Setting(channel, TelegramSettings.BaseUrl));

    /// <summary>Nothing has left: the file itself was the trouble.</summary>
    private sealed class FileNotReadException(DeliveryOutcome outcome)
        : Exception("The file could not be read.")
    {
        public DeliveryOutcome Outcome { get; } = outcome;
    }
}
