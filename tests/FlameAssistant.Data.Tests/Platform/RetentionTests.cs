using FlameAssistant.Data.Platform;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Platform;

public sealed class RetentionTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Drop_expired_partitions_should_drop_archive_and_keep_by_settings()
    {
        await database.ExecuteAsync("SELECT shared.ensure_partitions('2024-01-10', 0)");
        await database.ExecuteAsync("SELECT shared.ensure_partitions('2025-06-02', 0)");
        await database.ExecuteAsync(
            """
            UPDATE shared.system_settings SET value = '{"days": null}' WHERE key = 'retention.performance_metrics';
            INSERT INTO shared.audit_logs (id, tenant_id, action, created_at) VALUES (gen_random_uuid(), gen_random_uuid(), 'OLD', '2024-01-10');
            INSERT INTO shared.inbound_events (id, provider, body, available_at, created_at) VALUES (gen_random_uuid(), 'whatsapp', 'x', '2024-01-10', '2024-01-10');
            """
        );

        var done = await AskAsync(
            "SELECT array_agg(d) FROM shared.drop_expired_partitions('2025-10-05') d"
        );

        done.ShouldContain("archived audit_logs_p20240101");
        done.ShouldContain("dropped webhook_logs_p20240101");
        done.ShouldContain("dropped webhook_logs_p20250601");
        done.ShouldContain("dropped inbound_events_p20250602");
        done.ShouldContain("dropped analytics_events_p20240101");
        // Not old enough, without days, and with an event that nobody has taken yet.
        done.ShouldNotContain(d => d.Contains("audit_logs_p202506"));
        done.ShouldNotContain(d => d.Contains("performance_metrics"));
        done.ShouldNotContain(d => d.Contains("inbound_events_p20240108"));
        (
            await database.AskAsync<long>("SELECT count(*) FROM archive.audit_logs_p20240101")
        ).ShouldBe(1);
        (
            await AskAsync(
                "SELECT array_agg(d) FROM shared.drop_expired_partitions('2025-10-05') d"
            )
        ).ShouldBeEmpty();

        await database.ExecuteAsync(
            "UPDATE shared.inbound_events SET state = 'done' WHERE created_at < '2024-02-01'"
        );
        (
            await AskAsync(
                "SELECT array_agg(d) FROM shared.drop_expired_partitions('2025-10-05') d"
            )
        ).ShouldBe(["dropped inbound_events_p20240108"]);
    }

    [Fact]
    public async Task Drop_expired_partitions_should_never_touch_the_present()
    {
        await AskAsync("SELECT array_agg(d) FROM shared.drop_expired_partitions(now()) d");
        (await database.AskAsync<int>("SELECT shared.ensure_partitions(now())")).ShouldBe(0);
    }

    [Fact]
    public async Task Delete_expired_rows_should_take_old_quarantine_and_spent_tokens_in_batches()
    {
        var tenant = await database.NewTenantAsync();
        await database.ExecuteAsync(
            $"""
            INSERT INTO shared.inbound_quarantine (id, provider, event_id, position, body, reason, created_at)
              SELECT gen_random_uuid(), 'whatsapp', gen_random_uuid(), 0, 'x', 'x', now() - make_interval(days => d) FROM unnest(ARRAY[10, 89, 91, 200]) d;
            INSERT INTO shared.access_tokens (token_hash, kind, tenant_id, subject_id, expires_at)
              SELECT d::text::bytea, 'ticket', '{tenant.Id}', gen_random_uuid(), now() - make_interval(days => d) FROM unnest(ARRAY[0, 2, 3]) d;
            """
        );
        (await database.AskAsync<int>("SELECT shared.delete_expired_rows(now(), 1)")).ShouldBe(2);
        (await database.AskAsync<int>("SELECT shared.delete_expired_rows(now(), 1)")).ShouldBe(2);
        (await database.AskAsync<int>("SELECT shared.delete_expired_rows(now(), 1)")).ShouldBe(0);
        (await database.AskAsync<long>("SELECT count(*) FROM shared.inbound_quarantine")).ShouldBe(
            2
        );
    }

    [Fact]
    public async Task Encrypt_sensitive_data_should_be_opened_by_its_key_only()
    {
        await using var platform = await database.Sources.Platform.OpenConnectionAsync();
        await using var both = new Npgsql.NpgsqlCommand(
            "SELECT decrypt_sensitive_data(encrypt_sensitive_data('Señora', 'key'), 'key')",
            platform
        );
        (await both.ExecuteScalarAsync()).ShouldBe("Señora");
        await using var wrong = new Npgsql.NpgsqlCommand(
            "SELECT decrypt_sensitive_data(encrypt_sensitive_data('Señora', 'key'), 'other')",
            platform
        );
        await Should.ThrowAsync<Npgsql.PostgresException>(wrong.ExecuteScalarAsync());
    }

    [Fact]
    public async Task The_audit_should_tell_that_a_secret_changed_and_not_the_secret()
    {
        var tenant = await database.NewTenantAsync();
        await database.ExecuteAsync(
            $"""
            INSERT INTO shared.webhooks (id, tenant_id, name, url, secret) VALUES (gen_random_uuid(), '{tenant.Id}', 'w', 'https://example.com', 'first-secret');
            UPDATE shared.webhooks SET secret = 'second-secret', name = 'w2';
            UPDATE shared.users SET password_hash = 'third-secret' WHERE email = 'owner@{tenant.Slug}.test';
            """
        );
        var trail = await AskAsync(
            "SELECT array_agg(coalesce(old_values::text, '') || coalesce(new_values::text, '')) FROM shared.audit_logs"
        );
        trail.ShouldNotContain(t => t.Contains("-secret"));
        trail.ShouldContain("""{"name": "w", "secret": "***"}{"name": "w2", "secret": "***"}""");
        trail.ShouldContain("""{"password_hash": "***"}{"password_hash": "***"}""");
    }

    [Fact]
    public async Task SystemQueries_should_answer_what_the_seed_asks()
    {
        var queries = database.Get<SystemQueries>();
        var tenant = await database.NewTenantAsync();
        await database.NewMemberAsync(tenant);
        (await queries.SchemaSizesAsync(100, default))
            .Single(s => s.SchemaName == tenant.SchemaName)
            .Bytes.ShouldBeGreaterThan(100_000);
        (await queries.UsersByTenantAsync(100, default))
            .Single(t => t.Slug == tenant.Slug)
            .ShouldBe(new MembersOfTenant(tenant.Name, tenant.Slug, 2, 5));
        var activity = await queries.RecentActivityAsync(20, default);
        activity.Count.ShouldBe(20);
        activity.ShouldBeInOrder(
            Shouldly.SortDirection.Descending,
            Comparer<RecentActivity>.Create((a, b) => a.CreatedAt.CompareTo(b.CreatedAt))
        );
        activity.ShouldContain(a => a.TenantName == tenant.Name);
        (await queries.SubscriptionStatesAsync(default)).ShouldContain(s =>
            s.SubscriptionPlan == "free" && s.Status == "active" && s.Count >= 1
        );
        (await queries.UnusedIndexesAsync(1000, default)).ShouldContain(i =>
            i.IndexName == "idx_projects_owner_id" && i.Schemas >= 3
        );
    }

    private async Task<string[]> AskAsync(string sql) =>
        await database.AskAsync<string[]>(sql) ?? [];
}
