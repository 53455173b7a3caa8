using System.Globalization;
using System.Text.Json;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Web.Features.Conversations;

public sealed record SharedPlace(double Latitude, double Longitude, string Name)
{
    public string Href =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"https://www.openstreetmap.org/?mlat={Latitude}&mlon={Longitude}#map=16/{Latitude}/{Longitude}"
        );
}

public sealed record SharedContact(string Name, IReadOnlyList<string> Phones);

/// <summary>A place and contact cards, out of what the provider told beside the text; anything odd is not there.</summary>
public static class MessageExtras
{
    public static SharedPlace? PlaceOf(ThreadMessage message)
    {
        using var json = Read(message.Metadata);
        return
            json?.RootElement is { ValueKind: JsonValueKind.Object } root
            && root.TryGetProperty("location", out var place)
            && Number(place, "latitude") is { } latitude and >= -90 and <= 90
            && Number(place, "longitude") is { } longitude and >= -180 and <= 180
            ? new SharedPlace(latitude, longitude, message.Content)
            : null;
    }

    public static IReadOnlyList<SharedContact> ContactsOf(ThreadMessage message)
    {
        using var json = Read(message.Metadata);
        if (
            json?.RootElement is not { ValueKind: JsonValueKind.Object } root
            || !root.TryGetProperty("contacts", out var cards)
            || cards.ValueKind != JsonValueKind.Array
        )
        {
            return [];
        }
        return [.. cards.EnumerateArray().Take(10).Select(CardOf).OfType<SharedContact>()];
    }

    private static SharedContact? CardOf(JsonElement card)
    {
        if (card.ValueKind != JsonValueKind.Object)
        {
            return null;
        }
        var phones =
            card.TryGetProperty("phones", out var listed) && listed.ValueKind == JsonValueKind.Array
                ? listed
                    .EnumerateArray()
                    .Select(p => Text(p, "phone"))
                    .OfType<string>()
                    .Take(5)
                    .ToList()
                : [];
        var name = card.TryGetProperty("name", out var named)
            ? Text(named, "formatted_name")
            : null;
        return name is null && phones.Count == 0
            ? null
            : new SharedContact(name ?? phones[0], phones);
    }

    private static JsonDocument? Read(string metadata)
    {
        if (metadata.Length <= 2)
        {
            return null;
        }
        try
        {
            return JsonDocument.Parse(metadata);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static double? Number(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object
        && of.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var number)
            ? number
            : null;

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object
        && of.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
