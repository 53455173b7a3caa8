using System.Text.Json;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>Begins to take a file of contacts; its rows follow, then <see cref="EndReading"/>.</summary>
public sealed record BeginImport(string FileName, IReadOnlyList<string> Columns)
    : ITenantOperation<Guid>
{
    public async Task<Result<Guid>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (Imports.WhyNot(unit) is { } refused)
        {
            return refused;
        }
        if (Columns.Count > ImportErrors.MaxColumns)
        {
            return ImportErrors.TooManyColumns;
        }
        var id = Guid.CreateVersion7(unit.Now);
        var name = StorableText.Clean(FileName).Trim();
        name = name.Length is 0 or > 255 ? "contacts.csv" : name;
        string[] columns = [.. Columns.Select(c => StorableText.Clean(c).Trim())];
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO contact_imports (id, user_id, file_name, columns, created_at)
            VALUES ({id}, {unit.Actor.Id}, {name}, {columns}, {unit.Now})
            """,
            ct
        );
        return id;
    }
}

/// <summary>One line of a file, as it was read.</summary>
/// <param name="Number">1 for the first one below the head.</param>
/// <param name="Broken">Why it could not be read whole; a key of a text.</param>
public sealed record StagedRow(
    int Number,
    int Line,
    IReadOnlyList<string> Cells,
    string? Broken = null
);

/// <summary>Puts rows aside until it is known what their columns mean. The same rows again change nothing.</summary>
public sealed record StageRows(Guid ImportId, IReadOnlyList<StagedRow> Rows) : ITenantOperation<int>
{
    public async Task<Result<int>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (Imports.WhyNot(unit) is { } refused)
        {
            return refused;
        }
        if (await Imports.LockAsync(unit, ImportId, ct) is not { } import)
        {
            return ImportErrors.NotFound;
        }
        if (import.State != ImportStates.Reading)
        {
            return ImportErrors.WrongState;
        }
        int[] numbers = [.. Rows.Select(r => r.Number)];
        int[] lines = [.. Rows.Select(r => r.Line)];
        string[] cells =
        [
            .. Rows.Select(r =>
                JsonSerializer.Serialize(r.Cells.Select(cell => StorableText.Clean(cell)))
            ),
        ];
        string?[] broken = [.. Rows.Select(r => r.Broken)];
        return await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO contact_import_rows (import_id, row_number, line_number, cells, broken)
            SELECT {ImportId}, n, l, c::jsonb, b FROM unnest({numbers}, {lines}, {cells}, {broken}) AS r (n, l, c, b)
            ON CONFLICT DO NOTHING
            """,
            ct
        );
    }
}

/// <summary>All rows are there: the member says next what their columns mean.</summary>
public sealed record EndReading(Guid ImportId) : ITenantOperation<int>
{
    /// <returns>How many rows there are.</returns>
    public async Task<Result<int>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (Imports.WhyNot(unit) is { } refused)
        {
            return refused;
        }
        if (await Imports.LockAsync(unit, ImportId, ct) is not { } import)
        {
            return ImportErrors.NotFound;
        }
        if (import.State != ImportStates.Reading)
        {
            return ImportErrors.WrongState;
        }
        var rows = await unit
            .Db.Database.SqlQuery<int>(
                $"""
                UPDATE contact_imports SET state = {ImportStates.Mapping},
                       total_rows = (SELECT count(*) FROM contact_import_rows WHERE import_id = {ImportId})
                 WHERE id = {ImportId} RETURNING total_rows AS "Value"
                """
            )
            .ToListAsync(ct);
        return rows[0] == 0 ? ImportErrors.Empty : rows[0];
    }
}

public static class ImportStates
{
    public const string Reading = "reading";
    public const string Mapping = "mapping";
    public const string Checking = "checking";
    public const string Checked = "checked";
    public const string Importing = "importing";
    public const string Done = "done";
    public const string Cancelled = "cancelled";

    /// <summary>A job works on it.</summary>
    public static bool IsUnderWay(string state) => state is Checking or Importing;
}

public static class ImportOutcomes
{
    public const string Create = "create";
    public const string Update = "update";
    public const string Skip = "skip";
    public const string Error = "error";
}

internal static class Imports
{
    private static readonly TimeSpan kept = TimeSpan.FromDays(30);

    public static Error? WhyNot(TenantUnit unit) =>
        !unit.Actor.May(MemberPermissions.ContactsWrite)
            ? Error.Forbidden(MemberPermissions.ContactsWrite)
        : !unit.Actor.SeesAllChannels ? ImportErrors.Right
        : !ContactAccess.IsReady(unit) ? ContactErrors.NotUpgraded
        : null;

    /// <summary>The import, locked until the end of the unit: whoever works on it works alone.</summary>
    public static Task<ImportHead?> LockAsync(TenantUnit unit, Guid id, CancellationToken ct) =>
        unit
            .Db.Database.SqlQuery<ImportHead>(
                $"""
                SELECT id, user_id, state, options::text AS options, columns, total_rows, done_rows
                  FROM contact_imports WHERE id = {id} FOR UPDATE
                """
            )
            .SingleOrDefaultAsync(ct);

    /// <summary>Files hold what people would not keep twice.</summary>
    public static Task ForgetAsync(TenantUnit unit, CancellationToken ct)
    {
        var before = unit.Now - kept;
        return ContactAccess.IsReady(unit)
            ? unit.Db.Database.ExecuteSqlAsync(
                $"DELETE FROM contact_imports WHERE created_at < {before}",
                ct
            )
            : Task.CompletedTask;
    }
}

internal sealed record ImportHead(
    Guid Id,
    Guid UserId,
    string State,
    string Options,
    string[] Columns,
    int TotalRows,
    int DoneRows
);
