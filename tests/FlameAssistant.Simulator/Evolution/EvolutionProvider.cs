using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Simulator.Gateways;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Evolution;

/// <summary>The webhooks of Evolution, which carry the header that the business gave it.</summary>
internal sealed class EvolutionProvider(SimulatorState state) : IGatewayProvider
{
    private static readonly JsonSerializerOptions Wire = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string NewId(Customer customer, MessageDirection direction) =>
        $"{Chat(customer)}:3EB0{RandomNumberGenerator.GetHexString(16)}";

    public byte[] Message(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        string? quotedAuthor,
        SimulatedFile? file
    ) => Upsert(channel, "messages.upsert", customer, message, fromMe: false, "android", file);

    public bool CanEdit(SimulatedChannel channel) => true;

    public bool CanDelete(SimulatedChannel channel) => true;

    /// <summary>Evolution hands on what WhatsApp itself says of the change, without a message around it.</summary>
    public byte[] Edit(SimulatedChannel channel, Customer customer, TranscriptMessage message) =>
        Event(
            channel,
            "messages.edited",
            new JsonObject
            {
                ["key"] = Key(customer, message, fromMe: false),
                ["type"] = "MESSAGE_EDIT",
                ["editedMessage"] = Said(message, file: null),
                ["timestampMs"] = message.EditedAt!.Value.ToUnixTimeMilliseconds(),
            },
            message.EditedAt.Value
        );

    public byte[] Deletion(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message
    ) =>
        Event(
            channel,
            "messages.delete",
            Key(customer, message, fromMe: false),
            message.DeletedAt!.Value
        );

    public byte[] Echo(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        bool isTyped,
        SimulatedFile? file
    ) =>
        Upsert(
            channel,
            isTyped ? "messages.upsert" : "send.message",
            customer,
            message,
            fromMe: true,
            isTyped ? "android" : "unknown",
            file
        );

    public byte[]? Status(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        MessageStatus status,
        DateTimeOffset at,
        GraphError? error
    ) =>
        Event(
            channel,
            "messages.update",
            new JsonObject
            {
                ["keyId"] = IdOf(message.Wamid),
                ["remoteJid"] = Chat(customer),
                ["fromMe"] = true,
                ["participant"] = null,
                ["status"] = status switch
                {
                    MessageStatus.Sent => "SERVER_ACK",
                    MessageStatus.Delivered => "DELIVERY_ACK",
                    MessageStatus.Read => "READ",
                    _ => "ERROR",
                },
            },
            at
        );

    public byte[] Session(SimulatedChannel channel, GatewaySession session)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (session is { State: GatewayStates.ScanQrCode, Qr: { } code })
        {
            return Event(
                channel,
                "qrcode.updated",
                new JsonObject
                {
                    ["qrcode"] = new JsonObject
                    {
                        ["instance"] = session.Name,
                        ["pairingCode"] = session.PairingCode,
                        ["code"] = code,
                        ["base64"] = null,
                    },
                },
                now
            );
        }

        var (state, reason) = session.State switch
        {
            GatewayStates.Working => ("open", 200),
            GatewayStates.Starting => ("connecting", 200),
            _ => ("close", session.IsLoggedOut ? 401 : 428),
        };
        var data = new JsonObject
        {
            ["instance"] = session.Name,
            ["state"] = state,
            ["statusReason"] = reason,
        };
        if (session.Me is { } me && state == "open")
        {
            data["wuid"] = $"{me}@s.whatsapp.net";
            data["profileName"] = channel.Name;
        }

        return Event(channel, "connection.update", data, now);
    }

    public (string Header, string Value) Proof(SimulatedChannel channel, byte[] body) =>
        ("X-Flame-Secret", channel.AppSecret);

    public static string Chat(Customer customer) => $"{customer.From}@s.whatsapp.net";

    public static string IdOf(string name) => name[(name.LastIndexOf(':') + 1)..];

    private byte[] Upsert(
        SimulatedChannel channel,
        string name,
        Customer customer,
        TranscriptMessage message,
        bool fromMe,
        string source,
        SimulatedFile? file
    )
    {
        var data = new JsonObject
        {
            ["key"] = Key(customer, message, fromMe),
            ["pushName"] = fromMe ? "Você" : customer.Name,
            ["status"] = fromMe ? "PENDING" : "DELIVERY_ACK",
            ["message"] = Said(message, file),
            ["contextInfo"] = null,
            ["messageTimestamp"] = message.At.ToUnixTimeSeconds(),
            ["source"] = source,
        };
        if (message.ReplyTo is { } quoted && state.Conversations.FindMessage(quoted) is not null)
        {
            data["contextInfo"] = new JsonObject { ["stanzaId"] = IdOf(quoted) };
        }

        return Event(channel, name, data, message.At);
    }

    private static JsonObject Key(Customer customer, TranscriptMessage message, bool fromMe) =>
        new()
        {
            ["remoteJid"] = Chat(customer),
            ["fromMe"] = fromMe,
            ["id"] = IdOf(message.Wamid),
        };

    private static JsonObject Said(TranscriptMessage message, SimulatedFile? file) =>
        file is null
            ? new JsonObject { ["conversation"] = message.Text }
            : new JsonObject
            {
                [$"{file.Kind}Message"] = new JsonObject
                {
                    ["mimetype"] = file.ContentType,
                    ["caption"] = message.Text,
                    ["fileName"] = file.FileName,
                },
                ["base64"] = Convert.ToBase64String(file.Content),
            };

    private static byte[] Event(
        SimulatedChannel channel,
        string name,
        JsonObject data,
        DateTimeOffset at
    ) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["event"] = name,
                ["instance"] = channel.PhoneNumberId,
                ["data"] = data,
                ["destination"] = channel.WebhookUrl,
                ["date_time"] = at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
                ["sender"] = $"{GatewayApi.DefaultPhone}@s.whatsapp.net",
                ["server_url"] = "http://localhost",
                ["apikey"] = "instance-token",
            },
            Wire
        );
}
