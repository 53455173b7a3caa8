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

    /// <summary>
    /// Lists of keys, and not a look for each row: the tables grow faster than the planner learns of it, and a plan for few
    /// rows would read all of them a thousand times.
    /// </summary>
    private static async Task<Dictionary<int, Match>> MatchAsync(
        TenantUnit unit,
        Guid importId,
        List<ImportRow> rows,
        CancellationToken ct
    )
    {
        int[] numbers = [.. rows.Select(r => r.Number)];
        string?[] phones = [.. rows.Select(r => r.Phone)];
        var keys = await unit
            .Db.Database.SqlQuery<Key>(
                $"SELECT n AS number, shared.phone_key(p) AS value FROM unnest({numbers}, {phones}) AS u (n, p) WHERE p IS NOT NULL"
            )
            .ToDictionaryAsync(k => k.Number, k => k.Value, ct);
        string[] phoneKeys = [.. keys.Values.OfType<string>().Distinct(StringComparer.Ordinal)];
        string[] emailKeys =
        [
            .. rows.Select(r => r.EmailKey).OfType<string>().Distinct(StringComparer.Ordinal),
        ];
        var before = rows.Count == 0 ? 0 : rows[0].Number;
        var byPhone = First(
            await unit
                .Db.Database.SqlQuery<Owner>(
                    $"""
                    SELECT phone_key AS key, id FROM contacts WHERE phone_key = ANY ({phoneKeys}) AND merged_into IS NULL
                    UNION ALL
                    SELECT phone_key, contact_id FROM contact_identities WHERE phone_key = ANY ({phoneKeys})
                    """
                )
                .ToListAsync(ct)
        );
        var byEmail = First(
            await unit
                .Db.Database.SqlQuery<Owner>(
                    $"SELECT email_key AS key, id FROM contacts WHERE email_key = ANY ({emailKeys}) AND merged_into IS NULL"
                )
                .ToListAsync(ct)
        );
        var repeated = (
            await unit
                .Db.Database.SqlQuery<string>(
                    $"""
                    SELECT phone_key AS "Value" FROM contact_import_rows
                     WHERE phone_key = ANY ({phoneKeys}) AND import_id = {importId} AND row_number < {before} AND outcome <> 'error'
                    UNION
                    SELECT email_key FROM contact_import_rows
                     WHERE email_key = ANY ({emailKeys}) AND import_id = {importId} AND row_number < {before} AND outcome <> 'error'
                    """
                )
                .ToListAsync(ct)
        ).ToHashSet(StringComparer.Ordinal);
        return rows.ToDictionary(
            row => row.Number,
            row =>
            {
                var (phone, email) = (keys.GetValueOrDefault(row.Number), row.EmailKey);
                return new Match(
                    phone,
                    Of(byPhone, phone),
                    Of(byEmail, email),
                    (phone is not null && repeated.Contains(phone))
                        || (email is not null && repeated.Contains(email))
                );
            }
        );
    }

    private static Guid? Of(Dictionary<string, Guid> owners, string? key) =>
        key is not null && owners.TryGetValue(key, out var id) ? id : null;

    /// <summary>Of several with one key the one that was first.</summary>
    private static Dictionary<string, Guid> First(List<Owner> owners) =>
        owners
            .GroupBy(o => o.Key, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Min(o => o.Id), StringComparer.Ordinal);

    internal sealed record Key(int Number, string? Value);

    internal sealed record Owner(string Key, Guid Id);

    internal sealed record Match(string? PhoneKey, Guid? ByPhone, Guid? ByEmail, bool IsRepeated);
}
