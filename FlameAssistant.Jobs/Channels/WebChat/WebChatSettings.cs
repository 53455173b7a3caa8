using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FlameAssistant.Jobs.Channels.WebChat;

/// <summary>One question before the chat.</summary>
/// <param name="Name"><c>name</c>, <c>email</c> or <c>phone</c>.</param>
public sealed record PreChatField(string Name, bool IsRequired);

/// <summary>
/// How a widget looks and whom it lets in, read from the channel's settings. What is not understood is as if it were not
/// there: an address that is none lets nobody in, and nothing of it reaches a header.
/// </summary>
public sealed partial record WebChatSettings
{
    public const string DefaultColor = "#c2410c";

    /// <summary>An address as people write it; see <see cref="OriginOf"/>.</summary>
    public const string OriginPattern =
        @"(https?://)?(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(:[0-9]{1,5})?/?";

    private static readonly string[] asked = ["name", "email", "phone"];

    private Dictionary<string, string> values = [];

    /// <summary>Null: the workspace's name stands there.</summary>
    public string? Title { get; private init; }

    public string Color { get; private init; } = DefaultColor;

    public bool IsLeft { get; private init; }

    public bool AsksRating { get; private init; } = true;

    /// <summary>Instead of the usual sentence outside the working hours.</summary>
    public string? Away { get; private init; }

    public IReadOnlyList<PreChatField> PreChat { get; private init; } = [];

    /// <summary>Origins as a policy header takes them; <c>https://*.shop.example</c> stands for every host below.</summary>
    public IReadOnlyList<string> Origins { get; private init; } = [];

    /// <summary>Black or white, whichever is easier to read on the colour.</summary>
    public string Ink => InkOn(Color);

    public static WebChatSettings Read(string config) =>
        Of(JsonSerializer.Deserialize<Dictionary<string, string>>(config) ?? []);

    public static WebChatSettings Of(IReadOnlyDictionary<string, string> values)
    {
        string? Text(string name) =>
            values.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value)
                ? value.Trim()
                : null;
        return new WebChatSettings
        {
            values = new Dictionary<string, string>(values, StringComparer.Ordinal),
            Title = Text(WebChatFields.Title),
            Away = Text(WebChatFields.Away),
            Color = ColorOf(Text(WebChatFields.Color)),
            IsLeft = Text(WebChatFields.Position) == "left",
            AsksRating = Text(WebChatFields.AskRating) is not "false",
            PreChat =
            [
                .. asked
                    .Where(name => Text($"ask_{name}") is "optional" or "required")
                    .Select(name => new PreChatField(name, Text($"ask_{name}") == "required")),
            ],
            Origins =
            [
                .. ChannelFieldRules
                    .LinesOf(Text(WebChatFields.AllowedOrigins) ?? "")
                    .Select(OriginOf)
                    .OfType<string>()
                    .Distinct(StringComparer.Ordinal),
            ],
        };
    }

    /// <param name="language"><c>es</c>, <c>en</c> or <c>pt</c>.</param>
    /// <returns>Null where none was chosen.</returns>
    public string? Greeting(string language) =>
        values.GetValueOrDefault($"{WebChatFields.Greeting}_{language}") is { } own
        && !string.IsNullOrWhiteSpace(own)
            ? own.Trim()
        : values.GetValueOrDefault(WebChatFields.Greeting) is { } all
        && !string.IsNullOrWhiteSpace(all)
            ? all.Trim()
        : null;

    public static string ColorOf(string? color) =>
        color is not null && Hex().IsMatch(color) ? color.ToLowerInvariant() : DefaultColor;

    public static string InkOn(string color)
    {
        double Channel(int at)
        {
            var c =
                int.Parse(color.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                / 255.0;
            return c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        }
        var light = 0.2126 * Channel(1) + 0.7152 * Channel(3) + 0.0722 * Channel(5);
        // Where the contrast with white and with black is the same.
        return light > 0.1791 ? "#000000" : "#ffffff";
    }

    /// <summary>An address as people write it, as the origin that browsers know; null for what is none.</summary>
    public static string? OriginOf(string address)
    {
        var text = address.Trim().TrimEnd('/').ToLowerInvariant();
        if (!text.Contains("://", StringComparison.Ordinal))
        {
            text = "https://" + text;
        }
        var match = Origin().Match(text);
        return match.Success ? match.Value : null;
    }

    [GeneratedRegex("^#[0-9a-fA-F]{6}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hex();

    [GeneratedRegex(
        @"^https?://(\*\.)?[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:[0-9]{1,5})?$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Origin();
}
