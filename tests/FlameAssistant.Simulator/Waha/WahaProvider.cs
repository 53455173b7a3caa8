using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Simulator.Gateways;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Waha;

/// <summary>The webhooks of WAHA, signed over their bytes.</summary>
internal sealed class WahaProvider(SimulatorState state) : IGatewayProvider
{
    private static readonly JsonSerializerOptions Wire = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string NewId(Customer customer, MessageDirection direction) =>
        $"{(direction == MessageDirection.Out ? "true" : "false")}_{Chat(customer)}_3EB0{RandomNumberGenerator.GetHexString(16)}";

    public byte[] Message(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        string? quotedAuthor,
        SimulatedFile? file
    )
    {
        var payload = Said(channel, customer, message, file);
        AddAuthor(payload, channel, customer);
        return Event(channel, "message.any", payload, message.At);
    }

    public bool CanEdit(SimulatedChannel channel) => true;

    public bool CanDelete(SimulatedChannel channel) => true;

    /// <summary>A message of its own with the new text; the one that it changes is named by its last part only.</summary>
    public byte[] Edit(SimulatedChannel channel, Customer customer, TranscriptMessage message)
    {
        var at = message.EditedAt!.Value;
        var payload = Said(
            channel,
            customer,
            message with
            {
                Wamid = NewId(customer, MessageDirection.In),
                At = at,
                ReplyTo = null,
            },
            file: null
        );
        AddAuthor(payload, channel, customer);
        payload["ack"] = 2;
        payload["ackName"] = "DEVICE";
        payload["editedMessageId"] = LastPart(message.Wamid);
        return Event(channel, "message.edited", payload, at);
    }

    public byte[] Deletion(SimulatedChannel channel, Customer customer, TranscriptMessage message)
    {
        var at = message.DeletedAt!.Value;
        return Event(
            channel,
            "message.revoked",
            new JsonObject
            {
                ["after"] = new JsonObject
                {
                    ["id"] = NewId(customer, MessageDirection.In),
                    ["timestamp"] = at.ToUnixTimeSeconds(),
                    ["from"] = Chat(customer),
                    ["body"] = "",
                },
                ["revokedMessageId"] = LastPart(message.Wamid),
                ["before"] = null,
            },
            at
        );
    }

    public byte[] Echo(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        bool isTyped,
        SimulatedFile? file
    )
    {
        var payload = Said(channel, customer, message, file);
        payload["from"] = Me(channel);
        payload["to"] = Chat(customer);
        payload["fromMe"] = true;
        payload["source"] = isTyped ? "app" : "api";
        payload["_data"] = new JsonObject();
        return Event(channel, "message.any", payload, message.At);
    }

    public byte[]? Status(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        MessageStatus status,
        DateTimeOffset at,
        GraphError? error
    )
    {
        var (ack, name) = status switch
        {
            MessageStatus.Sent => (1, "SERVER"),
            MessageStatus.Delivered => (2, "DEVICE"),
            MessageStatus.Read => (3, "READ"),
            _ => (-1, "ERROR"),
        };
        return Event(
            channel,
            "message.ack",
            new JsonObject
            {
                ["id"] = message.Wamid,
                ["from"] = Chat(customer),
                ["to"] = Me(channel),
                ["participant"] = null,
                ["fromMe"] = true,
                ["ack"] = ack,
                ["ackName"] = name,
            },
            at
        );
    }

    public byte[] Session(SimulatedChannel channel, GatewaySession session)
    {
        var now = TimeProvider.System.GetUtcNow();
        var payload = new JsonObject
        {
            ["name"] = session.Name,
            ["status"] = session.State,
            ["statuses"] = new JsonArray(
                new JsonObject
                {
                    ["status"] = session.State,
                    ["timestamp"] = now.ToUnixTimeMilliseconds(),
                }
            ),
            ["data"] =
                session.State == GatewayStates.Working
                    ? new JsonObject
                    {
                        ["reachoutTimelock"] = new JsonObject
                        {
                            ["enforcementType"] = "RESTRICT_ALL_COMPANIONS",
                            ["isActive"] = session.IsRestricted,
                            ["timeEnforcementEnds"] = now.AddHours(6).ToUnixTimeSeconds(),
                        },
                    }
                    : null,
        };
        return Event(channel, "session.status", payload, now, session.Me);
    }

    public (string Header, string Value) Proof(SimulatedChannel channel, byte[] body) =>
        (
            "X-Webhook-Hmac",
            Convert.ToHexStringLower(
                HMACSHA512.HashData(Encoding.UTF8.GetBytes(channel.AppSecret), body)
            )
        );

    public static string Chat(Customer customer) => $"{customer.From}@c.us";

    private static string LastPart(string id) => id[(id.LastIndexOf('_') + 1)..];

    private static void AddAuthor(JsonObject payload, SimulatedChannel channel, Customer customer)
    {
        payload["from"] = Chat(customer);
        payload["to"] = Me(channel);
        payload["fromMe"] = false;
        payload["source"] = "app";
        payload["_data"] = new JsonObject
        {
            ["Info"] = new JsonObject { ["PushName"] = customer.Name },
        };
    }

    private JsonObject Said(
        SimulatedChannel channel,
        Customer customer,
        TranscriptMessage message,
        SimulatedFile? file
    )
    {
        var said = new JsonObject
        {
            ["id"] = message.Wamid,
            ["timestamp"] = message.At.ToUnixTimeSeconds(),
            ["participant"] = null,
            ["body"] = message.Text,
            ["hasMedia"] = file is not null,
            ["media"] = file is null
                ? null
                : new JsonObject
                {
                    ["url"] = $"{state.Origin}/api/files/{channel.PhoneNumberId}/{file.Id}",
                    ["mimetype"] = file.ContentType,
                    ["filename"] = file.FileName,
                    ["error"] = null,
                },
            ["vCards"] = new JsonArray(),
        };
        if (
            message.ReplyTo is { } quoted
            && state.Conversations.FindMessage(quoted) is { Message: var original }
        )
        {
            said["replyTo"] = new JsonObject
            {
                ["id"] = LastPart(quoted),
                ["participant"] =
                    original.Direction == MessageDirection.Out ? Me(channel) : Chat(customer),
                ["body"] = original.Text,
            };
        }
        return said;
    }

    private static byte[] Event(
        SimulatedChannel channel,
        string name,
        JsonObject payload,
        DateTimeOffset at,
        string? me = null
    ) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["id"] = $"evt_{Guid.NewGuid():N}",
                ["timestamp"] = at.ToUnixTimeMilliseconds(),
                ["event"] = name,
                ["session"] = channel.PhoneNumberId,
                ["me"] = new JsonObject
                {
                    ["id"] = me is null ? Me(channel) : $"{me}@c.us",
                    ["pushName"] = channel.Name,
                },
                ["payload"] = payload,
                ["engine"] = channel.Engine.ToUpperInvariant(),
                ["environment"] = new JsonObject
                {
                    ["version"] = "2026.9.1",
                    ["engine"] = channel.Engine.ToUpper(CultureInfo.InvariantCulture),
                    ["tier"] = "CORE",
                },
            },
            Wire
        );

    private static string Me(SimulatedChannel channel) =>
        $"{(channel.Digits.Length > 0 ? channel.Digits : GatewayApi.DefaultPhone)}@c.us";
}
