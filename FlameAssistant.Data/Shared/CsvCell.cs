using System.Buffers;
using System.Text;

namespace FlameAssistant.Data.Shared;

/// <summary>A cell of a CSV file (RFC 4180) that other people's text is in: none may be a formula where it is opened.</summary>
public static class CsvCell
{
    // The wide ones are formulas where people write Japanese.
    private static readonly SearchValues<char> formulas = SearchValues.Create("=+-@＝＋－＠");
    private static readonly SearchValues<char> special = SearchValues.Create(",\"\r\n\t;");

    /// <summary>What a spreadsheet would calculate begins with an apostrophe instead; quotes are doubled.</summary>
    public static string Of(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "";
        }
        var text = new StringBuilder(value.Length + 2);
        // Some programs skip white space before they look for a formula.
        var first = value.TrimStart() is [var c, ..] ? c : ' ';
        if (formulas.Contains(first) || value[0] is '\t' or '\r' or '\n')
        {
            text.Append('\'');
        }
        text.Append(value);
        return value.AsSpan().ContainsAny(special)
            ? $"\"{text.Replace("\"", "\"\"")}\""
            : text.ToString();
    }

    /// <summary>A text as it was before <see cref="Of"/> put an apostrophe before it.</summary>
    public static string Read(string cell) =>
        cell is ['\'', var c, ..] && (formulas.Contains(c) || c is '\t' or '\r' or '\n')
            ? cell[1..]
            : cell;
}
