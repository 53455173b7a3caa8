using System.Text.Json.Nodes;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Jobs.Channels.Meta;

/// <summary>A message as the Send API takes it.</summary>
internal static class MetaBody
{
    public const string OwnMark = "flame:";

    /// <param name="fileUrl">Where the provider fetches the file; null for a text.</param>
    public static JsonObject Message(
        MetaDialect dialect,
        string customer,
        Delivery delivery,
        string? fileUrl
    )
    {
        var message = delivery.File is { } file
            ? new JsonObject { ["attachment"] = Attachment(dialect, file, fileUrl!) }
            : new JsonObject { ["text"] = delivery.Text };
        if (delivery.Rich is { Buttons.Count: > 0 } rich)
        {
            message["quick_replies"] = new JsonArray([
                .. rich.Buttons.Select(b =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["content_type"] = "text",
                            ["title"] = b.Title,
                            ["payload"] = b.Payload,
                        }
                ),
            ]);
        }
        if (dialect.TakesMetadata)
        {
            message["metadata"] = $"{OwnMark}{delivery.MessageId:N}";
        }
        var body = new JsonObject
        {
            ["recipient"] = new JsonObject { ["id"] = customer },
            ["message"] = message,
        };
        if (delivery.IsAfterWindow)
        {
            body["messaging_type"] = "MESSAGE_TAG";
            body["tag"] = "HUMAN_AGENT";
            return body;
        }
        if (dialect.TakesMetadata)
        {
            body["messaging_type"] = "RESPONSE";
        }
        // Beside a tag an answer to one message is refused.
        if (delivery.QuotedExternalId is { } quoted)
        {
            body["reply_to"] = new JsonObject { ["mid"] = quoted };
        }
        return body;
    }

    public static JsonObject Action(string customer, ChannelActivity activity) =>
        new()
        {
            ["recipient"] = new JsonObject { ["id"] = customer },
            ["sender_action"] = activity == ChannelActivity.Typing ? "typing_on" : "mark_seen",
        };

    private static JsonObject Attachment(MetaDialect dialect, DeliveryFile file, string url)
    {
        var payload = new JsonObject { ["url"] = url };
        if (dialect == MetaDialect.Messenger)
        {
            payload["is_reusable"] = false;
        }
        return new JsonObject
        {
            ["type"] = file switch
            {
                { Kind: "image", ContentType: "image/jpeg" or "image/png" or "image/gif" } =>
                    "image",
                { Kind: "audio" or "video" } => file.Kind,
                _ => "file",
            },
            ["payload"] = payload,
        };
    }
}
