using System.Globalization;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>Notes in the trail that somebody takes a list of people out, before the first line of it leaves.</summary>
public sealed record BeginExport : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ContactsWrite))
        {
            return Error.Forbidden(MemberPermissions.ContactsWrite);
        }
        if (!unit.Actor.SeesAllChannels)
        {
            return ImportErrors.Right;
        }
        var actor = unit.Actor.Id.ToString();
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO activity_log (id, user_id, actor_kind, actor_id, action, resource_type, created_at)
            VALUES ({Guid.CreateVersion7(
                unit.Now
            )}, {unit.Actor.UserId}, {unit.Actor.Kind}, {actor}, 'EXPORT', 'contacts', {unit.Now})
            """,
            ct
        );
        return true;
    }
}

/// <summary>Contacts as CSV. The head is such that the file can be taken in again.</summary>
public static class ContactsCsv
{
    public static string Header(IReadOnlyList<FieldRow> fields) =>
        Line([
            "name",
            "phone",
            "email",
            "tags",
            "consent",
            "blocked",
            "last_interaction_at",
            "created_at",
            .. fields.Select(f => f.Key),
        ]);

    public static string Row(ContactRow row, IReadOnlyList<FieldRow> fields)
    {
        var values = JsonNode.Parse(row.CustomFields)!.AsObject();
        return Line([
            row.Name,
            row.Phone,
            row.Email,
            string.Join("; ", row.Tags),
            row.Consent == ConsentStates.Unknown ? null : row.Consent,
            row.IsBlocked ? "true" : "false",
            Machine(row.LastInteractionAt),
            Machine(row.CreatedAt),
            .. fields.Select(f => values[f.Key]?.ToString()),
        ]);
    }

    public static string Line(IEnumerable<string?> cells) =>
        string.Join(',', cells.Select(CsvCell.Of)) + "\r\n";

    private static string? Machine(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
