using System.Globalization;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Npgsql;

namespace FlameAssistant.Data.Tests.Analytics;

public sealed class ReportViewsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Rows = """
        INSERT INTO integrations (id, type, name) VALUES ('00000000-0000-7000-8000-0000000000c1', 'whatsapp', 'w');
        INSERT INTO profiles (id, user_id, display_name, is_active) SELECT gen_random_uuid(), gen_random_uuid(), 'p', i <= 3 FROM generate_series(1, 4) i;
        INSERT INTO assistants (id, name, is_active, deleted_at) VALUES
          ('00000000-0000-7000-8000-0000000000a1', 'Busy', true, NULL), ('00000000-0000-7000-8000-0000000000a2', 'Idle', true, NULL),
          ('00000000-0000-7000-8000-0000000000a3', 'Off', false, NULL), ('00000000-0000-7000-8000-0000000000a4', 'Gone', true, now());
        INSERT INTO contacts (id) SELECT gen_random_uuid() FROM generate_series(1, 7);
        UPDATE contacts SET merged_into = (SELECT min(id::text)::uuid FROM contacts) WHERE id = (SELECT max(id::text)::uuid FROM contacts);
        INSERT INTO conversations (id, contact_id, channel_id, last_message_at, status, resolution_time, satisfaction_score, assistant_id)
          SELECT gen_random_uuid(), c.id, '00000000-0000-7000-8000-0000000000c1', now(),
                 CASE WHEN i <= 2 THEN 'resolved' WHEN i = 3 THEN 'pending' ELSE 'open' END, CASE WHEN i <= 2 THEN i * 100 END,
                 CASE WHEN i <= 2 THEN i + 2 END, CASE WHEN i <= 4 THEN '00000000-0000-7000-8000-0000000000a1'::uuid END
            FROM (SELECT id, row_number() OVER (ORDER BY id) AS i FROM contacts) c WHERE i <= 6;
        INSERT INTO messages (id, conversation_id, channel_id, seq, sender_type, content, occurred_at, created_at, is_auto_response)
          SELECT gen_random_uuid(), c.id, c.channel_id, s, 'contact', 'm', now(),
                 CASE WHEN s = 1 THEN now() - interval '2 days' ELSE now() END, s = 3
            FROM conversations c, generate_series(1, 3) s;
        """;

    [Fact]
    public async Task Views_should_count_exactly()
    {
        var tenant = await FilledAsync();
        (
            await RowAsync(
                tenant,
                "SELECT tenant_name || ' ' || concat_ws(' ', total_users, total_contacts, total_conversations, total_messages, active_conversations, messages_today, avg_resolution_time::int) FROM dashboard_stats_of_tenant"
            )
        ).ShouldBe([$"{tenant.Name} 3 6 6 18 3 12 150"]);
        (
            await RowAsync(
                tenant,
                "SELECT concat_ws(' ', assistant_name, total_conversations, total_messages, auto_responses, avg_response_time::int, avg_satisfaction::float) FROM assistant_metrics_of_tenant ORDER BY 1"
            )
        ).ShouldBe(["Busy 4 12 4 150 3.5", "Idle 0 0 0"]);
    }

    [Fact]
    public async Task Views_should_be_empty_without_the_tenant_and_closed_beneath()
    {
        var tenant = await FilledAsync();
        await using var app = await database.Sources.App.OpenConnectionAsync();
        foreach (var view in (string[])["dashboard_stats", "assistant_metrics"])
        {
            await using var barrier = new NpgsqlCommand(
                $"SELECT count(*) FROM {tenant.SchemaName}.{view}_of_tenant",
                app
            );
            (await barrier.ExecuteScalarAsync()).ShouldBe(0L);
            await using var beneath = new NpgsqlCommand(
                $"SELECT count(*) FROM {tenant.SchemaName}.{view}",
                app
            );
            (
                await Should.ThrowAsync<PostgresException>(beneath.ExecuteScalarAsync())
            ).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        }
    }

    [Fact]
    public async Task Stale_tenant_views_should_name_those_in_which_something_changed()
    {
        var tenant = await FilledAsync();
        await database.ExecuteAsync("INSERT INTO contacts (id) VALUES (gen_random_uuid())", tenant);
        await Eventually.IsTrueAsync(() => StaleAsync(tenant));
        await RefreshToEndAsync(tenant);
        // The day begins anew.
        (await StaleAsync(tenant, "now() + interval '1 day'")).ShouldBeTrue();
    }

    [Fact]
    public async Task Refresh_tenant_views_should_restore_the_tenant_that_was_set()
    {
        var tenant = await FilledAsync();
        await using var worker = await database.Sources.Worker.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(
            $"""
            SELECT set_config('app.current_tenant_id', 'before', false);
            SELECT shared.refresh_tenant_views('{tenant.SchemaName}');
            """,
            worker
        );
        await command.ExecuteNonQueryAsync();
        await using var after = new NpgsqlCommand(
            "SELECT current_setting('app.current_tenant_id')",
            worker
        );
        (await after.ExecuteScalarAsync()).ShouldBe("before");
    }

    private async Task<TenantRef> FilledAsync()
    {
        var tenant = await database.NewTenantAsync();
        await database.ExecuteAsync(Rows, tenant);
        await RefreshToEndAsync(tenant);
        return tenant;
    }

    /// <summary>Each connection that changed rows writes its counters when it is idle, up to ten seconds later.</summary>
    private Task RefreshToEndAsync(TenantRef tenant) =>
        Eventually.IsTrueAsync(async () =>
        {
            await RefreshAsync(tenant);
            return !await StaleAsync(tenant);
        });

    private async Task RefreshAsync(TenantRef tenant)
    {
        await using var refresh = database.Sources.Worker.CreateCommand(
            $"SELECT shared.refresh_tenant_views('{tenant.SchemaName}')"
        );
        await refresh.ExecuteNonQueryAsync();
    }

    private async Task<bool> StaleAsync(TenantRef tenant, string at = "now()")
    {
        await using var stale = database.Sources.Worker.CreateCommand(
            $"SELECT count(*) FROM shared.stale_tenant_views({at}, 1000) s WHERE s = '{tenant.SchemaName}'"
        );
        return await stale.ExecuteScalarAsync() is 1L;
    }

    private Task<List<string>> RowAsync(TenantRef tenant, string sql) =>
        database.ReadAsync(
            tenant,
            async unit =>
            {
                var lines = new List<string>();
                await using var command = new NpgsqlCommand(
                    sql,
                    await unit.ConnectionAsync(default)
                );
                await using var reader = await command.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                {
                    lines.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!);
                }
                return lines;
            }
        );
}
