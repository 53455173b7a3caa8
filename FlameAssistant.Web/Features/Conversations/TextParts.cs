using System.Text.RegularExpressions;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>A run of a customer's text; with <paramref name="Href"/> it is a link. Text stays text: Blazor encodes it.</summary>
public readonly record struct TextPart(string Text, string? Href = null);

public static partial class TextParts
{
    private const string Closing = ".,;:!?)]}'\"»”’…";

    /// <summary>Only http and https become links: no javascript:, no data:, nothing that a customer could make run.</summary>
    public static IReadOnlyList<TextPart> Of(string text)
    {
        var parts = new List<TextPart>();
        var at = 0;
        foreach (var match in Address().EnumerateMatches(text))
        {
            var address = text.AsSpan(match.Index, match.Length).TrimEnd(Closing).ToString();
            if (
                !Uri.TryCreate(address, UriKind.Absolute, out var uri)
                || uri.Scheme is not ("http" or "https")
                || uri.UserInfo.Length > 0
            )
            {
                continue;
            }

            if (match.Index > at)
            {
                parts.Add(new TextPart(text[at..match.Index]));
            }

            parts.Add(new TextPart(address, uri.AbsoluteUri));
            at = match.Index + address.Length;
        }

        if (at < text.Length)
        {
            parts.Add(new TextPart(text[at..]));
        }

        return parts;
    }

    /// <summary>A place to cut that does not split a character of two halves.</summary>
    public static int SafeCut(string text, int at) =>
        char.IsHighSurrogate(text[at - 1]) ? at - 1 : at;

    [GeneratedRegex(
        """https?://[^\s<>"]+""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        250
    )]
    private static partial Regex Address();
}
