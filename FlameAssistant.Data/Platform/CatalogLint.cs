using Npgsql;
using NpgsqlTypes;

namespace FlameAssistant.Data.Platform;

/// <summary>Something in the catalog that lets one tenant see another, or could.</summary>
public sealed record LintFinding(string Rule, string Subject)
{
    public override string ToString() => $"{Rule}: {Subject}";
}

/// <summary>
/// Looks for holes in the walls: in tests, at start-up and after each provisioning it must find nothing. What it looks for
/// is in <c>Sql/Lint/catalog.sql</c>.
/// </summary>
public sealed class CatalogLint(IDataSourceProvider sources)
{
    private static readonly string sql = SqlScript.Read("Sql/Lint/catalog.sql");

    /// <summary>Everything, in one pass: its time grows with the number of tenants and no faster.</summary>
    public Task<IReadOnlyList<LintFinding>> RunAsync(CancellationToken ct) =>
        LookAsync(
            schema: null,
            // The planner takes the lists of the query for short ones, and would walk each once per table of all tenants.
            "SET LOCAL enable_nestloop = off; SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL statement_timeout = '10min'",
            ct
        );

    /// <summary>One tenant's schema only.</summary>
    public Task<IReadOnlyList<LintFinding>> RunAsync(string schema, CancellationToken ct) =>
        LookAsync(schema, "SET LOCAL jit = off", ct);

    private async Task<IReadOnlyList<LintFinding>> LookAsync(
        string? schema,
        string settings,
        CancellationToken ct
    )
    {
        await using var connection = await sources
            .For(DataSources.MainCluster)
            .Platform.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var set = new NpgsqlCommand(settings, connection))
        {
            await set.ExecuteNonQueryAsync(ct);
        }
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        command.Parameters.Add(
            new()
            {
                Value = schema is null ? DBNull.Value : schema,
                NpgsqlDbType = NpgsqlDbType.Text,
            }
        );
        var findings = new List<LintFinding>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            findings.Add(new LintFinding(reader.GetString(0), reader.GetString(1)));
        }
        return findings;
    }
}
