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

    private NpgsqlDataSource Platform => sources.For(DataSources.MainCluster).Platform;

    /// <summary>Everything: shared, and one tenant's schema after the other.</summary>
    public async Task<IReadOnlyList<LintFinding>> RunAsync(CancellationToken ct)
    {
        var findings = new List<LintFinding>(await LookAsync(schema: null, ct));
        foreach (var schema in await SchemasAsync(ct))
        {
            findings.AddRange(await LookAsync(schema, ct));
        }
        return findings;
    }

    /// <summary>One tenant's schema only.</summary>
    public Task<IReadOnlyList<LintFinding>> RunAsync(string schema, CancellationToken ct) =>
        LookAsync(schema, ct);

    private async Task<IReadOnlyList<LintFinding>> LookAsync(string? schema, CancellationToken ct)
    {
        await using var command = Platform.CreateCommand(sql);
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

    private async Task<List<string>> SchemasAsync(CancellationToken ct)
    {
        await using var command = Platform.CreateCommand(
            @"SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'tenant\_%' ORDER BY 1"
        );
        var schemas = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            schemas.Add(reader.GetString(0));
        }
        return schemas;
    }
}
