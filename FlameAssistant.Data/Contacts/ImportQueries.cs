using System.Text.Json;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <param name="Samples">The first rows, as they stand in the file.</param>
public sealed record ImportView(
    Guid Id,
    string FileName,
    string State,
    IReadOnlyList<string> Columns,
    ImportOptions Options,
    int TotalRows,
    int DoneRows,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt
)
{
    public int Creates { get; init; }
    public int Updates { get; init; }
    public int Skips { get; init; }
    public int Errors { get; init; }
    public IReadOnlyList<IReadOnlyList<string>> Samples { get; init; } = [];
}

/// <param name="Problems">By target, keys of texts.</param>
public sealed record ImportLine(
    int Number,
    int Line,
    IReadOnlyList<string> Cells,
    string? Outcome,
    bool IsApplied,
    IReadOnlyDictionary<string, string> Problems,
    Guid? ContactId
);

public static class ImportQueries
{
    private const int Samples = 3;
    private const int MostListed = 20;

    /// <summary>Null when there is none, or the actor may not bring contacts in.</summary>
    public static async Task<ImportView?> FindImportAsync(
        this TenantUnit unit,
        Guid id,
        CancellationToken ct
    )
    {
        if (Imports.WhyNot(unit) is not null)
        {
            return null;
        }
        var row = await unit
            .Db.Database.SqlQuery<Row>(
                $"""
                SELECT id, file_name, state, columns, options::text AS options, total_rows, done_rows, created_at, finished_at
                  FROM contact_imports WHERE id = {id}
                """
            )
            .SingleOrDefaultAsync(ct);
        if (row is null)
        {
            return null;
        }
        var counts = await unit
            .Db.Database.SqlQuery<Count>(
                $"SELECT outcome, count(*)::int AS rows FROM contact_import_rows WHERE import_id = {id} AND outcome IS NOT NULL GROUP BY outcome"
            )
            .ToDictionaryAsync(c => c.Outcome, c => c.Rows, StringComparer.Ordinal, ct);
        var samples = await unit.ListImportLinesAsync(id, 0, Samples, onlyErrors: false, ct);
        return row.ToView() with
        {
            Creates = counts.GetValueOrDefault(ImportOutcomes.Create),
            Updates = counts.GetValueOrDefault(ImportOutcomes.Update),
            Skips = counts.GetValueOrDefault(ImportOutcomes.Skip),
            Errors = counts.GetValueOrDefault(ImportOutcomes.Error),
            Samples = [.. samples.Select(s => s.Cells)],
        };
    }

    /// <summary>Who brought the file.</summary>
    public static Task<Guid?> FindImporterAsync(
        this TenantUnit unit,
        Guid id,
        CancellationToken ct
    ) =>
        unit
            .Db.Database.SqlQuery<Guid?>(
                $"""SELECT user_id AS "Value" FROM contact_imports WHERE id = {id}"""
            )
            .SingleOrDefaultAsync(ct);

    /// <summary>The latest of the workspace.</summary>
    public static async Task<IReadOnlyList<ImportView>> ListImportsAsync(
        this TenantUnit unit,
        CancellationToken ct
    )
    {
        if (Imports.WhyNot(unit) is not null)
        {
            return [];
        }
        var rows = await unit
            .Db.Database.SqlQuery<Row>(
                $"""
                SELECT id, file_name, state, columns, options::text AS options, total_rows, done_rows, created_at, finished_at
                  FROM contact_imports WHERE state <> 'reading' ORDER BY created_at DESC LIMIT {MostListed}
                """
            )
            .ToListAsync(ct);
        return rows.ConvertAll(r => r.ToView());
    }

    /// <summary>Rows of the file after one, in their order.</summary>
    public static async Task<IReadOnlyList<ImportLine>> ListImportLinesAsync(
        this TenantUnit unit,
        Guid id,
        int after,
        int size,
        bool onlyErrors,
        CancellationToken ct
    )
    {
        if (Imports.WhyNot(unit) is not null)
        {
            return [];
        }
        var lines = await unit
            .Db.Database.SqlQuery<Line>(
                $"""
                SELECT row_number AS number, line_number AS place, cells::text AS cells, outcome, is_applied, problems::text AS problems, contact_id
                  FROM contact_import_rows
                 WHERE import_id = {id} AND row_number > {after} AND (NOT {onlyErrors} OR outcome = 'error')
                 ORDER BY row_number LIMIT {size}
                """
            )
            .ToListAsync(ct);
        return lines.ConvertAll(l => new ImportLine(
            l.Number,
            l.Place,
            JsonSerializer.Deserialize<string[]>(l.Cells)!,
            l.Outcome,
            l.IsApplied,
            JsonSerializer.Deserialize<Dictionary<string, string>>(l.Problems)!,
            l.ContactId
        ));
    }

    internal sealed record Row(
        Guid Id,
        string FileName,
        string State,
        string[] Columns,
        string Options,
        int TotalRows,
        int DoneRows,
        DateTimeOffset CreatedAt,
        DateTimeOffset? FinishedAt
    )
    {
        public ImportView ToView() =>
            new(
                Id,
                FileName,
                State,
                Columns,
                Options == "{}"
                    ? ImportOptions.None
                    : JsonSerializer.Deserialize<ImportOptions>(Options)!,
                TotalRows,
                DoneRows,
                CreatedAt,
                FinishedAt
            );
    }

    internal sealed record Count(string Outcome, int Rows);

    internal sealed record Line(
        int Number,
        int Place,
        string Cells,
        string? Outcome,
        bool IsApplied,
        string Problems,
        Guid? ContactId
    );
}
