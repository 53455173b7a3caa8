using System.Text.Json.Nodes;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <summary>What a message of WAHA says.</summary>
internal static class WahaContent
{
    public static WebContent Read(JsonObject payload, WahaId id)
    {
        var content = ReadBody(payload, id);
        if (id.Participant is { } author)
        {
            // Of a group, whose name and number is not the conversation's.
            content.Metadata["author"] = new JsonObject
            {
                ["name"] = Values.Text(
                    ((payload["_data"] as JsonObject)?["Info"] as JsonObject)?["PushName"]
                ),
                ["phone"] = author.IsNumber ? "+" + author.User : null,
            };
        }
        return content;
    }

    private static WebContent ReadBody(JsonObject payload, WahaId id)
    {
        var body = Values.Text(payload["body"]) ?? "";
        if (Values.Flag(payload["hasMedia"]))
        {
            var media = payload["media"] as JsonObject;
            var type = Values.Text(media?["mimetype"]);
            var kind = WebContent.KindOf(type);
            return new(
                kind,
                body,
                [],
                new InboundMedia(
                    kind,
                    // Without an address the gateway has not fetched it yet, and is asked to by the message's name.
                    Address(media) ?? WahaGateway.MessagePrefix + id.Name,
                    StorableText.Clean(Values.Name(media?["filename"])),
                    type?.Split(';')[0].Trim()
                )
            );
        }
        if (payload["location"] is JsonObject place)
        {
            return WebContent.OfPlace(
                WebContent.Degrees(place["latitude"]),
                WebContent.Degrees(place["longitude"]),
                Values.Text(place["description"]) ?? Values.Text(place["name"]),
                Values.Text(place["address"])
            );
        }
        var cards = (payload["vCards"] as JsonArray ?? []).Select(Values.Text).OfType<string>();
        if (cards.Any())
        {
            return WebContent.OfCards(VCards.Read(cards));
        }
        return body.Length > 0
            ? new("text", body, [])
            : new(
                "unknown",
                "",
                new JsonObject { ["type"] = Values.Name((payload["_data"] as JsonObject)?["type"]) }
            );
    }

    private static string? Address(JsonObject? media) =>
        Values.Text(media?["url"]) is { Length: > 0 and <= 4000 } url ? url : null;
}
