using System.Runtime.Versioning;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Platform.Embedded;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Npgsql;

namespace FlameAssistant.Data.Tests.Platform;

public sealed class MigratorTests : IAsyncLifetime
{
    private readonly List<string> databases = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var database in databases)
        {
            await PostgresServer.DropDatabaseAsync(database);
        }
    }

    [Fact]
    public async Task RunAsync_should_migrate_an_empty_database_and_do_nothing_the_second_time()
    {
        var logins = await EmptyAsync();
        var told = new List<string>();

        var first = await MigrateAsync(logins, told.Add);
        var again = new List<string>();
        var second = await MigrateAsync(logins, again.Add);

        first.SharedScripts.ShouldBe(SqlScript.Shared.Count);
        told.Count.ShouldBe(SqlScript.Shared.Count);
        (second.SharedScripts, second.UpgradedTenants, second.FailedTenants.Count).ShouldBe(
            (0, 0, 0)
        );
        again.ShouldBeEmpty();
        string.Join(' ', told)
            .ShouldNotContain(new NpgsqlConnectionStringBuilder(logins.App).Password!);
    }

    [Fact]
    public async Task RunAsync_should_be_run_by_several_nodes_at_once()
    {
        var logins = await EmptyAsync();
        var reports = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => MigrateAsync(logins)));
        reports.Sum(r => r.SharedScripts).ShouldBe(SqlScript.Shared.Count);
        reports.ShouldAllBe(r => r.FailedTenants.Count == 0);
        foreach (var (_, connectionString) in logins.All())
        {
            (await AskAsync(connectionString, "SELECT 1")).ShouldBe("1");
        }
    }

    [Theory]
    [InlineData(
        "UPDATE shared.schema_migrations SET checksum = 'other' WHERE version = '001'",
        "shared script 001"
    )]
    [InlineData(
        "UPDATE shared.tenant_scripts SET checksum = 'other' WHERE version = 1",
        "tenant script 001"
    )]
    public async Task RunAsync_should_refuse_a_script_that_was_altered(string change, string named)
    {
        var logins = await MigratedAsync();
        await OwnerAsync(logins, change);
        (await RefusedAsync(logins)).ShouldContain(named);
    }

    [Fact]
    public async Task RunAsync_should_record_a_failing_tenant_and_go_on_with_the_others()
    {
        await using var database = await TestDatabase.CreateAsync();
        var (broken, good) = (
            await database.NewTenantAsync("a-broken"),
            await database.NewTenantAsync("b-good")
        );
        // The tables of the one are there already; the other is as empty as before its first script.
        await database.ExecuteAsync(
            $"""
            UPDATE shared.tenant_schemas SET version = 0 WHERE schema_name IN ('{broken.SchemaName}', '{good.SchemaName}');
            DROP SCHEMA {good.SchemaName} CASCADE; CREATE SCHEMA {good.SchemaName};
            """
        );

        var report = await MigrateAsync(database.Logins);

        report.FailedTenants.ShouldBe([broken.SchemaName]);
        report.UpgradedTenants.ShouldBe(1);
        (
            await database.AskAsync<string>(
                $"SELECT state || ' ' || version || ' ' || attempt FROM shared.tenant_schemas WHERE schema_name = '{broken.SchemaName}'"
            )
        ).ShouldBe("failed 0 1");
        (
            await database.AskAsync<string>(
                $"SELECT last_error FROM shared.tenant_schemas WHERE schema_name = '{broken.SchemaName}'"
            )
        )
            .ShouldNotBeNull()
            .ShouldContain("already exists");
        (
            await database.AskAsync<string>(
                $"SELECT state || ' ' || version FROM shared.tenant_schemas WHERE schema_name = '{good.SchemaName}'"
            )
        ).ShouldBe($"ready {Migrator.TenantVersion}");
        (await MigrateAsync(database.Logins)).FailedTenants.ShouldBe([broken.SchemaName]);
    }

    [Fact]
    public async Task The_structure_of_every_tenant_should_be_the_templates()
    {
        await using var database = await TestDatabase.CreateAsync();
        var tenant = await database.NewTenantAsync();
        var template = await StructureAsync(database, SystemTenant.TemplateSchema, Guid.Empty);
        template.Count.ShouldBeGreaterThan(200);
        (await StructureAsync(database, "tenant_system", SystemTenant.Id)).ShouldBe(template);
        (await StructureAsync(database, tenant.SchemaName, tenant.Id)).ShouldBe(template);
    }

    [Fact]
    public async Task RunAsync_should_say_in_one_sentence_that_the_password_is_wrong()
    {
        var logins = await WithAsync(o => o.Password = "wrong");
        (await RefusedAsync(logins)).ShouldContain("refuses the login");
    }

    [Fact]
    public async Task RunAsync_should_say_in_one_sentence_that_the_database_is_unknown()
    {
        var logins = await WithAsync(o => o.Database = "nowhere");
        (await RefusedAsync(logins)).ShouldContain("The database 'nowhere' does not exist");
    }

    [Fact]
    public async Task RunAsync_should_say_in_one_sentence_that_nobody_answers()
    {
        var logins = await WithAsync(o => o.Port = 1);
        (await RefusedAsync(logins)).ShouldContain("No PostgreSQL answers at");
    }

    [Fact]
    public void MasterKey_should_refuse_a_short_secret_without_showing_it() =>
        Should
            .Throw<DatabaseSetupException>(() => new MasterKey("too short"))
            .Message.ShouldNotContain("too short");

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task RunAsync_should_work_on_the_oldest_PostgreSQL()
    {
        const string Oldest = "/usr/lib/postgresql/15/bin";
        Assert.SkipUnless(Directory.Exists(Oldest), "PostgreSQL 15 is not installed.");
        var root = Path.Combine(Path.GetTempPath(), $"flame-pg15-{Guid.NewGuid():N}");
        try
        {
            await using var server = await EmbeddedPostgres.StartAsync(
                new EmbeddedPostgresOptions
                {
                    RootPath = root,
                    BinariesPaths = [Oldest],
                    SearchSystem = false,
                    Durable = false,
                },
                _ => { }
            );
            Assert.SkipUnless(server.Version.Major == 15, "FLAME_POSTGRES_BIN names another.");
            var logins = DatabaseLogins.From(server.ConnectionString);
            (await MigrateAsync(logins)).SharedScripts.ShouldBe(SqlScript.Shared.Count);
            (await MigrateAsync(logins)).SharedScripts.ShouldBe(0);
            (
                await AskAsync(
                    logins.Platform,
                    """
                    INSERT INTO shared.tenants (id, slug, name, schema_name) VALUES ('00000000-0000-7000-8000-00000000000a', 'acme', 'Acme', 'tenant_acme');
                    SELECT create_tenant_schema('tenant_acme'); SELECT write_tenant_info('00000000-0000-7000-8000-00000000000a');
                    """
                )
            ).ShouldBeEmpty();
            (await AskAsync(logins.App, "SELECT count(*) FROM tenant_acme.tenant_info")).ShouldBe(
                "0"
            );
            (
                await AskAsync(
                    logins.App,
                    "SET app.current_tenant_id = '00000000-0000-7000-8000-00000000000a'; SELECT slug FROM tenant_acme.tenant_info"
                )
            ).ShouldBe("acme");
            NpgsqlConnection.ClearAllPools();
        }
        finally
        {
            if (Directory.Exists(root))
            {
                Directory.Delete(root, recursive: true);
            }
        }
    }

    private async Task<DatabaseLogins> EmptyAsync() => await NewAsync(migrated: false);

    private async Task<DatabaseLogins> MigratedAsync() => await NewAsync(migrated: true);

    private async Task<DatabaseLogins> NewAsync(bool migrated)
    {
        // The roles belong to the server; with them there, the first migration of this process is over.
        await PostgresServer.TemplateAsync();
        var name = await PostgresServer.CreateDatabaseAsync(migrated);
        databases.Add(name);
        return DatabaseLogins.From(await PostgresServer.OwnerAsync(name));
    }

    private static async Task<DatabaseLogins> WithAsync(
        Action<NpgsqlConnectionStringBuilder> change
    )
    {
        var owner = new NpgsqlConnectionStringBuilder(await PostgresServer.OwnerAsync());
        change(owner);
        return DatabaseLogins.From(owner.ConnectionString);
    }

    private static Task<MigrationReport> MigrateAsync(
        DatabaseLogins logins,
        Action<string>? progress = null
    ) => new Migrator(logins, TimeProvider.System).RunAsync(progress ?? (_ => { }), default);

    private static async Task<string> RefusedAsync(DatabaseLogins logins)
    {
        var message = (
            await Should.ThrowAsync<DatabaseSetupException>(() => MigrateAsync(logins))
        ).Message;
        message.ShouldNotContain("\n");
        message.ShouldEndWith(".");
        message.ShouldNotContain(new NpgsqlConnectionStringBuilder(logins.Owner).Password!);
        return message;
    }

    private static async Task OwnerAsync(DatabaseLogins logins, string sql) =>
        await AskAsync(logins.Owner, "SET ROLE flame_owner; " + sql);

    private static async Task<string> AskAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString
        );
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync())?.ToString() ?? "";
    }

    /// <summary>Everything that a script could have left different, one line each, with schema and id made equal.</summary>
    private static async Task<List<string>> StructureAsync(
        TestDatabase database,
        string schema,
        Guid tenant
    )
    {
        var lines = new List<string>();
        await using var connection = await database.OpenOwnerAsync();
        await using var command = new NpgsqlCommand(
            $"""
            WITH t AS (SELECT c.* FROM pg_class c WHERE c.relnamespace = '{schema}'::regnamespace)
            SELECT concat_ws(' ', 'relation', relname, relkind, relpersistence, relrowsecurity, relforcerowsecurity, reloptions::text, relacl::text, pg_get_userbyid(relowner)) AS line FROM t
            UNION ALL SELECT concat_ws(' ', 'column', t.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attacl::text, pg_get_expr(d.adbin, d.adrelid))
              FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND t.relkind IN ('r', 'p', 'v', 'm')
              LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            UNION ALL SELECT concat_ws(' ', 'constraint', t.relname, k.conname, k.convalidated, pg_get_constraintdef(k.oid)) FROM t JOIN pg_constraint k ON k.conrelid = t.oid
            UNION ALL SELECT concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid), i.indisvalid) FROM t JOIN pg_index i ON i.indrelid = t.oid
            UNION ALL SELECT concat_ws(' ', 'policy', t.relname, p.polname, p.polcmd, p.polpermissive, p.polroles::regrole[]::text, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
              FROM t JOIN pg_policy p ON p.polrelid = t.oid
            UNION ALL SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(g.oid), g.tgenabled) FROM t JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal
            UNION ALL SELECT concat_ws(' ', 'function', pg_get_functiondef(f.oid), f.proacl::text) FROM pg_proc f WHERE f.pronamespace = '{schema}'::regnamespace
            UNION ALL SELECT concat_ws(' ', 'view', t.relname, pg_get_viewdef(t.oid)) FROM t WHERE relkind IN ('v', 'm')
            UNION ALL SELECT concat_ws(' ', 'schema', n.nspacl::text, pg_get_userbyid(n.nspowner)) FROM pg_namespace n WHERE n.nspname = '{schema}'
            UNION ALL SELECT concat_ws(' ', 'default', d.defaclobjtype, d.defaclacl::text) FROM pg_default_acl d WHERE d.defaclnamespace = '{schema}'::regnamespace
            """,
            connection
        );
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            lines.Add(
                reader
                    .GetString(0)
                    .Replace(schema, "SCHEMA", StringComparison.Ordinal)
                    .Replace(tenant.ToString(), "TENANT", StringComparison.Ordinal)
            );
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}
