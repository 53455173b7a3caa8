using System.Text.Json;
using System.Text.RegularExpressions;

namespace FlameAssistant.Data.Templates;

/// <summary>What an approved template looks like, read from the provider's components; nothing odd in them throws.</summary>
/// <param name="Places">What must be filled in, in the order in which a person reads it.</param>
/// <param name="Unsupported">The component that this product cannot send; null when it can send all of it.</param>
public sealed partial record TemplateShape(
    TemplateHeader? Header,
    string Body,
    string? Footer,
    IReadOnlyList<TemplateShapeButton> Buttons,
    IReadOnlyList<TemplatePlace> Places,
    string? Unsupported
)
{
    /// <summary>The key of the file above the text, as an address.</summary>
    public const string HeaderFile = "header";

    public const string Latitude = "place.latitude";
    public const string Longitude = "place.longitude";
    public const string PlaceName = "place.name";
    public const string PlaceAddress = "place.address";

    /// <summary>What a map above the text is told of its place.</summary>
    private static readonly string[] Location = ["latitude", "longitude", "name", "address"];

    public static TemplateShape Read(string components)
    {
        try
        {
            using var json = JsonDocument.Parse(components);
            return Read(json.RootElement);
        }
        catch (JsonException)
        {
            return new TemplateShape(null, "", null, [], [], "JSON");
        }
    }

    private static TemplateShape Read(JsonElement components)
    {
        TemplateHeader? header = null;
        var (body, footer) = ("", (string?)null);
        var buttons = new List<TemplateShapeButton>();
        var places = new List<TemplatePlace>();
        string? unsupported = null;
        foreach (var component in Items(components))
        {
            switch (Text(component, "type")?.ToUpperInvariant())
            {
                case "HEADER":
                    header = HeaderOf(component);
                    places.AddRange(HeaderPlaces(header, component));
                    unsupported ??=
                        header.Format is "text" || header.IsFile || header.IsPlace
                            ? null
                            : "HEADER";
                    break;
                case "BODY":
                    body = Text(component, "text") ?? "";
                    places.AddRange(TextPlaces("body", body, Examples(component, "body_text")));
                    break;
                case "FOOTER":
                    footer = Text(component, "text");
                    break;
                case "BUTTONS":
                    buttons.AddRange(Items(Member(component, "buttons")).Select(ButtonOf));
                    break;
                case var other:
                    unsupported ??= other ?? "?";
                    break;
            }
        }
        places.AddRange(ButtonPlaces(buttons));
        unsupported ??= buttons.Find(b => !b.IsSendable)?.Kind;
        return new TemplateShape(header, body, footer, buttons, places, unsupported);
    }

    /// <summary>A text with its places filled, or with their names where there is no value yet.</summary>
    public static string Fill(
        string text,
        string part,
        IReadOnlyDictionary<string, string> values
    ) =>
        PlacePattern()
            .Replace(
                text,
                place =>
                    values.GetValueOrDefault($"{part}.{place.Groups["name"].Value}")
                        is { Length: > 0 } value
                        ? value
                        : place.Value
            );

    private static TemplateHeader HeaderOf(JsonElement component)
    {
        var format = Text(component, "format")?.ToLowerInvariant() ?? "text";
        return new TemplateHeader(
            format,
            Text(component, "text"),
            Member(component, "example") is { } example
                ? Items(Member(example, "header_handle")).Select(Value).FirstOrDefault()
                : null
        );
    }

    private static IEnumerable<TemplatePlace> HeaderPlaces(
        TemplateHeader header,
        JsonElement component
    ) =>
        header.IsFile ? [new TemplatePlace(HeaderFile, "header", header.Format, header.Example)]
        : header.IsPlace
            ? Location.Select(name => new TemplatePlace($"place.{name}", "place", name, null))
        : header.Text is null ? []
        : TextPlaces("header", header.Text, Examples(component, "header_text"));

    private static IEnumerable<TemplatePlace> TextPlaces(
        string part,
        string text,
        Dictionary<string, string> examples
    ) =>
        PlacePattern()
            .Matches(text)
            .Select(m => m.Groups["name"].Value)
            .Distinct(StringComparer.Ordinal)
            .Select(name => new TemplatePlace(
                $"{part}.{name}",
                part,
                name,
                examples.GetValueOrDefault(name)
            ));

    /// <summary>Of a button only what the customer's one differs by: the end of an address, or a code.</summary>
    private static IEnumerable<TemplatePlace> ButtonPlaces(List<TemplateShapeButton> buttons)
    {
        for (var i = 0; i < buttons.Count; i++)
        {
            if (buttons[i] is { NeedsValue: true } button)
            {
                yield return new TemplatePlace(
                    $"button.{i}",
                    "button",
                    button.Text,
                    button.Example
                );
            }
        }
    }

    private static TemplateShapeButton ButtonOf(JsonElement button)
    {
        var example = Member(button, "example");
        return new TemplateShapeButton(
            Text(button, "type")?.ToLowerInvariant() ?? "?",
            Text(button, "text") ?? "",
            Text(button, "url") ?? Text(button, "phone_number"),
            example is { ValueKind: JsonValueKind.Array } list
                    ? Items(list).Select(Value).FirstOrDefault()
                : example is { } one ? Value(one)
                : null
        );
    }

    /// <summary>Numbered examples are a list, for the body a list in a list; named ones say their names.</summary>
    private static Dictionary<string, string> Examples(JsonElement component, string key)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Member(component, "example") is not { } example)
        {
            return found;
        }
        foreach (var named in Items(Member(example, key + "_named_params")))
        {
            if (Text(named, "param_name") is { } name && Text(named, "example") is { } value)
            {
                found[name] = value;
            }
        }
        var list = Items(Member(example, key)).ToList();
        if (list is [{ ValueKind: JsonValueKind.Array } inner, ..])
        {
            list = [.. Items(inner)];
        }
        for (var i = 0; i < list.Count; i++)
        {
            if (Value(list[i]) is { } value)
            {
                found.TryAdd($"{i + 1}", value);
            }
        }
        return found;
    }

    private static IEnumerable<JsonElement> Items(JsonElement? list) =>
        list is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : [];

    private static JsonElement? Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value)
            ? value
            : null;

    private static string? Text(JsonElement of, string name) =>
        Member(of, name) is { } value ? Value(value) : null;

    private static string? Value(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex(
        @"\{\{\s*(?<name>[A-Za-z0-9_]{1,100})\s*\}\}",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex PlacePattern();
}

/// <param name="Format"><c>text</c>, <c>image</c>, <c>video</c>, <c>document</c> or <c>location</c>.</param>
/// <param name="Example">Of a file: where Meta keeps the one that was handed in for approval.</param>
public sealed record TemplateHeader(string Format, string? Text, string? Example)
{
    public bool IsFile => Format is "image" or "video" or "document";

    public bool IsPlace => Format == "location";
}

/// <param name="Kind">As the provider names it, in small letters.</param>
/// <param name="Target">Where it leads: an address, whose end may differ, or a phone number.</param>
public sealed record TemplateShapeButton(string Kind, string Text, string? Target, string? Example)
{
    /// <summary>Opens a form in WhatsApp, whose answers come as a message.</summary>
    public const string Flow = "flow";

    public bool IsSendable =>
        Kind is "quick_reply" or "url" or "phone_number" or "copy_code" or "otp" or Flow;

    /// <summary>Whether each customer's is another one.</summary>
    public bool NeedsValue =>
        Kind is "copy_code"
        || (Kind == "url" && Target?.Contains("{{", StringComparison.Ordinal) == true);
}

/// <summary>Something that is filled in before sending.</summary>
/// <param name="Key">Of the value: <c>body.1</c>, <c>header.name</c>, <c>button.0</c>, <c>header</c>, <c>place.latitude</c>.</param>
/// <param name="Part"><c>header</c>, <c>place</c>, <c>body</c> or <c>button</c>.</param>
/// <param name="Name">As the template names it.</param>
public sealed record TemplatePlace(string Key, string Part, string Name, string? Example);
