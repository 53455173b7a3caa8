using System.Text.Json.Nodes;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <summary>What a message of Evolution says; its shape is WhatsApp's own.</summary>
internal static class EvolutionContent
{
    private const int Deepest = 5;

    private static readonly (string Field, string Kind)[] files =
    [
        ("imageMessage", "image"),
        ("videoMessage", "video"),
        ("ptvMessage", "video"),
        ("audioMessage", "audio"),
        ("documentMessage", "document"),
        ("stickerMessage", "sticker"),
    ];

    /// <summary>Some messages are wrapped in others: to vanish, to be seen once, changed, or with words beside a document.</summary>
    public static JsonObject Unwrap(JsonObject? message)
    {
        var inner = message ?? [];
        for (var depth = 0; depth < Deepest; depth++)
        {
            var wrapped = new[]
            {
                "ephemeralMessage",
                "viewOnceMessage",
                "viewOnceMessageV2",
                "documentWithCaptionMessage",
                "editedMessage",
            }
                .Select(name => (inner[name] as JsonObject)?["message"] as JsonObject)
                .FirstOrDefault(found => found is not null);
            if (wrapped is null)
            {
                break;
            }
            // The bytes stand beside the wrapping.
            foreach (var beside in new[] { "base64", "mediaUrl" })
            {
                if (wrapped[beside] is null && inner[beside] is { } value)
                {
                    wrapped[beside] = value.DeepClone();
                }
            }
            inner = wrapped;
        }
        return inner;
    }

    public static WebContent Read(JsonObject message, EvolutionKey key)
    {
        var text =
            Values.Text(message["conversation"])
            ?? Values.Text((message["extendedTextMessage"] as JsonObject)?["text"]);
        if (text is not null)
        {
            return new("text", text, []);
        }
        foreach (var (field, kind) in files)
        {
            if (message[field] is JsonObject file)
            {
                return new(
                    kind,
                    Values.Text(file["caption"]) ?? "",
                    [],
                    FileOf(kind, file, message, key)
                );
            }
        }
        return Place(message)
            ?? Cards(message)
            ?? new(
                "unknown",
                "",
                new JsonObject { ["type"] = message.Select(part => part.Key).FirstOrDefault() }
            );
    }

    private static InboundMedia FileOf(
        string kind,
        JsonObject file,
        JsonObject message,
        EvolutionKey key
    ) =>
        new(
            kind,
            // In a bucket, or to be asked for by the message's name.
            Values.Text(message["mediaUrl"])
                is { Length: > 0 and <= 4000 } url
                ? url
                : key.Name,
            StorableText.Clean(Values.Name(file["fileName"])),
            Values.Text(file["mimetype"])?.Split(';')[0].Trim()
        )
        {
            Inline = Bytes(Values.Text(message["base64"])),
        };

    private static ReadOnlyMemory<byte>? Bytes(string? base64)
    {
        if (string.IsNullOrEmpty(base64))
        {
            return null;
        }
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var written)
            ? bytes.AsMemory(0, written)
            : null;
    }

    private static WebContent? Place(JsonObject message) =>
        (message["locationMessage"] ?? message["liveLocationMessage"]) is JsonObject place
            ? WebContent.OfPlace(
                WebContent.Degrees(place["degreesLatitude"]),
                WebContent.Degrees(place["degreesLongitude"]),
                Values.Text(place["name"]),
                Values.Text(place["address"])
            )
            : null;

    private static WebContent? Cards(JsonObject message)
    {
        var cards = message["contactMessage"] is JsonObject one
            ? [one]
            : ((message["contactsArrayMessage"] as JsonObject)?["contacts"] as JsonArray ?? [])
                .OfType<JsonObject>()
                .ToList();
        return cards.Count == 0
            ? null
            : WebContent.OfCards(
                VCards.Read(
                    cards.Select(c => Values.Text(c["vcard"]) ?? ""),
                    [.. cards.Select(c => Values.Text(c["displayName"]) ?? "")]
                )
            );
    }
}
