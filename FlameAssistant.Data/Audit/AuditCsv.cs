using System.Globalization;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Audit;

/// <summary>An audit as CSV (RFC 4180). Values are other people's text: none may be a formula where it is opened.</summary>
public static class AuditCsv
{
    public const string Header =
        "created_at,tenant,actor_kind,actor,action,table,record,old_values,new_values,ip_address\r\n";

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

    public static string Cell(string? value) => CsvCell.Of(value);
}
