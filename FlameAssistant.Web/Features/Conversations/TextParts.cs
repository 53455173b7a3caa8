using System.Text.RegularExpressions;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>A run of a customer's text; with <paramref name="Href"/> it is a link. Text stays text: Blazor encodes it.</summary>
public readonly record struct TextPart(string Text, string? Href = null, bool IsMention = false);

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

    /// <summary>The same, with the names that stand behind an @ marked.</summary>
    /// <param name="names">The longest first, so that "Ana María" is not "Ana".</param>
    public static IReadOnlyList<TextPart> Of(string text, IReadOnlyList<string> names)
    {
        var parts = Of(text);
        return names.Count == 0
            ? parts
            : [.. parts.SelectMany(part => part.Href is null ? Named(part, names) : [part])];
    }

    private static IEnumerable<TextPart> Named(TextPart part, IReadOnlyList<string> names)
    {
        var (text, from) = (part.Text, 0);
        for (var at = text.IndexOf('@'); at >= 0; at = text.IndexOf('@', at + 1))
        {
            var name = names.FirstOrDefault(known =>
                string.CompareOrdinal(text, at + 1, known, 0, known.Length) == 0
            );
            if (name is null)
            {
                continue;
            }
            if (at > from)
            {
                yield return new TextPart(text[from..at]);
            }
            from = at + 1 + name.Length;
            yield return new TextPart(text[at..from], IsMention: true);
        }
        if (from < text.Length)
        {
            yield return new TextPart(text[from..]);
        }
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
