using FlameAssistant.Testing;
using Npgsql;

namespace FlameAssistant.Data.Tests.Tenancy;

/// <summary>What each login may, read from the catalog: row-level security holds only what has no way around it.</summary>
public sealed class GrantsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Ours =
        "(n.nspname IN ('shared', 'public') OR n.nspname LIKE 'tenant\\_%')";
    private const string Logins =
        "unnest(ARRAY['flame_app', 'flame_worker', 'flame_platform', 'flame_hangfire']) AS login";
    private const string AnyRight = "SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER";

    [Fact]
    public async Task Tables_of_shared_should_be_closed_to_the_app_unless_granted()
    {
        var closed = await ListAsync(
            $"""
            SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = 'shared' AND c.relkind IN ('r', 'p', 'v', 'm')
               AND NOT has_table_privilege('flame_app', c.oid, '{AnyRight}')
               AND NOT has_any_column_privilege('flame_app', c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
            """
        );
        closed.ShouldContain("shared.users");
        closed.ShouldContain("shared.access_tokens");
        await using var app = await database.Sources.App.OpenConnectionAsync();
        foreach (var table in closed)
        {
            foreach (
                var sql in (string[])
                    [$"SELECT 1 FROM {table}", $"DELETE FROM {table}", $"TRUNCATE {table}"]
            )
            {
                await using var command = new NpgsqlCommand(sql, app);
                (
                    await Should.ThrowAsync<PostgresException>(command.ExecuteNonQueryAsync(), sql)
                ).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, sql);
            }
        }
    }

    [Fact]
    public async Task The_worker_should_reach_its_five_tables_only() =>
        (
            await ListAsync(
                $"""
                SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE {Ours} AND c.relkind IN ('r', 'p', 'v', 'm')
                   AND (has_table_privilege('flame_worker', c.oid, '{AnyRight}')
                     OR has_any_column_privilege('flame_worker', c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))
                """
            )
        ).ShouldBe(
            [
                "shared.access_tokens",
                "shared.channel_routes",
                "shared.inbound_events",
                "shared.inbound_quarantine",
                "shared.outbox",
            ],
            ignoreOrder: true
        );

    [Fact]
    public async Task No_login_should_have_a_right_on_a_partition_or_a_materialized_view() =>
        (
            await ListAsync(
                $"""
                SELECT format('%s on %I.%I', login, n.nspname, c.relname)
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, {Logins}
                 WHERE {Ours} AND (c.relispartition AND c.relkind = 'r' OR c.relkind = 'm')
                   AND (has_table_privilege(login, c.oid, '{AnyRight}')
                     OR has_any_column_privilege(login, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))
                """
            )
        ).ShouldBeEmpty();

    [Fact]
    public async Task No_login_should_truncate_create_or_hang_triggers() =>
        (
            await ListAsync(
                $"""
                SELECT format('%s on %I.%I', login, n.nspname, c.relname)
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, {Logins}
                 WHERE {Ours} AND c.relkind IN ('r', 'p', 'v', 'm') AND has_table_privilege(login, c.oid, 'TRUNCATE, REFERENCES, TRIGGER')
                UNION ALL
                SELECT format('%s creates in %I', login, n.nspname) FROM pg_namespace n, {Logins}
                 WHERE has_schema_privilege(login, n.oid, 'CREATE') AND NOT (n.nspname = 'hangfire' AND login = 'flame_hangfire')
                UNION ALL
                SELECT format('%s creates schemas', login) FROM {Logins} WHERE has_database_privilege(login, current_database(), 'CREATE')
                """
            )
        ).ShouldBeEmpty();

    [Fact]
    public async Task No_login_should_stand_above_row_level_security() =>
        (
            await ListAsync(
                $"""
                SELECT rolname::text FROM pg_roles r
                 WHERE rolname LIKE 'flame\_%' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
                UNION ALL
                SELECT format('%s is a member of %s', login, r.rolname) FROM pg_roles r, {Logins}
                 WHERE r.rolname <> login AND pg_has_role(login, r.oid, 'MEMBER')
                UNION ALL
                SELECT format('%s owns %I.%I', login, n.nspname, c.relname)
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, {Logins}
                 WHERE {Ours} AND pg_get_userbyid(c.relowner) = login
                """
            )
        ).ShouldBeEmpty();

    [Fact]
    public async Task Public_should_have_no_right_of_ours() =>
        (
            await ListAsync(
                $"""
                SELECT format('database: %s', a.privilege_type) FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
                 WHERE d.datname = current_database() AND a.grantee = 0
                UNION ALL
                SELECT format('schema %s: %s', n.nspname, a.privilege_type)
                  FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
                 WHERE ({Ours} OR n.nspname = 'hangfire') AND a.grantee = 0
                UNION ALL
                SELECT format('%s: %s', p.oid::regprocedure, a.privilege_type)
                  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                 WHERE {Ours} AND a.grantee = 0
                   AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = 'pg_proc'::regclass AND x.objid = p.oid AND x.deptype = 'e')
                UNION ALL
                SELECT format('%s: %s', c.oid::regclass, a.privilege_type)
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
                 WHERE {Ours} AND a.grantee = 0
                """
            )
        ).ShouldBeEmpty();

    /// <summary>Each of them runs as its owner, past every policy: a new one is thought about before it is added here.</summary>
    [Fact]
    public async Task Functions_with_their_owners_rights_should_be_granted_by_name_only() =>
        (
            await ListAsync(
                $"""
                SELECT format('%s: %s', login, p.proname) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace, {Logins}
                 WHERE n.nspname = 'shared' AND p.prosecdef AND has_function_privilege(login, p.oid, 'EXECUTE')
                """
            )
        ).ShouldBe(
            [
                "flame_app: ensure_user",
                "flame_app: erase_activity",
                "flame_worker: ensure_partitions",
                "flame_worker: drop_expired_partitions",
                "flame_worker: delete_expired_rows",
                "flame_worker: refresh_tenant_views",
                "flame_worker: stale_tenant_views",
                "flame_worker: tenants_to_measure",
                "flame_worker: measure_tenant",
                "flame_platform: ensure_user",
                "flame_platform: ensure_partitions",
                "flame_platform: create_tenant_schema",
                "flame_platform: drop_tenant_schema",
                "flame_platform: upgrade_tenant_schema",
                "flame_platform: write_tenant_info",
                "flame_platform: write_tenant_activity",
            ],
            ignoreOrder: true
        );

    [Fact]
    public async Task Functions_with_their_owners_rights_should_fix_their_search_path() =>
        (
            await ListAsync(
                $"""
                SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                 WHERE {Ours} AND p.prosecdef AND NOT EXISTS (SELECT FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%')
                """
            )
        ).ShouldBeEmpty();

    [Fact]
    public async Task Tables_of_tenants_should_have_the_wall_and_nothing_that_leaves_the_schema() =>
        (
            await ListAsync(
                $"""
                WITH tenant_tables AS (
                  SELECT c.*, n.nspname, c.oid AS id FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                   WHERE n.nspname LIKE 'tenant\_%' AND c.relkind IN ('r', 'p'))
                SELECT format('%s: row-level security is not forced', id::regclass) FROM tenant_tables
                 WHERE NOT (relrowsecurity AND relforcerowsecurity)
                UNION ALL
                SELECT format('%s: not exactly one policy', id::regclass) FROM tenant_tables
                 WHERE (SELECT count(*) FROM pg_policy p WHERE p.polrelid = id AND p.polcmd = '*') <> 1
                UNION ALL
                SELECT format('%s: policy %s is open', p.polrelid::regclass, p.polname) FROM pg_policy p JOIN tenant_tables t ON t.id = p.polrelid
                 WHERE p.polcmd = '*' AND (pg_get_expr(p.polqual, p.polrelid) !~ '^\(current_setting\(''app.current_tenant_id''::text, true\) = ''[0-9a-f-]+''::text\)$'
                   OR pg_get_expr(p.polwithcheck, p.polrelid) <> pg_get_expr(p.polqual, p.polrelid))
                UNION ALL
                SELECT format('%s: no primary key', id::regclass) FROM tenant_tables
                 WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = id AND k.contype = 'p')
                UNION ALL
                SELECT format('%s: no %s', id::regclass, needed) FROM tenant_tables, unnest(ARRAY['tenant_id', 'created_at']) needed
                 WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = id AND a.attname = needed AND a.attnotnull)
                UNION ALL
                SELECT format('%s: updated_at without its trigger', a.attrelid::regclass) FROM pg_attribute a JOIN tenant_tables t ON t.id = a.attrelid
                 WHERE a.attname = 'updated_at' AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = t.id AND g.tgfoid = 'shared.update_updated_at_column'::regproc)
                UNION ALL
                SELECT format('%s: leaves the schema', k.conname) FROM pg_constraint k JOIN tenant_tables t ON t.id = k.conrelid
                  JOIN pg_class f ON f.oid = k.confrelid WHERE k.contype = 'f' AND f.relnamespace <> t.relnamespace
                UNION ALL
                SELECT format('%s: an index for tenant_id alone', i.indexrelid::regclass) FROM pg_index i JOIN tenant_tables t ON t.id = i.indrelid
                 WHERE i.indnatts = 1 AND NOT i.indisprimary
                   AND i.indkey[0] = (SELECT attnum FROM pg_attribute WHERE attrelid = t.id AND attname = 'tenant_id')
                """
            )
        ).ShouldBeEmpty();

    [Fact]
    public async Task Tables_of_shared_that_name_a_tenant_should_force_row_level_security() =>
        (
            await ListAsync(
                """
                SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname = 'shared' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'tenant_schemas'
                   AND (c.relname = 'tenants' OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'))
                   AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
                """
            )
        ).ShouldBeEmpty();

    private async Task<List<string>> ListAsync(string sql)
    {
        // Tenants' schemas beside the template's, so that both kinds are looked at.
        if (await database.AskAsync<long>("SELECT count(*) FROM shared.tenants") < 2)
        {
            await database.NewTenantAsync();
        }
        var found = new List<string>();
        await using var connection = await database.OpenOwnerAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            found.Add(reader.GetString(0));
        }
        return found;
    }
}
