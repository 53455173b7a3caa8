using System.Text.Json;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Conversations;

namespace FlameAssistant.Jobs.Channels.WhatsApp;

/// <summary>WhatsApp Cloud API.</summary>
public sealed class WhatsAppConnector(GraphClient graph, ChannelSecrets secrets, IFileStore files)
    : IChannelConnector,
        IChannelCheck,
        IChannelSetup
{
    public ChannelDefinition Definition => WhatsAppSettings.Definition;

    public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body) =>
        WhatsAppParser.Parse(body);

    public async Task<DeliveryOutcome> SendAsync(
        Guid tenantId,
        Delivery delivery,
        CancellationToken ct
    )
    {
        // A phone number where there is one; a customer with a username only is reached by their business-scoped id.
        var phone = delivery.Identities.FirstOrDefault(i => i.Kind == IdentityKinds.WaId)?.Value;
        var userId = delivery.Identities.FirstOrDefault(i => i.Kind == IdentityKinds.Bsuid)?.Value;
        if (phone is null && userId is null)
        {
            return new DeliveryOutcome.Rejected(
                "no_recipient",
                "The contact has no WhatsApp identity on this channel."
            );
        }
        var credentials = JsonSerializer.Deserialize<Dictionary<string, string>>(
            delivery.Channel.Credentials
        );
        var token = secrets.Unprotect(
            tenantId,
            delivery.Channel.Id,
            "access_token",
            credentials?.GetValueOrDefault("access_token") ?? ""
        );
        if (!token.IsOk)
        {
            return new DeliveryOutcome.Rejected(token.Error.Code, token.Error.Message);
        }

        var settings = JsonSerializer.Deserialize<Dictionary<string, string>>(
            delivery.Channel.Config
        );
        var message = new GraphTextMessage
        {
            To = phone,
            Recipient = phone is null ? userId : null,
            Context = delivery.QuotedExternalId is { } quoted
                ? new GraphContext { MessageId = quoted }
                : null,
            Text = delivery.File is null ? new GraphText { Body = delivery.Text } : null,
            CallbackData = $"msg:{delivery.MessageId:N}",
        };
        if (delivery.File is { } file)
        {
            Stream? content;
            try
            {
                content = await files.OpenAsync(tenantId, file.ContentHash, ct);
            }
            catch (IOException)
            {
                // Nothing has left yet: it may go when the store is back.
                return new DeliveryOutcome.Postponed(
                    TimeSpan.FromSeconds(5),
                    "file_store",
                    "The file store does not answer."
                );
            }
            await using var opened = content;
            if (content is null)
            {
                return new DeliveryOutcome.Rejected(
                    "file_missing",
                    "The file is not in the store any more. Add it again."
                );
            }
            var (id, failure) = await graph.UploadAsync(
                settings?.GetValueOrDefault("base_url"),
                delivery.Channel.AccountId ?? "",
                token.Value,
                file,
                content,
                ct
            );
            if (failure is not null)
            {
                return failure;
            }
            message = WithFile(message, file, id!, delivery.Text);
        }
        return await graph.SendAsync(
            settings?.GetValueOrDefault("base_url"),
            delivery.Channel.AccountId ?? "",
            token.Value,
            message,
            ct
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
        var credentials = JsonSerializer.Deserialize<Dictionary<string, string>>(
            channel.Credentials
        );
        var token = secrets.Unprotect(
            tenantId,
            channel.Id,
            "access_token",
            credentials?.GetValueOrDefault("access_token") ?? ""
        );
        var settings = JsonSerializer.Deserialize<Dictionary<string, string>>(channel.Config);
        return token.IsOk
            ? await graph.OpenMediaAsync(
                settings?.GetValueOrDefault("base_url"),
                externalId,
                token.Value,
                ct
            )
            : null;
    }

    /// <summary>Captions go with pictures, films and documents; a voice has none.</summary>
    private static GraphTextMessage WithFile(
        GraphTextMessage message,
        DeliveryFile file,
        string id,
        string text
    )
    {
        var media = new GraphMedia { Id = id, Caption = text.Length == 0 ? null : text };
        return file.Kind switch
        {
            // Other pictures are taken as documents only.
            "image" when file.ContentType is "image/jpeg" or "image/png" => message with
            {
                Type = "image",
                Image = media,
            },
            "video" => message with { Type = "video", Video = media },
            "audio" => message with { Type = "audio", Audio = media with { Caption = null } },
            _ => message with
            {
                Type = "document",
                Document = media with { FileName = file.FileName },
            },
        };
    }
}
