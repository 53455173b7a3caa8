using System.Text.Json.Nodes;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Templates;

namespace FlameAssistant.Jobs.Channels.WhatsApp;

/// <summary>What the Cloud API is sent, key by key as Meta documents it.</summary>
internal static class WhatsAppBody
{
    public const string MessageMark = "msg:";
    public const string ReactionMark = "rea:";

    /// <param name="file">The file's place at Meta; null for a message without one.</param>
    /// <returns>Null for who has no name on WhatsApp.</returns>
    public static JsonObject? Message(Delivery delivery, WhatsAppFile? file)
    {
        if (To(delivery.Identities) is not { } body)
        {
            return null;
        }
        if (delivery.QuotedExternalId is { } quoted)
        {
            body["context"] = new JsonObject { ["message_id"] = quoted };
        }
        var (type, content) = Content(delivery, file);
        body["type"] = type;
        body[type] = content;
        // Echoed in every status: it finds the message whose answer was lost.
        body["biz_opaque_callback_data"] = $"{MessageMark}{delivery.MessageId:N}";
        return body;
    }

    public static JsonObject? Reaction(ReactionDelivery reaction)
    {
        if (To(reaction.Identities) is not { } body)
        {
            return null;
        }
        body["type"] = "reaction";
        body["reaction"] = new JsonObject
        {
            ["message_id"] = reaction.TargetExternalId,
            ["emoji"] = reaction.Emoji,
        };
        body["biz_opaque_callback_data"] = $"{ReactionMark}{reaction.MessageId:N}";
        return body;
    }

    public static JsonObject Read(string messageId, ChannelActivity activity)
    {
        var body = new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["status"] = "read",
            ["message_id"] = messageId,
        };
        if (activity == ChannelActivity.Typing)
        {
            body["typing_indicator"] = new JsonObject { ["type"] = "text" };
        }
        return body;
    }

    /// <summary>A phone number where there is one; who has only a username is reached by their business-scoped id.</summary>
    private static JsonObject? To(IReadOnlyList<InboundIdentity> identities)
    {
        var phone = identities.FirstOrDefault(i => i.Kind == IdentityKinds.WaId)?.Value;
        var userId = identities.FirstOrDefault(i => i.Kind == IdentityKinds.Bsuid)?.Value;
        if (phone is null && userId is null)
        {
            return null;
        }
        return new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["recipient_type"] = "individual",
            [phone is null ? "recipient" : "to"] = phone ?? userId,
        };
    }

    private static (string Type, JsonNode Content) Content(Delivery delivery, WhatsAppFile? file) =>
        delivery switch
        {
            { Rich.Template: { } template } => ("template", Template(template, file)),
            { Rich: { IsChoice: true } rich } => ("interactive", Interactive(rich, delivery.Text)),
            { Rich.Place: { } place } => ("location", Place(place)),
            { Rich.Card: { } card } => ("contacts", new JsonArray(Card(card))),
            _ when file is not null => (file.Kind, Media(file, delivery.Text)),
            _ => ("text", new JsonObject { ["preview_url"] = false, ["body"] = delivery.Text }),
        };

    /// <summary>Captions go with pictures, films and documents; a voice has none.</summary>
    internal static JsonObject Media(WhatsAppFile file, string caption)
    {
        var media = new JsonObject { [file.Id is null ? "link" : "id"] = file.Id ?? file.Link };
        if (file.Kind == "document" && file.Name is not null)
        {
            media["filename"] = file.Name;
        }
        if (caption.Length > 0 && file.Kind != "audio")
        {
            media["caption"] = caption;
        }
        return media;
    }

    private static JsonObject Interactive(MessageRich rich, string text)
    {
        var (type, action) = rich switch
        {
            { List: { } list } => ("list", List(list)),
            { Link: { } link } => ("cta_url", Link(link)),
            _ => ("button", Buttons(rich.Buttons)),
        };
        var interactive = new JsonObject { ["type"] = type };
        if (rich.Header is { } header)
        {
            interactive["header"] = new JsonObject { ["type"] = "text", ["text"] = header };
        }
        interactive["body"] = new JsonObject { ["text"] = text };
        if (rich.Footer is { } footer)
        {
            interactive["footer"] = new JsonObject { ["text"] = footer };
        }
        interactive["action"] = action;
        return interactive;
    }

    private static JsonObject Buttons(IReadOnlyList<MessageButton> buttons) =>
        new()
        {
            ["buttons"] = Each(
                buttons,
                b => new JsonObject
                {
                    ["type"] = "reply",
                    ["reply"] = new JsonObject { ["id"] = b.Payload, ["title"] = b.Title },
                }
            ),
        };

    private static JsonObject List(MessageList list) =>
        new()
        {
            ["button"] = list.Button,
            ["sections"] = Each(
                list.Sections,
                section =>
                {
                    var rows = Each(
                        section.Rows,
                        row =>
                        {
                            var line = new JsonObject
                            {
                                ["id"] = row.Payload,
                                ["title"] = row.Title,
                            };
                            if (row.Text is { } more)
                            {
                                line["description"] = more;
                            }
                            return line;
                        }
                    );
                    return section.Title is null
                        ? new JsonObject { ["rows"] = rows }
                        : new JsonObject { ["title"] = section.Title, ["rows"] = rows };
                }
            ),
        };

    private static JsonObject Link(MessageLink link) =>
        new()
        {
            ["name"] = "cta_url",
            ["parameters"] = new JsonObject { ["display_text"] = link.Title, ["url"] = link.Url },
        };

    private static JsonObject Place(MessagePlace place)
    {
        var location = new JsonObject
        {
            ["latitude"] = place.Latitude,
            ["longitude"] = place.Longitude,
        };
        if (place.Name is { } name)
        {
            location["name"] = name;
        }
        if (place.Address is { } address)
        {
            location["address"] = address;
        }
        return location;
    }

    /// <summary>The first name, since Meta wants one part of the name beside the whole.</summary>
    private static JsonObject Card(MessageCard card) =>
        new()
        {
            ["name"] = new JsonObject
            {
                ["formatted_name"] = card.Name,
                ["first_name"] = card.Name.Split(' ')[0],
            },
            ["phones"] = new JsonArray(new JsonObject { ["phone"] = card.Phone }),
        };

    private static JsonObject Template(TemplateToSend template, WhatsAppFile? file)
    {
        var components = new JsonArray();
        if (template.File is { } header)
        {
            var place = file is null
                ? new WhatsAppFile(header.Kind, null, header.Link, null)
                : file with
                {
                    Kind = header.Kind,
                };
            components.Add(
                Component(
                    "header",
                    [
                        new JsonObject
                        {
                            ["type"] = header.Kind,
                            [header.Kind] = Media(place, caption: ""),
                        },
                    ]
                )
            );
        }
        else if (template.Place is { } location)
        {
            // Degrees as text here, unlike in a message of their own.
            var place = Place(location);
            foreach (var degrees in (string[])["latitude", "longitude"])
            {
                place[degrees] = place[degrees]!.ToJsonString();
            }
            components.Add(
                Component(
                    "header",
                    [new JsonObject { ["type"] = "location", ["location"] = place }]
                )
            );
        }
        else if (template.Header.Count > 0)
        {
            components.Add(Component("header", template.Header.Select(Parameter)));
        }
        if (template.Body.Count > 0)
        {
            components.Add(Component("body", template.Body.Select(Parameter)));
        }
        foreach (var button in template.Buttons)
        {
            var component = Component("button", [ButtonParameter(button)]);
            component["sub_type"] = button.Kind;
            component["index"] = $"{button.Index}";
            components.Add(component);
        }
        var body = new JsonObject
        {
            ["name"] = template.Name,
            ["language"] = new JsonObject { ["code"] = template.Language },
        };
        if (components.Count > 0)
        {
            body["components"] = components;
        }
        return body;
    }

    private static JsonObject Component(string type, IEnumerable<JsonObject> parameters) =>
        new() { ["type"] = type, ["parameters"] = Each([.. parameters], p => p) };

    private static JsonObject Parameter(TemplateValue value) =>
        value.Name is null
            ? new JsonObject { ["type"] = "text", ["text"] = value.Text }
            : new JsonObject
            {
                ["type"] = "text",
                ["parameter_name"] = value.Name,
                ["text"] = value.Text,
            };

    private static JsonObject ButtonParameter(TemplateButtonValue button) =>
        button.Kind switch
        {
            "quick_reply" => new JsonObject { ["type"] = "payload", ["payload"] = button.Value },
            "copy_code" => new JsonObject
            {
                ["type"] = "coupon_code",
                ["coupon_code"] = button.Value,
            },
            TemplateShapeButton.Flow => new JsonObject
            {
                ["type"] = "action",
                ["action"] = new JsonObject { ["flow_token"] = button.Value },
            },
            _ => new JsonObject { ["type"] = "text", ["text"] = button.Value },
        };

    private static JsonArray Each<T>(IReadOnlyList<T> items, Func<T, JsonNode> make) =>
        new([.. items.Select(make)]);
}

/// <summary>A file as the Cloud API is told of it.</summary>
/// <param name="Kind"><c>image</c>, <c>audio</c>, <c>video</c> or <c>document</c>.</param>
/// <param name="Id">Of one that was handed over before; else Meta fetches it from <paramref name="Link"/>.</param>
internal sealed record WhatsAppFile(string Kind, string? Id, string? Link, string? Name)
{
    /// <summary>Other pictures than JPEG and PNG are taken as documents only.</summary>
    public static WhatsAppFile Of(DeliveryFile file, string id) =>
        new(
            file switch
            {
                { Kind: "image", ContentType: "image/jpeg" or "image/png" } => "image",
                { Kind: "video" or "audio" } => file.Kind,
                _ => "document",
            },
            id,
            Link: null,
            file.FileName
        );
}
