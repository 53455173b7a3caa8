using System.Globalization;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <summary>What a message of a gateway says, in the product's types.</summary>
internal sealed record WebContent(
    string Type,
    string Text,
    JsonObject Metadata,
    InboundMedia? Media = null
)
{
    public static WebContent OfPlace(
        double latitude,
        double longitude,
        string? name,
        string? address
    )
    {
        var words = new[] { name, address }.Where(part => !string.IsNullOrWhiteSpace(part));
        return new WebContent(
            "location",
            string.Join(", ", words),
            new JsonObject
            {
                ["location"] = new JsonObject
                {
                    ["latitude"] = latitude,
                    ["longitude"] = longitude,
                    ["name"] = name,
                    ["address"] = address,
                },
            }
        );
    }

    public static WebContent OfCards(JsonArray contacts) =>
        new("contacts", VCards.NamesOf(contacts), new JsonObject { ["contacts"] = contacts });

    /// <summary>A number, or text that is one.</summary>
    public static double Degrees(JsonNode? node) =>
        double.Parse(Values.Text(node) ?? "", CultureInfo.InvariantCulture);

    /// <summary>The product's kind of a file; what WhatsApp calls a sticker is a picture of its own format.</summary>
    public static string KindOf(string? mimeType) =>
        mimeType?.Split(';')[0].Trim() switch
        {
            "image/webp" => "sticker",
            { } type when type.StartsWith("image/", StringComparison.Ordinal) => "image",
            { } type when type.StartsWith("audio/", StringComparison.Ordinal) => "audio",
            { } type when type.StartsWith("video/", StringComparison.Ordinal) => "video",
            _ => "document",
        };
}
