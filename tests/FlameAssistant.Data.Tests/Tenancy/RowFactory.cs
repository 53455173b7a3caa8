using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Npgsql;

namespace FlameAssistant.Data.Tests.Tenancy;

/// <summary>
/// Makes rows for any table from the catalog: a value by type for each column that must have one, the first of a CHECK
/// list, a fresh row for each foreign key. What it cannot guess is in <see cref="Overrides"/>.
/// </summary>
internal sealed partial class RowFactory(TestDatabase database)
{
    /// <summary>By <c>table.column</c>, the value as JSON.</summary>
    private static readonly Dictionary<string, JsonNode> Overrides = new(StringComparer.Ordinal)
    {
        ["tags.color"] = "#336699",
        ["api_keys.key_prefix"] = "fla_live_x",
        ["channel_restrictions.kinds"] = new JsonArray("messages"),
    };

    private readonly Dictionary<string, TableShape> shapes = new(StringComparer.Ordinal);

    /// <summary>A row that could be inserted; the rows that it refers to are committed.</summary>
    public async Task<JsonObject> DraftAsync(string table, TenantRef tenant)
    {
        var shape = await ShapeAsync(table);
        var row = new JsonObject();
        foreach (var key in shape.ForeignKeys)
        {
            if (!key.Columns.Any(c => shape.Column(c).IsRequired))
            {
                continue;
            }
            var parent =
                key.Target == "shared.tenants"
                    ? new JsonObject { ["id"] = tenant.Id }
                    : await MakeAsync(key.Target, tenant);
            foreach (var (own, theirs) in key.Columns.Zip(key.TargetColumns))
            {
                row[own] = parent[theirs]!.DeepClone();
            }
        }
        foreach (var column in shape.Columns)
        {
            if (row.ContainsKey(column.Name))
            {
                continue;
            }
            if (column.Name == "tenant_id")
            {
                row[column.Name] = tenant.Id;
            }
            else if (column.IsRequired)
            {
                row[column.Name] = Overrides.TryGetValue(
                    $"{shape.Name}.{column.Name}",
                    out var chosen
                )
                    ? chosen.DeepClone()
                    : Guess(column);
            }
        }
        return row;
    }

    /// <summary>Fills the views of the tenant, which count what is there when they are refreshed.</summary>
    public async Task FillViewsAsync(TenantRef tenant)
    {
        await MakeAsync($"{tenant.SchemaName}.assistants", tenant);
        await database.ExecuteAsync(
            $"SELECT shared.refresh_tenant_views('{tenant.SchemaName}')",
            tenant
        );
    }

    /// <summary>A new committed row of the tenant, whole; where only one can be, the one that is there.</summary>
    public async Task<JsonObject> MakeAsync(string table, TenantRef tenant)
    {
        await using var connection = await database.OpenOwnerAsync(tenant);
        try
        {
            var draft = await DraftAsync(table, tenant);
            await using var insert = new NpgsqlCommand(
                $"{InsertSql(table, draft)} RETURNING to_jsonb({Bare(table)}.*)::text",
                connection
            );
            insert.Parameters.Add(new() { Value = draft.ToJsonString() });
            return await WithoutGeneratedAsync(table, Parse(await insert.ExecuteScalarAsync())!);
        }
        catch (PostgresException ex)
        {
            return await ExistingAsync(table, tenant)
                ?? throw new InvalidOperationException(
                    $"No row can be generated for {table}: {ex.MessageText} Add its column to {nameof(RowFactory)}.{nameof(Overrides)}.",
                    ex
                );
        }
    }

    public async Task<JsonObject?> ExistingAsync(string table, TenantRef tenant)
    {
        var shape = await ShapeAsync(table);
        await using var connection = await database.OpenOwnerAsync(tenant);
        await using var find = new NpgsqlCommand(
            $"SELECT to_jsonb(t.*)::text FROM {table} t WHERE {shape.TenantColumn} = '{tenant.Id}' LIMIT 1",
            connection
        );
        return Parse(await find.ExecuteScalarAsync()) is { } row
            ? await WithoutGeneratedAsync(table, row)
            : null;
    }

    /// <summary>What can be inserted again.</summary>
    private async Task<JsonObject> WithoutGeneratedAsync(string table, JsonObject row)
    {
        var given = (await ShapeAsync(table)).Columns.Select(c => c.Name).ToHashSet();
        foreach (var column in row.Select(c => c.Key).Where(c => !given.Contains(c)).ToList())
        {
            row.Remove(column);
        }
        return row;
    }

    public static string InsertSql(string table, JsonObject row)
    {
        var columns = string.Join(", ", row.Select(c => $"\"{c.Key}\""));
        return $"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM jsonb_populate_record(NULL::{table}, $1::jsonb)";
    }

    public async Task<TableShape> ShapeAsync(string table)
    {
        if (shapes.TryGetValue(table, out var known))
        {
            return known;
        }
        await using var connection = await database.OpenOwnerAsync();
        var columns = new List<ColumnShape>();
        await using (
            var command = new NpgsqlCommand(
                $"""
                SELECT a.attname, format_type(a.atttypid, NULL), a.attnotnull AND NOT a.atthasdef AND a.attidentity = '',
                       (SELECT string_agg(pg_get_constraintdef(c.oid), ' ') FROM pg_constraint c
                         WHERE c.conrelid = a.attrelid AND c.contype = 'c' AND c.conkey = ARRAY[a.attnum])
                  FROM pg_attribute a WHERE a.attrelid = '{table}'::regclass AND a.attnum > 0 AND NOT a.attisdropped
                   AND a.attgenerated = '' ORDER BY a.attnum
                """,
                connection
            )
        )
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                columns.Add(
                    new ColumnShape(
                        reader.GetString(0),
                        reader.GetString(1),
                        reader.GetBoolean(2),
                        reader.IsDBNull(3) ? "" : reader.GetString(3)
                    )
                );
            }
        }
        var keys = new List<ForeignKey>();
        await using (
            var command = new NpgsqlCommand(
                $"""
                SELECT format('%I.%I', n.nspname, f.relname),
                       (SELECT array_agg(attname::text ORDER BY o) FROM unnest(c.conkey) WITH ORDINALITY k(n, o)
                          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n),
                       (SELECT array_agg(attname::text ORDER BY o) FROM unnest(c.confkey) WITH ORDINALITY k(n, o)
                          JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.n)
                  FROM pg_constraint c JOIN pg_class f ON f.oid = c.confrelid JOIN pg_namespace n ON n.oid = f.relnamespace
                 WHERE c.conrelid = '{table}'::regclass AND c.contype = 'f'
                """,
                connection
            )
        )
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                keys.Add(
                    new ForeignKey(
                        reader.GetString(0),
                        reader.GetFieldValue<string[]>(1),
                        reader.GetFieldValue<string[]>(2)
                    )
                );
            }
        }
        var primary =
            await database.AskAsync<string[]>(
                $"""
                SELECT array_agg(a.attname::text) FROM pg_constraint c
                  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
                 WHERE c.conrelid = '{table}'::regclass AND c.contype = 'p'
                """
            ) ?? [];
        return shapes[table] = new TableShape(table, columns, keys, primary);
    }

    private static string Bare(string table) => table[(table.IndexOf('.') + 1)..];

    private static JsonObject? Parse(object? json) =>
        json is string text ? JsonNode.Parse(text)!.AsObject() : null;

    private static JsonNode Guess(ColumnShape column) =>
        CheckList().Match(column.Check) is { Success: true } list
            ? list.Groups["first"].Value
            : column.Type switch
            {
                "uuid" => Guid.NewGuid(),
                // A hash, by the name of its column.
                "text" when column.Name.EndsWith("_hash", StringComparison.Ordinal) =>
                    Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N"),
                "text" => "x" + Guid.NewGuid().ToString("N"),
                "integer" or "bigint" or "smallint" or "numeric" or "double precision" => 1,
                "boolean" => true,
                "timestamp with time zone" => DateTimeOffset.UtcNow.ToString(
                    "O",
                    CultureInfo.InvariantCulture
                ),
                "date" => "2026-01-01",
                "jsonb" => new JsonObject(),
                "bytea" => $"\\x{Guid.NewGuid():N}",
                "inet" => "192.0.2.1",
                "text[]" or "uuid[]" => new JsonArray(),
                _ => throw new InvalidOperationException(
                    $"No value is known for the type {column.Type} of the column {column.Name}."
                ),
            };

    [GeneratedRegex(
        @"= ANY \(ARRAY\['(?<first>[^']+)'::text",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex CheckList();
}

internal sealed record TableShape(
    string Table,
    IReadOnlyList<ColumnShape> Columns,
    IReadOnlyList<ForeignKey> ForeignKeys,
    IReadOnlyList<string> PrimaryKey
)
{
    public string Name => Table[(Table.IndexOf('.') + 1)..];

    /// <summary>Says whose a row is.</summary>
    public string TenantColumn =>
        Table == "shared.tenants" ? "id"
        : Columns.Any(c => c.Name == "tenant_id") ? "tenant_id"
        : throw new InvalidOperationException(
            $"{Table} has no tenant_id, so nothing says whose its rows are."
        );

    public ColumnShape Column(string name) => Columns.Single(c => c.Name == name);
}

/// <param name="IsRequired">Not null, and the database fills nothing in.</param>
internal sealed record ColumnShape(string Name, string Type, bool IsRequired, string Check);

internal sealed record ForeignKey(
    string Target,
    IReadOnlyList<string> Columns,
    IReadOnlyList<string> TargetColumns
);
