using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Conversations;

/// <summary>What a message has beside its text: buttons, a place, or somebody's contact card.</summary>
public sealed record MessageRich
{
    public IReadOnlyList<MessageButton> Buttons { get; init; } = [];

    public MessagePlace? Place { get; init; }

    public MessageCard? Card { get; init; }

    /// <summary>As the thread shows it, and as the message keeps it until it is sent.</summary>
    internal JsonObject ToMetadata()
    {
        var metadata = new JsonObject();
        if (Buttons.Count > 0)
        {
            metadata["buttons"] = new JsonArray([
                .. Buttons.Select(b =>
                    (JsonNode)new JsonObject { ["title"] = b.Title, ["payload"] = b.Payload }
                ),
            ]);
        }
        if (Place is { } place)
        {
            metadata["location"] = new JsonObject
            {
                ["latitude"] = place.Latitude,
                ["longitude"] = place.Longitude,
                ["name"] = place.Name,
                ["address"] = place.Address,
            };
        }
        if (Card is { } card)
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
    }

    internal static MessageRich? Read(string metadata)
    {
        using var json = JsonDocument.Parse(metadata);
        var root = json.RootElement;
        var hasButtons = root.TryGetProperty("buttons", out var buttons);
        var hasPlace = root.TryGetProperty("location", out var place);
        var hasCard = root.TryGetProperty("contacts", out var cards);
        if (!hasButtons && !hasPlace && !hasCard)
        {
            return null;
        }
        return new MessageRich
        {
            Buttons = hasButtons
                ?
                [
                    .. buttons
                        .EnumerateArray()
                        .Select(b => new MessageButton(Text(b, "title")!, Text(b, "payload")!)),
                ]
                : [],
            Place = hasPlace
                ? new MessagePlace(
                    place.GetProperty("latitude").GetDouble(),
                    place.GetProperty("longitude").GetDouble(),
                    Text(place, "name"),
                    Text(place, "address")
                )
                : null,
            Card = hasCard
                ? new MessageCard(
                    Text(cards[0].GetProperty("name"), "formatted_name")!,
                    Text(cards[0].GetProperty("phones")[0], "phone")!
                )
                : null,
        };
    }

    /// <summary>What the channel cannot send of it, or what is wrong with it.</summary>
    internal Error? Problem(ChannelRules rules)
    {
        if (
            Buttons.Count > rules.MaxButtons
            || ((Place is not null || Card is not null) && !rules.TakesPlaces)
        )
        {
            return ConversationErrors.NotOnChannel;
        }
        var fits =
            Buttons.All(b =>
                b.Title is { Length: > 0 and <= 20 }
                && Encoding.UTF8.GetByteCount(b.Payload) is > 0 and <= 64
            )
            && Place is null or { Latitude: >= -90 and <= 90, Longitude: >= -180 and <= 180 }
            && Card is null or { Name.Length: > 0 and <= 255, Phone.Length: > 0 and <= 50 }
            && (Place is null || Card is null);
        return fits ? null : ConversationErrors.RichInvalid;
    }

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) ? value.GetString() : null;
}

/// <param name="Title">1 to 20 characters, which the customer sees.</param>
/// <param name="Payload">1 to 64 bytes, which come back when it is pressed.</param>
public sealed record MessageButton(string Title, string Payload);

public sealed record MessagePlace(
    double Latitude,
    double Longitude,
    string? Name = null,
    string? Address = null
);

public sealed record MessageCard(string Name, string Phone);
