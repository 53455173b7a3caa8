using System.Text.Json.Nodes;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Npgsql;

namespace FlameAssistant.Data.Tests.Tenancy;

/// <summary>
/// Generated from the catalog: every table and view that flame_app has a right on × every kind of statement × every state of
/// the tenant's setting. A new table is in it by itself.
/// </summary>
public sealed class IsolationBattery(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Refused = PostgresErrorCodes.InsufficientPrivilege;

    /// <summary>What PostgreSQL answers to a change of a view that it cannot pass on to a table.</summary>
    private const string NoTable = PostgresErrorCodes.ObjectNotInPrerequisiteState;

    private readonly RowFactory rows = new(database);
    private readonly List<string> leaks = [];

    [Fact]
    public async Task Statements_without_a_tenant_should_touch_nothing() =>
        await WrongAsync(setting: null);

    [Fact]
    public async Task Statements_with_an_empty_tenant_should_touch_nothing() =>
        await WrongAsync(setting: "");

    [Fact]
    public async Task Statements_with_garbage_for_a_tenant_should_touch_nothing() =>
        await WrongAsync(setting: "' OR true --");

    [Fact]
    public async Task Statements_of_another_tenant_should_touch_nothing()
    {
        var other = await database.NewTenantAsync();
        await WrongAsync(other.Id.ToString());
    }

    [Fact]
    public async Task Statements_of_the_tenant_should_do_what_is_granted()
    {
        var tenant = await database.NewTenantAsync();
        await using var app = await OpenAsync(tenant.Id.ToString());
        foreach (var (table, isView) in await ReachableAsync(tenant))
        {
            var may = await RightsAsync(table);
            var shape = await rows.ShapeAsync(table);
            var row = isView
                ? await rows.ExistingAsync(table, tenant)
                : await rows.MakeAsync(table, tenant);
            Expect(table, "row", row is not null, "none can be made");
            if (row is null)
            {
                continue;
            }
            var where = isView ? $"{shape.TenantColumn} = '{tenant.Id}'" : Where(shape, row);

            Allowed(
                table,
                "select",
                may.Select,
                await RunAsync(app, $"SELECT count(*) FROM {table} WHERE {where}")
            );
            Allowed(
                table,
                "delete",
                may.Delete,
                await RunAsync(app, $"DELETE FROM {table} WHERE {where}")
            );
            if (isView)
            {
                continue;
            }
            if (may.Insert)
            {
                foreach (var suffix in (string[])["", " RETURNING 1"])
                {
                    var draft = await rows.DraftAsync(table, tenant);
                    Allowed(
                        table,
                        "insert" + suffix,
                        may: true,
                        await RunAsync(app, RowFactory.InsertSql(table, draft) + suffix, draft)
                    );
                }
            }
            else
            {
                Allowed(
                    table,
                    "insert",
                    may: false,
                    await RunAsync(app, RowFactory.InsertSql(table, row), row)
                );
            }
            var column = may.UpdateColumn ?? shape.Columns[^1].Name;
            Allowed(
                table,
                "update",
                may.UpdateColumn is not null,
                await RunAsync(app, $"UPDATE {table} SET {column} = {column} WHERE {where}")
            );
            Allowed(
                table,
                "update returning",
                may.UpdateColumn is not null,
                await RunAsync(
                    app,
                    $"UPDATE {table} SET {column} = {column} WHERE {where} RETURNING 1"
                )
            );
            Allowed(
                table,
                "upsert",
                may.Insert && may.UpdateColumn is not null,
                await RunAsync(app, Upsert(shape, row, column), row)
            );
        }
        leaks.ShouldBeEmpty();
    }

    [Fact]
    public async Task Rows_of_shared_should_never_be_given_to_another_tenant()
    {
        var (tenant, other) = (await database.NewTenantAsync(), await database.NewTenantAsync());
        await using var app = await OpenAsync(tenant.Id.ToString());
        foreach (var (table, isView) in await ReachableAsync(tenant))
        {
            if (isView || !table.StartsWith("shared.", StringComparison.Ordinal))
            {
                continue;
            }
            var shape = await rows.ShapeAsync(table);
            var row = await rows.MakeAsync(table, tenant);
            var (count, state) = await RunAsync(
                app,
                $"UPDATE {table} SET {shape.TenantColumn} = '{other.Id}' WHERE {Where(shape, row)}"
            );
            Expect(table, "give away", count == 0 && state == Refused, $"{count} {state}");
        }
        leaks.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_unit_of_one_tenant_should_see_nothing_in_the_schema_of_another()
    {
        var (tenant, other) = (await database.NewTenantAsync(), await database.NewTenantAsync());
        foreach (var (table, isView) in await ReachableAsync(tenant))
        {
            if (
                table.StartsWith("shared.", StringComparison.Ordinal)
                || !(await RightsAsync(table)).Select
            )
            {
                continue;
            }
            if (!isView)
            {
                await rows.MakeAsync(table, tenant);
            }
            var seen = await database.ReadAsync(
                other,
                async unit =>
                {
                    await using var command = new NpgsqlCommand(
                        $"SELECT count(*) FROM {table}",
                        await unit.ConnectionAsync(default)
                    );
                    return (long)(await command.ExecuteScalarAsync())!;
                }
            );
            Expect(table, "select", seen == 0, $"{seen} rows");
        }
        leaks.ShouldBeEmpty();
    }

    private async Task WrongAsync(string? setting)
    {
        var tenant = await database.NewTenantAsync();
        await using var app = await OpenAsync(setting);
        foreach (var (table, isView) in await ReachableAsync(tenant))
        {
            var may = await RightsAsync(table);
            var shape = await rows.ShapeAsync(table);
            var row = isView
                ? await rows.ExistingAsync(table, tenant)
                : await rows.MakeAsync(table, tenant);
            Expect(table, "row", row is not null, "none can be made");
            if (row is null)
            {
                continue;
            }
            var theirs = $"{shape.TenantColumn} = '{tenant.Id}'";
            var column = may.UpdateColumn ?? shape.Columns[^1].Name;

            Nothing(
                table,
                "select",
                await RunAsync(app, $"SELECT count(*) FROM {table} WHERE {theirs}")
            );
            if (!Guid.TryParse(setting, out _))
            {
                Nothing(table, "select all", await RunAsync(app, $"SELECT count(*) FROM {table}"));
            }
            Nothing(
                table,
                "update",
                await RunAsync(app, $"UPDATE {table} SET {column} = {column} WHERE {theirs}")
            );
            Nothing(
                table,
                "update returning",
                await RunAsync(
                    app,
                    $"UPDATE {table} SET {column} = {column} WHERE {theirs} RETURNING 1"
                )
            );
            Nothing(
                table,
                "delete",
                await RunAsync(app, $"DELETE FROM {table} WHERE {theirs} RETURNING 1")
            );
            if (isView)
            {
                continue;
            }
            var draft = may.Insert ? await rows.DraftAsync(table, tenant) : row;
            Error(table, "insert", await RunAsync(app, RowFactory.InsertSql(table, draft), draft));
            Error(
                table,
                "insert returning",
                await RunAsync(app, RowFactory.InsertSql(table, draft) + " RETURNING 1", draft)
            );
            Error(table, "upsert", await RunAsync(app, Upsert(shape, row, column), row));
        }
        leaks.ShouldBeEmpty();
    }

    /// <summary>Every table and view of the tenant's schema, and what of shared the login has any right on.</summary>
    private async Task<List<(string Table, bool IsView)>> ReachableAsync(TenantRef tenant)
    {
        await rows.FillViewsAsync(tenant);
        var found = new List<(string, bool)>();
        await using var connection = await database.OpenOwnerAsync();
        await using var command = new NpgsqlCommand(
            $"""
            SELECT format('%I.%I', n.nspname, c.relname), c.relkind IN ('v', 'm')
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
               AND (n.nspname = '{tenant.SchemaName}'
                 OR n.nspname = 'shared' AND (has_table_privilege('flame_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE')
                   OR has_any_column_privilege('flame_app', c.oid, 'SELECT, INSERT, UPDATE')))
             ORDER BY n.nspname, c.relname
            """,
            connection
        );
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            found.Add((reader.GetString(0), reader.GetBoolean(1)));
        }
        found.Count.ShouldBeGreaterThan(20);
        return found;
    }

    private async Task<Rights> RightsAsync(string table)
    {
        await using var connection = await database.OpenOwnerAsync();
        await using var command = new NpgsqlCommand(
            $"""
            SELECT has_table_privilege('flame_app', '{table}', 'SELECT'), has_table_privilege('flame_app', '{table}', 'INSERT'),
                   has_table_privilege('flame_app', '{table}', 'DELETE'),
                   (SELECT attname::text FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND attgenerated = ''
                      AND attidentity = '' AND NOT attisdropped AND has_column_privilege('flame_app', attrelid, attnum, 'UPDATE')
                     ORDER BY attname LIKE '%id', attnum DESC LIMIT 1)
            """,
            connection
        );
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new Rights(
            reader.GetBoolean(0),
            reader.GetBoolean(1),
            reader.GetBoolean(2),
            reader.IsDBNull(3) ? null : reader.GetString(3)
        );
    }

    /// <summary>A session of flame_app of its own: once set, a custom setting never reads NULL again.</summary>
    private async Task<NpgsqlConnection> OpenAsync(string? setting)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(database.Logins.App)
            {
                Pooling = false,
            }.ConnectionString
        );
        await connection.OpenAsync();
        if (setting is not null)
        {
            await using var set = new NpgsqlCommand(
                "SELECT set_config('app.current_tenant_id', $1, false)",
                connection
            );
            set.Parameters.Add(new() { Value = setting });
            await set.ExecuteNonQueryAsync();
        }
        return connection;
    }

    /// <returns>Rows that were counted, returned or changed, and the error; nothing of it stays.</returns>
    private static async Task<(long Count, string? State)> RunAsync(
        NpgsqlConnection app,
        string sql,
        JsonObject? row = null
    )
    {
        await using var transaction = await app.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, app, transaction);
        if (row is not null)
        {
            command.Parameters.Add(new() { Value = row.ToJsonString() });
        }
        try
        {
            if (sql.StartsWith("SELECT", StringComparison.Ordinal))
            {
                return ((long)(await command.ExecuteScalarAsync())!, null);
            }
            return (await command.ExecuteNonQueryAsync(), null);
        }
        catch (PostgresException ex)
        {
            return (0, ex.SqlState);
        }
    }

    private static string Where(TableShape shape, JsonObject row) =>
        string.Join(
            " AND ",
            shape.PrimaryKey.Select(c => $"{c} = '{row[c]}'::{shape.Column(c).Type}")
        );

    private static string Upsert(TableShape shape, JsonObject row, string column) =>
        $"{RowFactory.InsertSql(shape.Table, row)} ON CONFLICT ({string.Join(", ", shape.PrimaryKey)}) DO UPDATE SET {column} = excluded.{column}";

    private void Allowed(
        string table,
        string statement,
        bool may,
        (long Count, string? State) was
    ) =>
        Expect(
            table,
            statement,
            may ? was is { Count: > 0, State: null } : was.State is Refused or NoTable,
            $"granted {may}, but {was.Count} rows, {was.State}"
        );

    // A policy that cannot read the setting fails, which is as good as no row.
    private void Nothing(string table, string statement, (long Count, string? State) was) =>
        Expect(
            table,
            statement,
            was.Count <= 0
                && was.State
                    is null
                        or Refused
                        or NoTable
                        or PostgresErrorCodes.InvalidTextRepresentation,
            $"{was.Count} rows, {was.State}"
        );

    private void Error(string table, string statement, (long Count, string? State) was) =>
        Expect(
            table,
            statement,
            was.State
                is Refused
                    or PostgresErrorCodes.CheckViolation
                    or PostgresErrorCodes.InvalidTextRepresentation,
            $"{was.Count} rows, {was.State}"
        );

    private void Expect(string table, string statement, bool holds, string was)
    {
        if (!holds)
        {
            leaks.Add($"{table}: {statement}: {was}");
        }
    }

    private sealed record Rights(bool Select, bool Insert, bool Delete, string? UpdateColumn);
}
