using System.Collections.Concurrent;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Platform;

/// <summary>A database of each test's own: what one adds to the scripts is not the others'.</summary>
public sealed class TenantUpgradesTests : IAsyncLifetime
{
    private int next = 900;
    private TestDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task RunAsync_should_leave_every_structure_equal_to_the_templates()
    {
        var old = await database.NewTenantAsync();
        await AddScriptAsync(
            "ALTER TABLE contacts ADD COLUMN nickname text; CREATE INDEX idx_contacts_nickname ON contacts (nickname)"
        );
        var middle = await database.NewTenantAsync();
        await AddScriptAsync(
            """
            CREATE TABLE gadgets (
              id uuid CONSTRAINT gadgets_pkey PRIMARY KEY,
              tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT gadgets_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
              contact_id uuid CONSTRAINT gadgets_contact_id_fkey REFERENCES contacts (id),
              created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now());
            SELECT shared.secure_tenant_table('{{schema}}.gadgets', '{{tenant}}', ARRAY['contact_id']);
            """
        );
        var target = await AddScriptAsync(
            """
            DROP FUNCTION search_contacts(text, integer);
            CREATE FUNCTION search_contacts(asked text, at_most integer DEFAULT 50) RETURNS TABLE (contact_id uuid)
            LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
            BEGIN
              IF current_setting('app.current_tenant_id', true) IS DISTINCT FROM '{{tenant}}' THEN RETURN; END IF;
              RETURN QUERY SELECT c.id FROM {{schema}}.contacts c WHERE c.search_text LIKE asked LIMIT at_most;
            END $$;
            GRANT CREATE ON SCHEMA {{schema}} TO flame_search;
            ALTER FUNCTION search_contacts(text, integer) OWNER TO flame_search;
            REVOKE CREATE ON SCHEMA {{schema}} FROM flame_search;
            """
        );

        var (_, failed) = await RunAsync(target);

        failed.ShouldBeEmpty();
        var fresh = await database.NewTenantAsync();
        var template = await TenantStructure.ReadAsync(
            database,
            SystemTenant.TemplateSchema,
            Guid.Empty
        );
        template.ShouldContain(line => line.Contains("gadgets_contact_id_fkey"));
        foreach (var tenant in (TenantRef[])[old, middle, fresh])
        {
            (await TenantStructure.ReadAsync(database, tenant.SchemaName, tenant.Id)).ShouldBe(
                template
            );
        }
        (await database.Get<CatalogLint>().RunAsync(default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_should_share_the_tenants_with_another_node_and_leave_failing_ones_behind()
    {
        var tenants = new List<TenantRef>();
        for (var i = 0; i < 8; i++)
        {
            tenants.Add(await database.NewTenantAsync());
        }
        var broken = tenants.Take(2).Select(t => t.SchemaName).Order().ToList();
        foreach (var schema in broken)
        {
            await database.ExecuteAsync($"CREATE TABLE {schema}.in_the_way (id int)");
        }
        var target = await AddScriptAsync(
            "ALTER TABLE tags ADD COLUMN in_between text; CREATE VIEW in_the_way WITH (security_invoker = true) AS SELECT id FROM tags"
        );
        var before = await VersionsAsync(tenants);
        var told = new ConcurrentBag<string>();

        var nodes = await Task.WhenAll(
            RunAsync(target, told.Add, workers: 2),
            RunAsync(target, told.Add, workers: 2)
        );

        nodes.SelectMany(n => n.Failed).Distinct().Order().ShouldBe(broken);
        var versions = await VersionsAsync(tenants);
        versions
            .Where(v => broken.Contains(v.Key))
            .ShouldAllBe(v => v.Value == before[v.Key].Replace("ready", "failed"));
        versions.Where(v => !broken.Contains(v.Key)).ShouldAllBe(v => v.Value == $"ready {target}");
        // Nobody's upgrade was done twice.
        told.Count(line => line.Contains($"is at {target}")).ShouldBe(nodes.Sum(n => n.Upgraded));
        told.Where(line => line.Contains("is at"))
            .Select(line => line.Split(' ')[1])
            .ShouldBeUnique();
        // What failed left nothing of the script.
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM pg_attribute WHERE attname = 'in_between' AND attrelid = '{broken[0]}.tags'::regclass"
            )
        ).ShouldBe(0);

        foreach (var schema in broken)
        {
            await database.ExecuteAsync($"DROP TABLE {schema}.in_the_way");
        }
        (await RunAsync(target)).Upgraded.ShouldBe(2);
        var template = await TenantStructure.ReadAsync(
            database,
            SystemTenant.TemplateSchema,
            Guid.Empty
        );
        (await TenantStructure.ReadAsync(database, tenants[0].SchemaName, tenants[0].Id)).ShouldBe(
            template
        );
        (await RunAsync(target)).Upgraded.ShouldBe(0);
    }

    [Fact]
    public async Task RunAsync_should_wait_for_a_tenant_that_another_holds_and_take_it_when_that_dies()
    {
        var tenant = await database.NewTenantAsync();
        var target = await AddScriptAsync("SELECT 1");
        var holder = await database.OpenOwnerAsync();
        var transaction = await holder.BeginTransactionAsync();
        await using (
            var hold = new Npgsql.NpgsqlCommand(
                $"SELECT FROM shared.tenant_schemas WHERE schema_name = '{tenant.SchemaName}' FOR NO KEY UPDATE",
                holder
            )
        )
        {
            await hold.ExecuteNonQueryAsync();
        }

        var run = RunAsync(target);
        await Eventually.IsTrueAsync(async () =>
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.tenant_schemas WHERE version < {target}"
            ) == 1
        );
        run.IsCompleted.ShouldBeFalse();
        await transaction.DisposeAsync();
        await holder.DisposeAsync();

        (await run).Failed.ShouldBeEmpty();
        (await VersionsAsync([tenant])).Values.ShouldBe([$"ready {target}"]);
    }

    [Fact]
    public async Task Catalog_should_close_a_tenant_below_the_minimum()
    {
        var tenant = await database.NewTenantAsync();
        (await database.Catalog.FindAsync(tenant.Slug, default))!.IsOpen.ShouldBeTrue();
        await database.ExecuteAsync(
            $"UPDATE shared.tenant_schemas SET version = {Migrator.MinimumTenantVersion - 1} WHERE schema_name = '{tenant.SchemaName}'"
        );
        database.Catalog.Forget();
        var found = (await database.Catalog.FindAsync(tenant.Slug, default))!;
        (found.IsUpgraded, found.IsOpen, found.MaySend).ShouldBe((false, false, false));
    }

    private Task<(int Upgraded, IReadOnlyList<string> Failed)> RunAsync(
        int target,
        Action<string>? progress = null,
        int workers = 3
    ) =>
        new TenantUpgrades(database.Logins.Owner, target, progress ?? (_ => { })).RunAsync(
            workers,
            default
        );

    private async Task<int> AddScriptAsync(string body)
    {
        var version = next++;
        await database.ExecuteAsync(
            $"INSERT INTO shared.tenant_scripts (version, name, checksum, body) VALUES ({version}, 'synthetic', 'x', $script${body}$script$)"
        );
        return version;
    }

    private async Task<Dictionary<string, string>> VersionsAsync(IEnumerable<TenantRef> tenants)
    {
        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tenant in tenants)
        {
            versions[tenant.SchemaName] = (
                await database.AskAsync<string>(
                    $"SELECT state || ' ' || version FROM shared.tenant_schemas WHERE schema_name = '{tenant.SchemaName}'"
                )
            )!;
        }
        return versions;
    }
}
