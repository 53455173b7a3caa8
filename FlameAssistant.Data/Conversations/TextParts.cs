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

    /// <summary>Where the white space is at which it is cut; what fits whole where there is none.</summary>
    private static int Break(ReadOnlySpan<char> text, int most)
    {
        var (line, sentence, word) = (0, 0, 0);
        for (var i = most; i >= most / 2 && i > 0; i--)
        {
            if (!char.IsWhiteSpace(text[i]))
            {
                continue;
            }
            if (text[i] == '\n' && text[i - 1] == '\n')
            {
                return i;
            }
            line = line == 0 && text[i] == '\n' ? i : line;
            sentence = sentence == 0 && ".!?…".Contains(text[i - 1]) ? i : sentence;
            word = word == 0 ? i : word;
        }
        return line > 0 ? line
            : sentence > 0 ? sentence
            : word > 0 ? word
            : most;
    }
}
