using System.Globalization;
using FlameAssistant.Testing;
using Npgsql;

namespace FlameAssistant.Benchmarks;

/// <summary>
/// A refresh of both views against the seed's two queries, whose joins multiply people, contacts and messages, at sizes
/// where these still end.
/// </summary>
internal static class ReportViews
{
    private const string Seeds = """
        SELECT t.tenant_id, t.name, count(DISTINCT u.id), count(DISTINCT c.id), count(DISTINCT conv.id), count(DISTINCT m.id),
               count(DISTINCT CASE WHEN conv.status = 'open' THEN conv.id END),
               count(DISTINCT CASE WHEN m.created_at >= current_date THEN m.id END),
               avg(CASE WHEN conv.resolution_time IS NOT NULL THEN conv.resolution_time END)
          FROM tenant_info t
          LEFT JOIN profiles u ON t.tenant_id = u.tenant_id AND u.is_active
          LEFT JOIN contacts c ON t.tenant_id = c.tenant_id
          LEFT JOIN conversations conv ON t.tenant_id = conv.tenant_id
          LEFT JOIN messages m ON conv.id = m.conversation_id
         GROUP BY t.tenant_id, t.name;
        SELECT a.tenant_id, a.id, a.name, count(DISTINCT conv.id), count(DISTINCT m.id),
               count(DISTINCT CASE WHEN m.is_auto_response THEN m.id END),
               avg(CASE WHEN conv.resolution_time IS NOT NULL THEN conv.resolution_time END), avg(conv.satisfaction_score)
          FROM assistants a
          LEFT JOIN conversations conv ON a.id = conv.assistant_id
          LEFT JOIN messages m ON conv.id = m.conversation_id
         WHERE a.is_active AND a.deleted_at IS NULL
         GROUP BY a.tenant_id, a.id, a.name
        """;

    public static async Task RunAsync()
    {
        await using var database = await TestDatabase.CreateAsync();
        foreach (var contacts in (int[])[50, 100, 200])
        {
            var tenant = await database.NewTenantAsync();
            var channel = await database.NewChannelAsync(tenant);
            await database.ExecuteAsync(
                $"""
                INSERT INTO profiles (id, user_id, display_name) SELECT gen_random_uuid(), gen_random_uuid(), 'p' FROM generate_series(1, 10) i;
                INSERT INTO assistants (id, name) VALUES (gen_random_uuid(), 'First'), (gen_random_uuid(), 'Second');
                INSERT INTO contacts (id) SELECT gen_random_uuid() FROM generate_series(1, {contacts});
                INSERT INTO conversations (id, contact_id, channel_id, last_message_at, assistant_id)
                  SELECT gen_random_uuid(), id, '{channel}', now(), (SELECT min(id::text)::uuid FROM assistants) FROM contacts;
                INSERT INTO messages (id, conversation_id, channel_id, seq, sender_type, content, occurred_at)
                  SELECT gen_random_uuid(), c.id, '{channel}', s, 'contact', 'm', now() FROM conversations c, generate_series(1, 5) s;
                ANALYZE profiles, assistants, contacts, conversations, messages;
                """,
                tenant
            );
            var seeds = new Sample("the seed's two queries");
            var refresh = new Sample("refresh of both views, concurrently");
            await Sample.AlternateAsync(
                warmUp: 1,
                rounds: 5,
                (refresh, () => RefreshAsync(database, tenant.SchemaName)),
                (seeds, () => database.ExecuteAsync(Seeds, tenant))
            );
            Sample.Print(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Reports of 11 people, {contacts} contacts, {contacts} conversations, {contacts * 5} messages"
                ),
                refresh,
                seeds
            );
        }
    }

    private static async Task RefreshAsync(TestDatabase database, string schema)
    {
        await using var command = database.Sources.Worker.CreateCommand(
            "SELECT shared.refresh_tenant_views($1)"
        );
        command.Parameters.Add(new NpgsqlParameter { Value = schema });
        await command.ExecuteNonQueryAsync();
    }
}
