using System.Globalization;
using System.Text;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// Parts a text that is too long for one message: at the end of a paragraph, a line, a sentence or a word, whichever comes
/// first in this order in the second half of what fits. Nothing is lost but the white space at a cut, and no character, not
/// even one of several code points, is cut unless it is too long by itself.
/// </summary>
public static class TextParts
{
    public static IReadOnlyList<string> Split(
        string text,
        int maxUnits,
        int maxBytes = int.MaxValue
    )
    {
        if (Fits(text, maxUnits, maxBytes))
        {
            return [text];
        }
        var parts = new List<string>();
        var rest = text.AsSpan().Trim();
        while (!rest.IsEmpty)
        {
            var most = Longest(rest, maxUnits, maxBytes);
            var end = most == rest.Length ? most : Break(rest, most);
            var part = rest[..end].TrimEnd();
            if (!part.IsEmpty)
            {
                parts.Add(part.ToString());
            }
            rest = rest[end..].TrimStart();
        }
        return parts;
    }

    private static bool Fits(string text, int maxUnits, int maxBytes) =>
        text.Length <= maxUnits
        && (maxBytes == int.MaxValue || Encoding.UTF8.GetByteCount(text) <= maxBytes);

    /// <summary>How much of it fits, by whole characters as people see them.</summary>
    private static int Longest(ReadOnlySpan<char> text, int maxUnits, int maxBytes)
    {
        var (units, bytes) = (0, 0);
        while (units < text.Length)
        {
            var length = StringInfo.GetNextTextElementLength(text[units..]);
            var size = Encoding.UTF8.GetByteCount(text.Slice(units, length));
            if (units + length > maxUnits || bytes + size > maxBytes)
            {
                break;
            }
            units += length;
            bytes += size;
        }
        return units > 0 ? units : LongestOfOne(text, maxUnits, maxBytes);
    }

    /// <summary>A letter under hundreds of accents: by code points.</summary>
    private static int LongestOfOne(ReadOnlySpan<char> text, int maxUnits, int maxBytes)
    {
        var (units, bytes) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (
                units > 0
                && (
                    units + rune.Utf16SequenceLength > maxUnits
                    || bytes + rune.Utf8SequenceLength > maxBytes
                )
            )
            {
                break;
            }
            units += rune.Utf16SequenceLength;
            bytes += rune.Utf8SequenceLength;
        }
        return units;
    }

    private static int Break(ReadOnlySpan<char> text, int most)
    {
        // White space just behind what fits makes the whole of it a good part.
        if (char.IsWhiteSpace(text[most]))
        {
            return most;
        }
        var fitting = text[..most];
        var half = most / 2;
        var paragraph = fitting.LastIndexOf("\n\n");
        if (paragraph >= half)
        {
            return paragraph;
        }
        var line = fitting.LastIndexOf('\n');
        if (line >= half)
        {
            return line;
        }
        for (var i = most - 1; i > half; i--)
        {
            if (char.IsWhiteSpace(text[i]) && text[i - 1] is '.' or '!' or '?' or '…' or ';')
            {
                return i;
            }
        }
        for (var i = most - 1; i > half; i--)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                return i;
            }
        }
        return most;
    }
}
