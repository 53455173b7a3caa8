using System.Buffers;
using System.Globalization;
using System.Text;

namespace FlameAssistant.Data.Audit;

/// <summary>An audit as CSV (RFC 4180). Values are other people's text: none may be a formula where it is opened.</summary>
public static class AuditCsv
{
    public const string Header =
        "created_at,tenant,actor_kind,actor,action,table,record,old_values,new_values,ip_address\r\n";

    private static readonly SearchValues<char> special = SearchValues.Create(",\"\r\n\t;");

    public static string Line(AuditLine line) =>
        string.Join(
            ',',
            new[]
            {
                line.CreatedAt.UtcDateTime.ToString(
                    "yyyy-MM-ddTHH:mm:ss.fffZ",
                    CultureInfo.InvariantCulture
                ),
                line.Tenant,
                line.ActorKind,
                line.Who ?? line.ActorId,
                line.Action,
                line.ResourceType,
                line.ResourceId,
                line.OldValues,
                line.NewValues,
                line.Ip,
            }.Select(Cell)
        ) + "\r\n";

    /// <summary>What a spreadsheet would calculate begins with an apostrophe instead; quotes are doubled.</summary>
    public static string Cell(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "";
        }
        var text = new StringBuilder(value.Length + 2);
        // Some programs skip white space before they look for a formula.
        var first = value.TrimStart() is [var c, ..] ? c : ' ';
        if (first is '=' or '+' or '-' or '@' || value[0] is '\t' or '\r' or '\n')
        {
            text.Append('\'');
        }
        text.Append(value);
        return value.AsSpan().ContainsAny(special)
            ? $"\"{text.Replace("\"", "\"\"")}\""
            : text.ToString();
    }
}
