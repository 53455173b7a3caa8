using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>What becomes of a row.</summary>
/// <param name="ContactId">Of the one that is made, changed, or left as they are.</param>
internal sealed record PlannedRow(ImportRow Row, string Outcome, Guid? ContactId, string? PhoneKey);

/// <summary>
/// Decides for rows in their order: who is there by number or address is the same person. A row about somebody whom the same
/// rows make or change waits for the next ones, so that each is written once at a time.
/// </summary>
internal static class ImportPlan
{
    public static async Task<(IReadOnlyList<PlannedRow> Plan, int Taken)> MakeAsync(
        TenantUnit unit,
        Guid importId,
        List<ImportRow> rows,
        ImportOptions options,
        bool isCheck,
        CancellationToken ct
    )
    {
        var matches = await MatchAsync(unit, importId, rows, ct);
        var plan = new List<PlannedRow>(rows.Count);
        var touched = new HashSet<Guid>();
        var numbers = new Dictionary<string, Guid>(StringComparer.Ordinal);
        var addresses = new Dictionary<string, Guid>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var match = matches[row.Number];
            var byPhone =
                match.PhoneKey is { } key && numbers.TryGetValue(key, out var samePhone)
                    ? samePhone
                    : match.ByPhone;
            var byEmail =
                row.EmailKey is { } address && addresses.TryGetValue(address, out var sameEmail)
                    ? sameEmail
                    : match.ByEmail;
            if (byPhone is { } one && byEmail is { } two && one != two)
            {
                row.Problems["row"] = "two";
            }
            if (row.Problems.Count > 0)
            {
                plan.Add(new PlannedRow(row, ImportOutcomes.Error, null, match.PhoneKey));
                continue;
            }
            var isKnown = byPhone ?? byEmail;
            // Of a check only: what an earlier row of the file would make is nobody yet.
            var outcome =
                isKnown is null && !(isCheck && match.IsRepeated) ? ImportOutcomes.Create
                : options.Updates ? ImportOutcomes.Update
                : ImportOutcomes.Skip;
            var id = isKnown ?? Guid.CreateVersion7(unit.Now);
            if (outcome == ImportOutcomes.Update && touched.Contains(id) && !isCheck)
            {
                break;
            }
            if (outcome != ImportOutcomes.Skip)
            {
                touched.Add(id);
            }
            if (match.PhoneKey is { } number)
            {
                numbers.TryAdd(number, id);
            }
            if (row.EmailKey is { } mail)
            {
                addresses.TryAdd(mail, id);
            }
            plan.Add(new PlannedRow(row, outcome, id, match.PhoneKey));
        }
        return (plan, plan.Count);
    }

    /// <summary>Of a row that could not be written, whatever was tried.</summary>
    public static IReadOnlyList<PlannedRow> Refused(List<ImportRow> rows)
    {
        foreach (var row in rows)
        {
            row.Problems["row"] = "refused";
        }
        return rows.ConvertAll(row => new PlannedRow(row, ImportOutcomes.Error, null, null));
    }

    private static async Task<Dictionary<int, Match>> MatchAsync(
        TenantUnit unit,
        Guid importId,
        List<ImportRow> rows,
        CancellationToken ct
    )
    {
        int[] numbers = [.. rows.Select(r => r.Number)];
        string?[] phones = [.. rows.Select(r => r.Phone)];
        string?[] emails = [.. rows.Select(r => r.EmailKey)];
        var matches = await unit
            .Db.Database.SqlQuery<Match>(
                $"""
                SELECT x.number, x.phone_key,
                       coalesce((SELECT c.id FROM contacts c WHERE c.phone_key = x.phone_key AND c.merged_into IS NULL ORDER BY c.id LIMIT 1),
                                (SELECT i.contact_id FROM contact_identities i WHERE i.phone_key = x.phone_key ORDER BY 1 LIMIT 1)) AS by_phone,
                       (SELECT c.id FROM contacts c WHERE c.email_key = x.email AND c.merged_into IS NULL ORDER BY c.id LIMIT 1) AS by_email,
                       EXISTS (SELECT FROM contact_import_rows r WHERE r.import_id = {importId} AND r.phone_key = x.phone_key
                                  AND r.row_number < x.number AND r.outcome <> 'error')
                         OR EXISTS (SELECT FROM contact_import_rows r WHERE r.import_id = {importId} AND r.email_key = x.email
                                  AND r.row_number < x.number AND r.outcome <> 'error') AS is_repeated
                  FROM (SELECT n AS number, shared.phone_key(p) AS phone_key, e AS email
                          FROM unnest({numbers}, {phones}, {emails}) AS u (n, p, e)) x
                """
            )
            .ToListAsync(ct);
        return matches.ToDictionary(m => m.Number);
    }

    internal sealed record Match(
        int Number,
        string? PhoneKey,
        Guid? ByPhone,
        Guid? ByEmail,
        bool IsRepeated
    );
}
