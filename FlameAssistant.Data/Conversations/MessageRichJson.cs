using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace FlameAssistant.Data.Conversations;

/// <summary>How a message keeps what it has beside its text: in its metadata, under names that a customer's message never has.</summary>
public static class MessageRichJson
{
    private static readonly JsonSerializerOptions wire = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>As the thread shows it, and as the message keeps it until it is sent.</summary>
    public static JsonObject ToMetadata(this MessageRich rich)
    {
        var metadata = new JsonObject();
        if (rich.Buttons.Count > 0)
        {
            metadata["buttons"] = JsonSerializer.SerializeToNode(rich.Buttons, wire);
        }
        Add("list", rich.List);
        Add("link", rich.Link);
        Add("header", rich.Header);
        Add("footer", rich.Footer);
        Add("template", rich.Template);
        if (rich.Labels.Count > 0)
        {
            metadata["labels"] = JsonSerializer.SerializeToNode(rich.Labels, wire);
        }
        if (rich.Place is { } place)
        {
            metadata["location"] = new JsonObject
            {
                ["latitude"] = place.Latitude,
                ["longitude"] = place.Longitude,
                ["name"] = place.Name,
                ["address"] = place.Address,
            };
        }
        if (rich.Card is { } card)
        {
            metadata["contacts"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = new JsonObject { ["formatted_name"] = card.Name },
                    ["phones"] = new JsonArray(new JsonObject { ["phone"] = card.Phone }),
                }
            );
        }
        return metadata;

        void Add<T>(string name, T? value)
            where T : class
        {
            if (value is not null)
            {
                metadata[name] = JsonSerializer.SerializeToNode(value, wire);
            }
        }
    }

    /// <returns>Null for a message that is nothing but its text and file.</returns>
    public static MessageRich? Read(string metadata)
    {
        if (JsonNode.Parse(metadata) is not JsonObject { Count: > 0 } root)
        {
            return null;
        }
        var rich = new MessageRich
        {
            Buttons = Of<List<MessageButton>>("buttons") ?? [],
            List = Of<MessageList>("list"),
            Link = Of<MessageLink>("link"),
            Header = Of<string>("header"),
            Footer = Of<string>("footer"),
            Template = Of<TemplateToSend>("template"),
            Labels = Of<List<string>>("labels") ?? [],
            Place = Of<MessagePlace>("location"),
            Card =
                root["contacts"]?[0] is { } card
                && Text(card["name"]?["formatted_name"]) is { } name
                && Text(card["phones"]?[0]?["phone"]) is { } phone
                    ? new MessageCard(name, phone)
                    : null,
        };
        return rich is { IsChoice: false, Place: null, Card: null, Template: null } ? null : rich;

        T? Of<T>(string name)
            where T : class => root[name] is { } node ? node.Deserialize<T>(wire) : null;
    }

    private static string? Text(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
