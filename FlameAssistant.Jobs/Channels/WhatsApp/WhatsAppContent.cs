using System.Text.Json;
using System.Text.Json.Nodes;

namespace FlameAssistant.Jobs.Channels.WhatsApp;

/// <summary>What a message says, in the product's types. The provider's own object stays in the message's metadata.</summary>
internal sealed record WhatsAppContent(string Type, string Text)
{
    /// <returns>Null for what is no message of its own: reactions, edits, revocations and system notes.</returns>
    public static WhatsAppContent? Read(string type, JsonNode message)
    {
        var body = message[type] as JsonObject;
        return type switch
        {
            "text" => new("text", String(body?["body"]) ?? ""),
            "image" or "video" or "document" => new(
                type,
                String(body?["caption"]) ?? String(body?["filename"]) ?? ""
            ),
            "audio" or "sticker" => new(type, ""),
            "button" => new("text", String(body?["text"]) ?? String(body?["payload"]) ?? ""),
            "interactive" => new("text", Interactive(body)),
            "location" => new("location", Location(body)),
            "contacts" => new("contacts", Names(message["contacts"])),
            "order" => new("order", String(body?["text"]) ?? ""),
            "reaction" or "edit" or "revoke" or "system" => null,
            _ => new("unknown", ""),
        };
    }

    private static string Interactive(JsonObject? body) =>
        String(body?["button_reply"]?["title"])
        ?? String(body?["list_reply"]?["title"])
        ?? String(body?["nfm_reply"]?["body"])
        ?? "";

    private static string Location(JsonObject? body) =>
        string.Join(
            ", ",
            new[] { String(body?["name"]), String(body?["address"]) }.Where(part =>
                !string.IsNullOrWhiteSpace(part)
            )
        );

    /// <summary>Whom the cards are of: what the list shows and a search finds.</summary>
    private static string Names(JsonNode? cards) =>
        string.Join(
            ", ",
            (cards as JsonArray ?? [])
                .OfType<JsonObject>()
                .Select(card => String((card["name"] as JsonObject)?["formatted_name"]))
                .Where(name => !string.IsNullOrWhiteSpace(name))
        );

    private static string? String(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
