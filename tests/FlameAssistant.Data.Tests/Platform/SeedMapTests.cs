using System.Text.RegularExpressions;
using FlameAssistant.Data.Platform;
using FlameAssistant.Testing;
using Npgsql;

namespace FlameAssistant.Data.Tests.Platform;

/// <summary><c>docs/seed-map.md</c> says where everything of the two seeds is; here it is looked up.</summary>
public sealed partial class SeedMapTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    /// <summary>How much each seed names; counted in the seeds themselves.</summary>
    [Theory]
    [InlineData("messaging", "table", 17)]
    [InlineData("messaging", "column", 206)]
    [InlineData("messaging", "index", 78)]
    [InlineData("messaging", "trigger", 11)]
    [InlineData("messaging", "function", 4)]
    [InlineData("messaging", "policy", 3)]
    [InlineData("messaging", "view", 2)]
    [InlineData("platform", "table", 18)]
    [InlineData("platform", "column", 198)]
    [InlineData("platform", "index", 24)]
    [InlineData("platform", "enum", 5)]
    [InlineData("platform", "function", 3)]
    [InlineData("platform", "query", 4)]
    [InlineData("platform", "task", 5)]
    [InlineData("platform", "flow", 5)]
    public void Map_should_have_a_row_for_everything(string seed, string kind, int count)
    {
        var names = Rows()
            .Where(r => r.Seed == seed && r.Kind == kind)
            .Select(r => r.Name)
            .ToList();
        names.Count.ShouldBe(count);
        names.ShouldBeUnique();
    }

    [Fact]
    public void Map_should_give_a_reason_where_there_is_no_place() =>
        Rows().Where(r => r.Place == "—" && r.Reason.Length < 20).ShouldBeEmpty();

    [Fact]
    public async Task Places_should_exist_in_the_catalog()
    {
        var known = await KnownAsync();
        Rows()
            .Where(r => r.Place != "—" && !known.Contains(r.Place))
            .Select(r => $"{r.Kind} {r.Name}: {r.Place}")
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task Columns_should_be_where_the_map_says()
    {
        var known = await KnownAsync();
        Rows()
            .Where(r =>
                r.Kind == "column"
                && (!known.Contains(r.Place) || r.Place.Count(c => c == '.') != 2)
            )
            .ShouldBeEmpty();
    }

    private static List<Row> Rows() =>
        [
            .. RowPattern()
                .Matches(File.ReadAllText(Path.Combine(Root(), "docs", "seed-map.md")))
                .Select(m => new Row(
                    m.Groups["seed"].Value,
                    m.Groups["kind"].Value,
                    m.Groups["name"].Value,
                    m.Groups["place"].Value.Trim('`'),
                    m.Groups["reason"].Value.Trim()
                )),
        ];

    /// <summary>Everything that the catalog names, with <c>tenant.</c> for the template's schema.</summary>
    private async Task<HashSet<string>> KnownAsync()
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        await using var connection = await database.OpenOwnerAsync();
        await using var command = new NpgsqlCommand(
            """
            WITH schemas AS (SELECT oid, CASE nspname WHEN 'tenant_template' THEN 'tenant' ELSE nspname END AS name
                               FROM pg_namespace WHERE nspname IN ('shared', 'tenant_template')),
              relations AS (SELECT c.oid, s.name || '.' || c.relname AS name, s.name AS schema_name FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace)
            SELECT nspname::text FROM pg_namespace
            UNION SELECT name FROM relations
            UNION SELECT r.name || '.' || a.attname FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
            UNION SELECT r.schema_name || '.' || k.conname FROM relations r JOIN pg_constraint k ON k.conrelid = r.oid
            UNION SELECT r.schema_name || '.' || g.tgname FROM relations r JOIN pg_trigger g ON g.tgrelid = r.oid AND NOT g.tgisinternal
            UNION SELECT r.name || '.' || p.polname FROM relations r JOIN pg_policy p ON p.polrelid = r.oid
            UNION SELECT s.name || '.' || f.proname FROM pg_proc f JOIN schemas s ON s.oid = f.pronamespace
            """,
            connection
        );
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            known.Add(reader.GetString(0));
        }
        foreach (var method in typeof(SystemQueries).GetMethods())
        {
            known.Add($"{nameof(SystemQueries)}.{method.Name}");
        }
        return known;
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "FlameAssistant.sln")))
        {
            folder = folder.Parent!;
        }
        return folder.FullName;
    }

    [GeneratedRegex(
        @"^\| (?<seed>messaging|platform) \| (?<kind>[^|]+) \| `(?<name>[^|]+)` \| (?<place>[^|]+) \|(?<reason>[^|]*)\|$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex RowPattern();

    private sealed record Row(string Seed, string Kind, string Name, string Place, string Reason);
}
