using FlameAssistant.Data.Platform;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Platform;

public sealed class CatalogLintTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task RunAsync_should_find_nothing_in_what_the_scripts_make()
    {
        var tenant = await database.NewTenantAsync();
        (await RunAsync()).ShouldBeEmpty();
        (await database.Get<CatalogLint>().RunAsync(tenant.SchemaName, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_should_find_nothing_in_archived_partitions()
    {
        await database.ExecuteAsync(
            "SELECT shared.ensure_partitions('2020-01-15'); SELECT shared.drop_expired_partitions(now())"
        );
        (await RunAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(
        "ALTER TABLE @.contacts NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE @.contacts FORCE ROW LEVEL SECURITY"
    )]
    [InlineData(
        "ALTER TABLE @.contacts DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE @.contacts ENABLE ROW LEVEL SECURITY"
    )]
    [InlineData("CREATE TABLE @.bare (id int)", "DROP TABLE @.bare")]
    [InlineData(
        "CREATE POLICY more ON @.contacts FOR SELECT TO flame_app USING (true)",
        "DROP POLICY more ON @.contacts"
    )]
    [InlineData(
        "CREATE POLICY more ON @.contacts FOR INSERT TO flame_app WITH CHECK (true)",
        "DROP POLICY more ON @.contacts"
    )]
    [InlineData(
        "ALTER POLICY tenant_isolation ON @.contacts TO public",
        "ALTER POLICY tenant_isolation ON @.contacts TO flame_app, flame_owner"
    )]
    [InlineData(
        "CREATE POLICY more ON shared.outbox TO flame_app USING (true)",
        "DROP POLICY more ON shared.outbox"
    )]
    [InlineData("CREATE VIEW @.open AS SELECT * FROM @.contacts", "DROP VIEW @.open")]
    [InlineData(
        "CREATE VIEW @.open WITH (security_barrier) AS SELECT * FROM @.dashboard_stats",
        "DROP VIEW @.open"
    )]
    [InlineData(
        "CREATE VIEW shared.open AS SELECT * FROM shared.webhooks",
        "DROP VIEW shared.open"
    )]
    [InlineData(
        "CREATE FUNCTION shared.loose() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "DROP FUNCTION shared.loose()"
    )]
    [InlineData(
        "GRANT EXECUTE ON FUNCTION shared.fold(text) TO PUBLIC",
        "REVOKE EXECUTE ON FUNCTION shared.fold(text) FROM PUBLIC"
    )]
    [InlineData(
        "CREATE FUNCTION @.loose() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS 'SELECT 1'",
        "DROP FUNCTION @.loose()"
    )]
    [InlineData("GRANT SELECT ON @.contacts TO PUBLIC", "REVOKE SELECT ON @.contacts FROM PUBLIC")]
    [InlineData(
        "GRANT SELECT ON @.contacts TO flame_worker",
        "REVOKE SELECT ON @.contacts FROM flame_worker"
    )]
    [InlineData(
        "GRANT TRUNCATE ON @.contacts TO flame_app",
        "REVOKE TRUNCATE ON @.contacts FROM flame_app"
    )]
    [InlineData(
        "GRANT SELECT ON @.dashboard_stats TO flame_app",
        "REVOKE SELECT ON @.dashboard_stats FROM flame_app"
    )]
    [InlineData(
        "GRANT DELETE ON @.activity_log TO flame_app",
        "REVOKE DELETE ON @.activity_log FROM flame_app"
    )]
    [InlineData(
        "GRANT UPDATE (name) ON @.tenant_info TO flame_app",
        "REVOKE UPDATE (name) ON @.tenant_info FROM flame_app"
    )]
    [InlineData(
        "GRANT DELETE ON @.messages TO flame_search",
        "REVOKE DELETE ON @.messages FROM flame_search"
    )]
    [InlineData(
        "GRANT CREATE ON SCHEMA @ TO flame_app",
        "REVOKE CREATE ON SCHEMA @ FROM flame_app"
    )]
    [InlineData(
        "GRANT CREATE ON SCHEMA @ TO flame_search",
        "REVOKE CREATE ON SCHEMA @ FROM flame_search"
    )]
    [InlineData(
        "GRANT USAGE ON SCHEMA @ TO flame_platform",
        "REVOKE USAGE ON SCHEMA @ FROM flame_platform"
    )]
    [InlineData(
        "GRANT USAGE ON SCHEMA archive TO flame_app",
        "REVOKE USAGE ON SCHEMA archive FROM flame_app"
    )]
    [InlineData("CREATE TYPE @.mood AS ENUM ('good')", "DROP TYPE @.mood")]
    [InlineData("CREATE INDEX alone ON @.contacts (tenant_id)", "DROP INDEX @.alone")]
    [InlineData(
        "DROP TRIGGER update_contacts_updated_at ON @.contacts",
        "CREATE TRIGGER update_contacts_updated_at BEFORE UPDATE ON @.contacts FOR EACH ROW EXECUTE FUNCTION shared.update_updated_at_column()"
    )]
    [InlineData(
        "ALTER TABLE @.contacts DROP CONSTRAINT contacts_tenant_id_check",
        "ALTER TABLE @.contacts ADD CONSTRAINT contacts_tenant_id_check CHECK (tenant_id = '#')"
    )]
    public async Task RunAsync_should_find_a_hole(string hole, string mended)
    {
        var tenant = await TenantAsync();
        await database.ExecuteAsync(Fill(hole));
        try
        {
            (await RunAsync()).ShouldNotBeEmpty();
        }
        finally
        {
            await database.ExecuteAsync(Fill(mended));
        }
        (await RunAsync()).ShouldBeEmpty();

        string Fill(string sql) =>
            sql.Replace("@", tenant.SchemaName, StringComparison.Ordinal)
                .Replace("#", tenant.Id.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_should_find_a_right_on_a_partition()
    {
        var partition = await database.AskAsync<string>(
            "SELECT min(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'shared.audit_logs'::regclass"
        );
        await database.ExecuteAsync($"GRANT SELECT ON {partition} TO flame_app");
        (await RunAsync()).Single().Rule.ShouldBe("a right that no login may have");
        await database.ExecuteAsync($"REVOKE SELECT ON {partition} FROM flame_app");
    }

    private async Task<Data.Tenancy.TenantRef> TenantAsync() =>
        await database.Catalog.FindAsync("holed", default)
        ?? await database.NewTenantAsync("holed");

    private Task<IReadOnlyList<LintFinding>> RunAsync() =>
        database.Get<CatalogLint>().RunAsync(default);
}
