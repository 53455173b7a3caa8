using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Jobs.Tests.Platform;

public sealed class RetentionJobTests(JobsDatabase database) : IClassFixture<JobsDatabase>
{
    [Fact]
    public async Task RunAsync_should_take_what_is_over_and_nothing_else()
    {
        await database.ExecuteAsync("SELECT shared.ensure_partitions('2024-01-10', 0)");
        await database.ExecuteAsync($"SELECT shared.ensure_partitions({Now})");
        await database.ExecuteAsync(
            $"""
            INSERT INTO shared.inbound_quarantine (id, provider, event_id, position, body, reason, created_at)
              SELECT gen_random_uuid(), 'whatsapp', gen_random_uuid(), 0, 'x', 'x', {Now} - make_interval(days => d)
                FROM (SELECT CASE WHEN i <= 7000 THEN 91 ELSE 80 END AS d FROM generate_series(1, 7003) i) days
            """
        );

        await RunAsync();
        await RunAsync();

        (
            await database.AskAsync<string>(
                """
                SELECT concat_ws(' ', to_regclass('archive.audit_logs_p20240101'), coalesce(to_regclass('shared.webhook_logs_p20240101')::text, 'gone'),
                  (SELECT count(*) FROM shared.inbound_quarantine))
                """
            )
        ).ShouldBe("archive.audit_logs_p20240101 gone 3");
        // The partitions of today and of the weeks to come are all there.
        (await database.AskAsync<int>($"SELECT shared.ensure_partitions({Now})")).ShouldBe(0);
    }

    [Fact]
    public async Task RunAsync_should_drop_tenants_after_their_grace_and_go_on_after_one_that_fails()
    {
        // The one that fails is the first by its slug.
        var stuck = await database.NewTenantAsync("a-stuck-one");
        var due = await database.NewTenantAsync("due");
        await DeleteAsync(stuck);
        await DeleteAsync(due);
        database.Clock.Advance(TimeSpan.FromDays(31));
        var late = await database.NewTenantAsync("late");
        await DeleteAsync(late);
        var kept = await database.NewTenantAsync("kept");
        await database.ExecuteAsync(
            """
            CREATE FUNCTION shared.fault() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF OLD.slug = 'a-stuck-one' THEN RAISE 'by the test'; END IF;
              RETURN OLD;
            END $$;
            GRANT EXECUTE ON FUNCTION shared.fault() TO flame_platform;
            CREATE TRIGGER fault BEFORE DELETE ON shared.tenants FOR EACH ROW EXECUTE FUNCTION shared.fault();
            """
        );

        await RunAsync();

        (await SchemasAsync()).ShouldBe(
            [stuck.SchemaName, kept.SchemaName, late.SchemaName],
            ignoreOrder: true
        );
        await database.ExecuteAsync("DROP TRIGGER fault ON shared.tenants");
        await RunAsync();
        (await SchemasAsync()).ShouldBe([kept.SchemaName, late.SchemaName], ignoreOrder: true);
    }

    /// <summary>The job's clock, which another test may have put forward.</summary>
    private string Now => $"'{database.Clock.GetUtcNow():O}'::timestamptz";

    private Task RunAsync() =>
        ActivatorUtilities
            .CreateInstance<RetentionJob>(database.Services)
            .RunAsync(CancellationToken.None);

    private async Task DeleteAsync(TenantRef tenant) =>
        (
            await database
                .Get<DeleteTenant>()
                .RunAsync(tenant.Slug, tenant.Slug, Actor.System, default)
        ).IsOk.ShouldBeTrue();

    private async Task<string[]> SchemasAsync() =>
        await database.AskAsync<string[]>(
            @"SELECT array_agg(nspname::text) FROM pg_namespace WHERE nspname LIKE 'tenant\_%' AND nspname NOT IN ('tenant_system', 'tenant_template')"
        ) ?? [];
}
