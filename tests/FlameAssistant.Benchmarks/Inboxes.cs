using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Benchmarks;

/// <summary>An inbox with 10,000 conversations, 20,000 messages, and one long thread.</summary>
internal static class Inboxes
{
    public static async Task<Guid> FillAsync(TestDatabase database, TenantRef tenant, Guid me)
    {
        var channel = await database.NewChannelAsync(tenant);
        await database.ExecuteAsync(
            $"""
            INSERT INTO contacts (id, name, phone) SELECT gen_random_uuid(), 'Persona ' || i, '+5511' || lpad(i::text, 6, '0') FROM generate_series(1, 10000) i;
            INSERT INTO conversations (id, contact_id, channel_id, last_message_at, status, assigned_to)
              SELECT gen_random_uuid(), id, '{channel}', now() - n * interval '1 minute', CASE WHEN n % 3 = 0 THEN 'resolved' ELSE 'open' END,
                     CASE WHEN n % 5 = 0 THEN '{me}'::uuid WHEN n % 2 = 0 THEN gen_random_uuid() END
                FROM (SELECT id, row_number() OVER (ORDER BY phone) AS n FROM contacts) c;
            INSERT INTO messages (id, conversation_id, channel_id, seq, sender_type, content, occurred_at, created_at)
              SELECT gen_random_uuid(), c.id, '{channel}', s, 'contact', 'hola ' || number, last_message_at, last_message_at
                FROM conversations c, generate_series(1, 2) s;
            INSERT INTO messages (id, conversation_id, channel_id, seq, sender_type, content, occurred_at)
              SELECT gen_random_uuid(), (SELECT id FROM conversations ORDER BY number LIMIT 1), '{channel}', s, 'user', 'long thread', now() - s * interval '1 second'
                FROM generate_series(3, 1500) s;
            INSERT INTO conversation_members (conversation_id, user_id, read_inbound_seq) SELECT id, '{me}', 0 FROM conversations;
            ANALYZE contacts, conversations, messages, conversation_members, integrations;
            """,
            tenant
        );
        return await database.AskAsync<Guid>(
            "SELECT id FROM conversations ORDER BY number LIMIT 1",
            tenant
        );
    }
}
