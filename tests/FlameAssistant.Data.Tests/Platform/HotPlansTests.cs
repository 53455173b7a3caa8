using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Notifications;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tests.Platform;

/// <summary>
/// What an agent and a worker do all day, as the app's login, in a tenant with enough rows that reading a whole table is a
/// mistake: PostgreSQL itself counts the sequential scans of the unit.
/// </summary>
public sealed class HotPlansTests(HotPlansTests.Filled database)
    : IClassFixture<HotPlansTests.Filled>
{
    public static TheoryData<string> Queries => [.. queries.Keys];

    private static readonly Dictionary<string, Func<TenantUnit, Filled, Task>> queries = new(
        StringComparer.Ordinal
    )
    {
        ["the first page of the inbox"] = (unit, _) =>
            ListAsync(unit, new ConversationFilter(), after: null),
        ["the next page of the inbox"] = (unit, f) =>
            ListAsync(unit, new ConversationFilter(), new ConversationCursor(f.Middle, Guid.Empty)),
        ["mine"] = (unit, _) =>
            ListAsync(
                unit,
                new ConversationFilter { View = ConversationViewNames.Mine },
                after: null
            ),
        ["unassigned"] = (unit, _) =>
            ListAsync(
                unit,
                new ConversationFilter { View = ConversationViewNames.Unassigned },
                after: null
            ),
        ["mentions"] = (unit, _) =>
            ListAsync(
                unit,
                new ConversationFilter { View = ConversationViewNames.Mentions },
                after: null
            ),
        ["the page above a row"] = (unit, f) =>
            unit.ListNewerConversationsAsync(
                new ConversationFilter(),
                new ConversationCursor(f.Middle, Guid.Empty),
                default
            ),
        ["a thread around a message"] = (unit, f) =>
            unit.ReadThreadAroundAsync(f.Conversation, f.Message, default),
        ["the search with its snippets"] = (unit, _) =>
            unit.SearchMessagesAsync("devolucion", after: null, default),
        ["the search of contacts with their conversations"] = (unit, _) =>
            unit.SearchContactsAsync("persona 42", default),
        ["the bell"] = (unit, _) => unit.ListNotificationsAsync(after: null, default),
        ["the number on the bell"] = (unit, _) => unit.CountUnreadNotificationsAsync(default),
        ["the counters of the views"] = (unit, _) => unit.CountConversationsAsync(default),
        ["one conversation with its contact"] = (unit, _) =>
            unit.FindConversationAsync(77, default),
        ["a page of a thread"] = (unit, f) =>
            unit.ReadThreadAsync(f.Conversation, beforeSeq: null, default),
        ["an earlier page of a thread"] = (unit, f) =>
            unit.ReadThreadAsync(f.Conversation, beforeSeq: 900, default),
        ["a message by the provider's id"] = (unit, f) =>
            unit.Db.Messages.SingleOrDefaultAsync(m =>
                m.ChannelId == f.Channel && m.ExternalMessageId == "wamid-4000"
            ),
        ["a contact by an identity"] = (unit, f) =>
            unit
                .Db.ContactIdentities.Where(i =>
                    i.ChannelId == f.Channel && i.Kind == "wa_id" && i.Value == "5511000042"
                )
                .ToListAsync(),
        ["the search of messages"] = (unit, _) =>
            SqlAsync(unit, "SELECT count(*) FROM search_messages('devolucion')"),
        ["the search of contacts"] = (unit, _) =>
            SqlAsync(unit, "SELECT count(*) FROM search_contacts('persona 42')"),
        ["the first page of contacts"] = (unit, _) =>
            unit.ListContactsAsync(new ContactFilter(), after: null, default),
        ["the next page of contacts"] = (unit, f) =>
            unit.ListContactsAsync(
                new ContactFilter(),
                new ContactCursor(null, f.Middle, Guid.Empty),
                default
            ),
        ["contacts by name"] = (unit, _) =>
            unit.ListContactsAsync(
                new ContactFilter { Sort = ContactSorts.Name },
                new ContactCursor("persona 5", null, Guid.Empty),
                default
            ),
        ["the newest contacts"] = (unit, _) =>
            unit.ListContactsAsync(
                new ContactFilter { Sort = ContactSorts.Created },
                after: null,
                default
            ),
        ["contacts that are searched for"] = (unit, _) =>
            unit.ListContactsAsync(
                new ContactFilter { Search = "persona 42" },
                after: null,
                default
            ),
        ["blocked contacts"] = (unit, _) =>
            unit.ListContactsAsync(new ContactFilter { Blocked = true }, after: null, default),
        ["one contact with everything"] = (unit, f) => unit.FindContactAsync(f.Contact, default),
        ["unread notifications"] = (unit, f) =>
            SqlAsync(
                unit,
                $"SELECT count(*) FROM (SELECT FROM notifications WHERE user_id = '{f.Me}' AND NOT is_read ORDER BY created_at DESC, id DESC LIMIT 20) n"
            ),
        ["scheduled messages that are due"] = (unit, _) =>
            SqlAsync(
                unit,
                "SELECT count(*) FROM (SELECT FROM scheduled_messages WHERE status = 'pending' AND scheduled_at <= now() ORDER BY scheduled_at, id LIMIT 50) s"
            ),
        ["the trail of one conversation"] = (unit, f) =>
            SqlAsync(
                unit,
                $"SELECT count(*) FROM (SELECT FROM activity_log WHERE resource_type = 'conversations' AND resource_id = '{f.Conversation}' ORDER BY created_at DESC LIMIT 20) a"
            ),
    };

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Plans_should_read_no_large_table_whole(string query)
    {
        (
            await database.ReadAsync(
                database.Tenant,
                async unit =>
                {
                    await queries[query](unit, database);
                    return await unit
                        .Db.Database.SqlQuery<string>(
                            $"""
                            SELECT s.relname::text AS "Value" FROM pg_stat_xact_user_tables s
                              JOIN pg_class c ON c.oid = s.relid WHERE s.schemaname = {database.Tenant.SchemaName} AND s.seq_scan > 0 AND c.reltuples > 1000
                            """
                        )
                        .ToListAsync();
                },
                Actor.Member(database.Me, MemberRoles.Manager, isOwner: false)
            )
        ).ShouldBeEmpty();
    }

    private static Task ListAsync(
        TenantUnit unit,
        ConversationFilter filter,
        ConversationCursor? after
    ) => unit.ListConversationsAsync(filter, after, default);

    private static Task SqlAsync(TenantUnit unit, string sql) =>
        unit.Db.Database.ExecuteSqlRawAsync(sql);

    public sealed class Filled : TestDatabase, IAsyncLifetime
    {
        public TenantRef Tenant { get; private set; } = null!;
        public Guid Me { get; } = Guid.CreateVersion7();
        public Guid Channel { get; private set; }
        public Guid Conversation { get; private set; }
        public Guid Message { get; private set; }
        public Guid Contact { get; private set; }
        public DateTimeOffset Middle { get; } = DateTimeOffset.UtcNow.AddMinutes(-5000);

        async ValueTask IAsyncLifetime.InitializeAsync()
        {
            await InitializeAsync();
            Tenant = await NewTenantAsync();
            Channel = await NewChannelAsync(Tenant);
            await ExecuteAsync(
                $"""
                INSERT INTO contacts (id, name, phone, is_blocked, last_interaction_at)
                  SELECT gen_random_uuid(), 'Persona ' || i, '+5511' || lpad(i::text, 6, '0'), i % 1000 = 0, CASE WHEN i % 10 > 0 THEN now() - i * interval '1 minute' END
                    FROM generate_series(1, 10000) i;
                INSERT INTO comments (id, resource_type, resource_id, content, author_id)
                  SELECT gen_random_uuid(), 'contact', id, 'x', '{Me}' FROM contacts;
                INSERT INTO contact_identities (id, contact_id, channel_id, kind, value)
                  SELECT gen_random_uuid(), id, '{Channel}', 'wa_id', substr(phone, 2) FROM contacts;
                INSERT INTO conversations (id, contact_id, channel_id, last_message_at, status, assigned_to)
                  SELECT gen_random_uuid(), id, '{Channel}', now() - n * interval '1 minute', CASE WHEN n % 3 = 0 THEN 'resolved' ELSE 'open' END,
                         CASE WHEN n % 5 = 0 THEN '{Me}'::uuid WHEN n % 2 = 0 THEN gen_random_uuid() END
                    FROM (SELECT id, row_number() OVER () AS n FROM contacts) c;
                INSERT INTO messages (id, conversation_id, channel_id, external_message_id, seq, sender_type, content, occurred_at, created_at)
                  SELECT gen_random_uuid(), c.id, '{Channel}', 'wamid-' || s * 10000 + n, s, 'contact', CASE WHEN n % 500 = 0 THEN 'quiero una devolución' ELSE 'hola ' || n END,
                         now() - n * interval '1 minute', now() - n * interval '1 minute'
                    FROM (SELECT id, row_number() OVER (ORDER BY number) AS n FROM conversations) c, generate_series(1, 2) s;
                INSERT INTO messages (id, conversation_id, channel_id, seq, sender_type, content, occurred_at)
                  SELECT gen_random_uuid(), (SELECT id FROM conversations ORDER BY number LIMIT 1), '{Channel}', s, 'user', 'long thread', now() - s * interval '1 second'
                    FROM generate_series(3, 1500) s;
                INSERT INTO conversation_members (conversation_id, user_id, read_inbound_seq) SELECT id, '{Me}', 0 FROM conversations;
                INSERT INTO notifications (id, user_id, type, title, is_read)
                  SELECT gen_random_uuid(), CASE WHEN i % 10 = 0 THEN '{Me}'::uuid ELSE gen_random_uuid() END, 'x', 'x', i % 3 > 0 FROM generate_series(1, 5000) i;
                INSERT INTO scheduled_messages (id, conversation_id, content, scheduled_at, status, created_by)
                  SELECT gen_random_uuid(), id, 'x', now() + (n - 100) * interval '1 minute', CASE WHEN n % 4 = 0 THEN 'pending' ELSE 'sent' END, '{Me}'
                    FROM (SELECT id, row_number() OVER () AS n FROM conversations) c;
                INSERT INTO message_mentions (message_id, user_id, conversation_id)
                  SELECT id, CASE WHEN seq = 2 AND random() < 0.01 THEN '{Me}'::uuid ELSE gen_random_uuid() END, conversation_id FROM messages WHERE seq = 2;
                INSERT INTO conversation_events (id, conversation_id, kind, actor_kind, occurred_at)
                  SELECT gen_random_uuid(), id, 'assigned', 'system', last_message_at FROM conversations;
                ANALYZE comments, message_mentions, conversation_events, contacts, contact_identities, conversations, messages, conversation_members, notifications, scheduled_messages, activity_log;
                """,
                Tenant
            );
            Conversation = await AskAsync<Guid>(
                "SELECT id FROM conversations ORDER BY number LIMIT 1",
                Tenant
            );
            Contact = await AskAsync<Guid>(
                "SELECT contact_id FROM conversations ORDER BY number LIMIT 1",
                Tenant
            );
            Message = await AskAsync<Guid>(
                $"SELECT id FROM messages WHERE conversation_id = '{Conversation}' AND seq = 700",
                Tenant
            );
        }
    }
}
