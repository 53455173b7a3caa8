using System.Globalization;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Channels.Telegram;

/// <summary>What a message says, in the product's types. The provider's own object stays in the message's metadata.</summary>
internal sealed record TelegramContent(
    string Type,
    string Text,
    JsonObject Metadata,
    InboundMedia? Media = null
)
{
    private const long LargestFile = 20 * 1024 * 1024;
    private const string Start = "/start ";

    /// <summary>What a message may carry, and the product's kind of it; the first that is there counts.</summary>
    private static readonly (string Field, string Kind)[] files =
    [
        ("voice", "audio"),
        ("audio", "audio"),
        ("video", "video"),
        ("video_note", "video"),
        // Also sent as a document, for older programs.
        ("animation", "video"),
        ("sticker", "sticker"),
        ("document", "document"),
    ];

    public static TelegramContent Read(JsonObject message)
    {
        var metadata = (JsonObject)message.DeepClone();
        var caption = Values.Text(message["caption"]) ?? "";
        if (Values.Text(message["text"]) is { } text)
        {
            // A deep link: t.me/bot?start=word.
            return text.StartsWith(Start, StringComparison.Ordinal)
                ? new("referral", text[Start.Length..].Trim(), metadata)
                : new("text", text, metadata);
        }
        if (Largest(message["photo"]) is { } photo)
        {
            return new("image", caption, metadata, FileOf("image", photo));
        }
        foreach (var (field, kind) in files)
        {
            if (message[field] is JsonObject file)
            {
                var words = kind == "sticker" ? Values.Text(file["emoji"]) ?? "" : caption;
                return new(kind, words, metadata, FileOf(kind, file));
            }
        }
        return Place(message, metadata) ?? Card(message, metadata) ?? new("unknown", "", metadata);
    }

    /// <summary>The words on the button that carries this data.</summary>
    public static string? ButtonTitle(JsonObject? message, string data) =>
        ((message?["reply_markup"] as JsonObject)?["inline_keyboard"] as JsonArray ?? [])
            .OfType<JsonArray>()
            .SelectMany(row => row.OfType<JsonObject>())
            .Where(button => Values.Text(button["callback_data"]) == data)
            .Select(button => Values.Text(button["text"]))
            .FirstOrDefault();

    /// <summary>A photo comes in several sizes.</summary>
    private static JsonObject? Largest(JsonNode? sizes) =>
        (sizes as JsonArray)
            ?.OfType<JsonObject>()
            .MaxBy(size =>
                (Values.Number(size["width"]) ?? 0) * (Values.Number(size["height"]) ?? 0)
            );

    private static InboundMedia? FileOf(string kind, JsonObject file)
    {
        if (Values.Name(file["file_id"]) is not { } id)
        {
            return null;
        }
        var size = Values.Number(file["file_size"]) ?? 0;
        return new InboundMedia(
            kind,
            id,
            StorableText.Clean(Values.Name(file["file_name"])),
            Values.Text(file["mime_type"])?.Split(';')[0].Trim()
        )
        {
            Refusal = size > LargestFile ? TooLarge(size) : null,
        };
    }

    private static string TooLarge(long size) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Telegram gives bots files of up to 20 MB only, and this one has {size / 1024.0 / 1024.0:0} MB: ask the customer to send it another way."
        );

    private static TelegramContent? Place(JsonObject message, JsonObject metadata)
    {
        var venue = message["venue"] as JsonObject;
        if ((venue?["location"] ?? message["location"]) is not JsonObject location)
        {
            return null;
        }
        var (name, address) = (Values.Text(venue?["title"]), Values.Text(venue?["address"]));
        metadata["location"] = new JsonObject
        {
            ["latitude"] = location["latitude"]?.DeepClone(),
            ["longitude"] = location["longitude"]?.DeepClone(),
            ["name"] = name,
            ["address"] = address,
        };
        var words = new[] { name, address }.Where(part => !string.IsNullOrWhiteSpace(part));
        return new("location", string.Join(", ", words), metadata);
    }

    private static TelegramContent? Card(JsonObject message, JsonObject metadata)
    {
        if (message["contact"] is not JsonObject contact)
        {
            return null;
        }
        var name = string.Join(
            ' ',
            new[] { Values.Text(contact["first_name"]), Values.Text(contact["last_name"]) }.Where(
                part => !string.IsNullOrWhiteSpace(part)
            )
        );
        var phone = Values.Text(contact["phone_number"]) ?? "";
        metadata["contacts"] = new JsonArray(
            new JsonObject
            {
                ["name"] = new JsonObject { ["formatted_name"] = name },
                ["phones"] = new JsonArray(
                    new JsonObject { ["phone"] = phone.StartsWith('+') ? phone : "+" + phone }
                ),
            }
        );
        return new("contacts", name, metadata);
    }
}
