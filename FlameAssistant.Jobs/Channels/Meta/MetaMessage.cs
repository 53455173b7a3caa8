using System.Text.Json.Nodes;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Jobs.Channels.Meta;

/// <summary>What a message says, in the product's types. The provider's own object stays in the message's metadata.</summary>
internal static class MetaMessage
{
    private const int LongestAddress = 4000;

    /// <returns>False when it has no name, which every message has.</returns>
    public static bool Read(MetaHappening happened, JsonObject message, List<InboundItem> items)
    {
        if (Values.Name(message["mid"]) is not { } mid)
        {
            return false;
        }
        if (Values.Flag(message["is_deleted"]))
        {
            items.Add(happened.Event(mid, MessageEventKinds.Delete, "deleted", ""));
            return true;
        }
        if (
            happened.IsEcho
            && Values.Text(message["metadata"]) is { } own
            && own.StartsWith(MetaBody.OwnMark, StringComparison.Ordinal)
        )
        {
            // What we sent ourselves: it tells the message whose answer was lost what became of it.
            items.Add(
                happened.Status(
                    mid,
                    MessageStatuses.Sent,
                    happened.At,
                    Guid.TryParseExact(own[MetaBody.OwnMark.Length..], "N", out var id) ? id : null
                )
            );
            return true;
        }
        var metadata = (JsonObject)message.DeepClone();
        var files = (message["attachments"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var media = files.Select(Media).OfType<InboundMedia>().ToList();
        if (Story(message) is { } story)
        {
            media.Add(story);
        }
        var type = Type(message, files, metadata);
        items.Add(
            happened.Message(
                mid,
                type,
                Values.Text(message["text"]) ?? Words(files),
                metadata,
                Values.Name((message["reply_to"] as JsonObject)?["mid"]),
                media
            )
        );
        return true;
    }

    /// <summary>Older webhooks name a reaction and do not draw it.</summary>
    public static string Emoji(JsonNode? name) =>
        Values.Text(name) switch
        {
            "love" => "❤️",
            "smile" or "haha" => "😆",
            "wow" => "😮",
            "sad" => "😢",
            "angry" => "😠",
            "dislike" => "👎",
            _ => "👍",
        };

    private static string Type(JsonObject message, List<JsonObject> files, JsonObject metadata)
    {
        if (files is not [var first, ..])
        {
            return message["text"] is null ? "unknown" : "text";
        }
        var kind = Values.Text(first["type"]) ?? "unknown";
        if (kind == "location" && Place(first) is { } place)
        {
            metadata["location"] = place;
            return "location";
        }
        // A share beside words is what the words are about.
        return kind switch
        {
            "image" when IsSticker(first) => "sticker",
            "image" or "audio" or "video" => kind,
            "file" => "document",
            "share" or "fallback" or "reel" or "ig_reel" or "ig_post" or "ig_story" or "post" =>
                message["text"] is null ? "share" : "text",
            "story_mention" => "story_mention",
            _ => message["text"] is null ? "unknown" : "text",
        };
    }

    private static InboundMedia? Media(JsonObject attachment)
    {
        var kind = Values.Text(attachment["type"]) switch
        {
            "image" => IsSticker(attachment) ? "sticker" : "image",
            "audio" => "audio",
            "video" => "video",
            "file" => "document",
            "story_mention" => "image",
            _ => null,
        };
        return kind is null ? null : At(kind, (attachment["payload"] as JsonObject)?["url"]);
    }

    /// <summary>The story that is answered; the provider keeps it for a day.</summary>
    private static InboundMedia? Story(JsonObject message) =>
        (message["reply_to"] as JsonObject)?["story"] is JsonObject story
            ? At("image", story["url"])
            : null;

    private static InboundMedia? At(string kind, JsonNode? address)
    {
        if (
            Values.Text(address) is not { Length: <= LongestAddress } url
            || !Uri.TryCreate(url, UriKind.Absolute, out var uri)
        )
        {
            return null;
        }
        // The last part of the path is what the file was called, if it has an ending.
        var name = Uri.UnescapeDataString(uri.Segments[^1]);
        return new InboundMedia(
            kind,
            url,
            kind == "document" && Path.HasExtension(name) && name.Length <= 255
                ? Data.Shared.StorableText.Clean(name)
                : null,
            ContentType: null
        );
    }

    private static bool IsSticker(JsonObject attachment) =>
        (attachment["payload"] as JsonObject)?["sticker_id"] is not null;

    /// <summary>Titles and addresses of what is shared.</summary>
    private static string Words(List<JsonObject> files) =>
        string.Join(
            '\n',
            files
                .Where(f =>
                    Values.Text(f["type"])
                        is not ("image" or "audio" or "video" or "file" or "story_mention")
                )
                .SelectMany(f =>
                    new[]
                    {
                        Values.Text(f["title"])
                            ?? Values.Text((f["payload"] as JsonObject)?["title"]),
                        Values.Text((f["payload"] as JsonObject)?["url"]) ?? Values.Text(f["url"]),
                    }
                )
                .Where(words => !string.IsNullOrWhiteSpace(words))
                .Distinct(StringComparer.Ordinal)
        );

    private static JsonObject? Place(JsonObject attachment) =>
        (attachment["payload"] as JsonObject)?["coordinates"] is JsonObject coordinates
        && coordinates["lat"] is { } latitude
        && coordinates["long"] is { } longitude
            ? new JsonObject
            {
                ["latitude"] = latitude.DeepClone(),
                ["longitude"] = longitude.DeepClone(),
                ["name"] = Values.Text(attachment["title"]),
            }
            : null;
}
