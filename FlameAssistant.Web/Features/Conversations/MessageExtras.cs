using System.Globalization;
using System.Text.Json;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Web.Features.Conversations;

public sealed record SharedPlace(double Latitude, double Longitude, string Name, string Address)
{
    /// <summary>Made of the two numbers alone: an address that the message carries is never followed.</summary>
    public string Href =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"https://www.openstreetmap.org/?mlat={Latitude}&mlon={Longitude}#map=16/{Latitude}/{Longitude}"
        );

    public string Coordinates =>
        string.Create(CultureInfo.InvariantCulture, $"{Latitude:0.#####}, {Longitude:0.#####}");
}

public sealed record SharedContact(
    string Name,
    string? Organisation,
    IReadOnlyList<string> Phones,
    IReadOnlyList<string> Emails
);

/// <summary>A place, contact cards and who of a group wrote, out of what the provider told beside the text; anything odd is not there.</summary>
public static class MessageExtras
{
    private const int MostCards = 10;
    private const int MostLines = 5;
    private const int Longest = 200;

    public static SharedPlace? PlaceOf(ThreadMessage message)
    {
        using var json = message.MessageType == "location" ? Read(message.Metadata) : null;
        return
            json?.RootElement is { ValueKind: JsonValueKind.Object } root
            && root.TryGetProperty("location", out var place)
            && Number(place, "latitude") is { } latitude and >= -90 and <= 90
            && Number(place, "longitude") is { } longitude and >= -180 and <= 180
            ? new SharedPlace(
                latitude,
                longitude,
                Text(place, "name") ?? "",
                Text(place, "address") ?? ""
            )
            : null;
    }

    public static IReadOnlyList<SharedContact> ContactsOf(ThreadMessage message)
    {
        using var json = message.MessageType == "contacts" ? Read(message.Metadata) : null;
        return json?.RootElement is { ValueKind: JsonValueKind.Object } root
            ? [.. List(root, "contacts").Take(MostCards).Select(CardOf).OfType<SharedContact>()]
            : [];
    }

    /// <returns>
    /// Who of a group wrote it, by the name they gave themselves and their number, as far as the gateway told them; null
    /// where the conversation's contact is who wrote.
    /// </returns>
    public static string? AuthorOf(ThreadMessage message)
    {
        using var json =
            message is { IsFromMe: false, IsPrivate: false }
            && message.Metadata.Contains("\"author\"", StringComparison.Ordinal)
                ? Read(message.Metadata)
                : null;
        return
            json?.RootElement is { ValueKind: JsonValueKind.Object } root
            && Member(root, "author") is { } author
            && string.Join(
                " · ",
                new[] { Text(author, "name"), Text(author, "phone") }.OfType<string>()
            )
                is { Length: > 0 } who
            ? who
            : null;
    }

    /// <returns>An address that calls the number, or null for what is none.</returns>
    public static string? CallHref(string phone)
    {
        var digits = new string([.. phone.Where(char.IsAsciiDigit)]);
        return digits.Length is >= 3 and <= 20
            ? (phone.TrimStart().StartsWith('+') ? "tel:+" : "tel:") + digits
            : null;
    }

    /// <returns>An address that writes to the mailbox, or null for what is none: nothing else of a letter may be in it.</returns>
    public static string? MailHref(string email)
    {
        var at = email.IndexOf('@', StringComparison.Ordinal);
        return
            at > 0
            && at == email.LastIndexOf('@')
            && at < email.Length - 1
            && email.All(c => char.IsLetterOrDigit(c) || "@._-+".Contains(c))
            ? "mailto:" + email
            : null;
    }

    private static SharedContact? CardOf(JsonElement card)
    {
        var phones = Texts(card, "phones", "phone");
        var emails = Texts(card, "emails", "email");
        var name = Member(card, "name") is { } named ? Text(named, "formatted_name") : null;
        var work = Member(card, "org") is { } org
            ? string.Join(
                " · ",
                new[] { Text(org, "title"), Text(org, "department"), Text(org, "company") }.Where(
                    part => part is not null
                )
            )
            : "";
        return (name ?? phones.Concat(emails).FirstOrDefault()) is { } title
            ? new SharedContact(title, work.Length > 0 ? work : null, phones, emails)
            : null;
    }

    private static List<string> Texts(JsonElement of, string list, string name) =>
        [.. List(of, list).Select(item => Text(item, name)).OfType<string>().Take(MostLines)];

    private static IEnumerable<JsonElement> List(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    private static JsonDocument? Read(string metadata)
    {
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
        Member(of, name) is { ValueKind: JsonValueKind.Number } value
        && value.TryGetDouble(out var number)
            ? number
            : null;

    private static string? Text(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.String } value
        && value.GetString()?.Trim() is { Length: > 0 } text
            ? Shortened(text)
            : null;

    /// <summary>Never between the halves of a surrogate pair.</summary>
    private static string Shortened(string text) =>
        text.Length <= Longest ? text
        : char.IsHighSurrogate(text[Longest - 1]) ? text[..(Longest - 1)] + "…"
        : text[..Longest] + "…";

    private static JsonElement? Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value)
            ? value
            : null;
}
