using System.Globalization;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Jobs.Channels.Telegram;

/// <summary>A message as the Bot API takes it: the method, and its fields. Texts are sent as they are, with no markup.</summary>
internal sealed record TelegramBody(string Method, JsonObject Fields, string? FileField = null)
{
    private const int ButtonsInRow = 2;

    public static TelegramBody Of(long chat, Delivery delivery)
    {
        var body = delivery switch
        {
            { File: { } file } => OfFile(file, delivery.Text),
            { Rich.Place: { } place } => OfPlace(place),
            { Rich.Card: { } card } => new(
                "sendContact",
                new JsonObject { ["phone_number"] = card.Phone, ["first_name"] = card.Name }
            ),
            _ => new("sendMessage", new JsonObject { ["text"] = delivery.Text }),
        };
        body.Fields["chat_id"] = chat;
        if (Number(delivery.QuotedExternalId) is { } quoted)
        {
            body.Fields["reply_parameters"] = new JsonObject
            {
                ["message_id"] = quoted,
                ["allow_sending_without_reply"] = true,
            };
        }
        if (body.Method == "sendMessage")
        {
            body.Fields["link_preview_options"] = new JsonObject { ["is_disabled"] = true };
        }
        if (delivery.Rich is { Buttons.Count: > 0 } rich)
        {
            body.Fields["reply_markup"] = Keyboard(rich.Buttons);
        }
        return body;
    }

    private static TelegramBody OfFile(DeliveryFile file, string caption)
    {
        var (method, field) = file switch
        {
            { Kind: "image", ContentType: "image/jpeg" or "image/png" } => ("sendPhoto", "photo"),
            { Kind: "video", ContentType: "video/mp4" } => ("sendVideo", "video"),
            { Kind: "audio", ContentType: "audio/ogg" } => ("sendVoice", "voice"),
            { Kind: "audio", ContentType: "audio/mpeg" or "audio/mp4" } => ("sendAudio", "audio"),
            _ => ("sendDocument", "document"),
        };
        var fields = new JsonObject();
        if (caption.Length > 0)
        {
            fields["caption"] = caption;
        }
        return new(method, fields, field);
    }

    private static TelegramBody OfPlace(MessagePlace place)
    {
        var fields = new JsonObject
        {
            ["latitude"] = place.Latitude,
            ["longitude"] = place.Longitude,
        };
        if (place.Name is null || place.Address is null)
        {
            return new("sendLocation", fields);
        }
        fields["title"] = place.Name;
        fields["address"] = place.Address;
        return new("sendVenue", fields);
    }

    private static JsonObject Keyboard(IReadOnlyList<MessageButton> buttons) =>
        new()
        {
            ["inline_keyboard"] = new JsonArray([
                .. buttons
                    .Chunk(ButtonsInRow)
                    .Select(row =>
                        (JsonNode)
                            new JsonArray([
                                .. row.Select(b =>
                                    (JsonNode)
                                        new JsonObject
                                        {
                                            ["text"] = b.Title,
                                            ["callback_data"] = b.Payload,
                                        }
                                ),
                            ])
                    ),
            ]),
        };

    /// <summary>The number in <c>chat:number</c>; other names are none of Telegram's own.</summary>
    private static long? Number(string? externalId) =>
        externalId is not null
        && long.TryParse(
            externalId.AsSpan(externalId.LastIndexOf(':') + 1),
            CultureInfo.InvariantCulture,
            out var number
        )
        && externalId.Count(c => c == ':') == 1
            ? number
            : null;
}
