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

    /// <param name="schema">One tenant's schema; everything when null.</param>
    public async Task<IReadOnlyList<LintFinding>> RunAsync(string? schema, CancellationToken ct)
    {
        await using var command = sources.For(DataSources.MainCluster).Platform.CreateCommand(sql);
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
