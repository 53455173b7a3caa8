using System.Globalization;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace FlameAssistant.Data.Seeding;

/// <summary>
/// Copies one tenant's messages in, in one transaction. COPY refuses tables whose wall stands before the owner too, and
/// indexes are made faster at once than row by row: both are put back before anybody can see the rows, or nothing is. What
/// nobody did is in no audit.
/// </summary>
internal sealed class ScaleTenant(TenantRef tenant, Guid channelId, TimeProvider clock)
{
    private const int PerConversation = 20;

    // Conversations, and so contacts, that are written together.
    private const int AtOnce = 5000;

    private static readonly string[] filled =
    [
        "contacts",
        "contact_identities",
        "conversations",
        "messages",
    ];

    private static readonly DemoLine[] lines =
    [
        .. DemoScenes.All.SelectMany(scene => scene.Lines).Where(line => !line.IsNote),
    ];

    private readonly DateTimeOffset now = clock.GetUtcNow();

    /// <returns>How many messages came in.</returns>
    public async Task<long> FillAsync(NpgsqlDataSource owner, long wanted, CancellationToken ct)
    {
        await using var connection = await owner.OpenConnectionAsync(ct);
        await RunAsync(
            connection,
            $"""
            SET ROLE flame_owner; SET search_path = {tenant.SchemaName}, shared, public;
            SET app.current_tenant_id = '{tenant.Id:D}'; SET app.current_actor = 'system:{Guid.Empty:D}'
            """,
            ct
        );
        var present = (long)(await AskAsync(connection, "SELECT count(*) FROM messages", ct))!;
        var missing = wanted - present;
        if (missing <= 0)
        {
            return 0;
        }
        var first = (int)
            (long)(await AskAsync(connection, "SELECT count(*) FROM conversations", ct))!;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var rebuild = await TakeDownAsync(connection, ct);
        await CopyAsync(connection, missing, first, ct);
        foreach (var statement in rebuild)
        {
            await RunAsync(connection, statement, ct);
        }
        await transaction.CommitAsync(ct);
        await RunAsync(connection, $"ANALYZE {string.Join(", ", filled)}", ct);
        return missing;
    }

    /// <returns>What puts everything back as it was.</returns>
    private static async Task<List<string>> TakeDownAsync(
        NpgsqlConnection connection,
        CancellationToken ct
    )
    {
        var rebuild = new List<string> { "SET LOCAL maintenance_work_mem = '256MB'" };
        var take = new List<string>();
        await using (
            var look = new NpgsqlCommand(
                """
                SELECT format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
                  FROM pg_index i WHERE i.indrelid = 'messages'::regclass
                   AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
                UNION ALL
                SELECT format('ALTER TABLE messages DROP CONSTRAINT %I', conname),
                       format('ALTER TABLE messages ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid))
                  FROM pg_constraint WHERE conrelid = 'messages'::regclass AND contype IN ('f', 'u')
                UNION ALL
                SELECT format('ALTER TABLE %s DISABLE TRIGGER %I', tgrelid::regclass, tgname),
                       format('ALTER TABLE %s ENABLE TRIGGER %I', tgrelid::regclass, tgname)
                  FROM pg_trigger WHERE tgrelid = ANY ($1::regclass[]) AND tgfoid = 'shared.audit_trigger_function()'::regprocedure
                """,
                connection
            )
            {
                Parameters = { new() { Value = filled } },
            }
        )
        await using (var reader = await look.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                take.Add(reader.GetString(0));
                rebuild.Add(reader.GetString(1));
            }
        }
        // The wall first while there are no rows; back last.
        foreach (var table in filled)
        {
            take.Add($"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY");
            rebuild.Add($"ALTER TABLE {table} FORCE ROW LEVEL SECURITY");
        }
        foreach (var statement in take)
        {
            await RunAsync(connection, statement, ct);
        }
        return rebuild;
    }

    private async Task CopyAsync(
        NpgsqlConnection connection,
        long missing,
        int first,
        CancellationToken ct
    )
    {
        var talks = (int)((missing + PerConversation - 1) / PerConversation);
        for (var from = 0; from < talks; from += AtOnce)
        {
            var batch = Enumerable
                .Range(from, Math.Min(AtOnce, talks - from))
                .Select(i => new Talk(
                    first + i,
                    // Spread over half a year, the newest last.
                    now - (TimeSpan.FromDays(180) * ((talks - i) / (double)(talks + 1))),
                    (int)Math.Min(PerConversation, missing - ((long)i * PerConversation))
                ))
                .ToList();
            await CopyContactsAsync(connection, batch, ct);
            await CopyIdentitiesAsync(connection, batch, ct);
            await CopyConversationsAsync(connection, batch, ct);
            await CopyMessagesAsync(connection, batch, ct);
        }
    }

    private static async Task CopyContactsAsync(
        NpgsqlConnection connection,
        List<Talk> batch,
        CancellationToken ct
    )
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY contacts (id, name, phone, last_interaction_at, created_at) FROM STDIN (FORMAT binary)",
            ct
        );
        foreach (var talk in batch)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(talk.ContactId, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(talk.Name, NpgsqlDbType.Text, ct);
            await copy.WriteAsync("+" + talk.Phone, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(talk.LastAt, NpgsqlDbType.TimestampTz, ct);
            await copy.WriteAsync(talk.At, NpgsqlDbType.TimestampTz, ct);
        }
        await copy.CompleteAsync(ct);
    }

    private async Task CopyIdentitiesAsync(
        NpgsqlConnection connection,
        List<Talk> batch,
        CancellationToken ct
    )
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY contact_identities (id, contact_id, channel_id, kind, value) FROM STDIN (FORMAT binary)",
            ct
        );
        foreach (var talk in batch)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(Guid.CreateVersion7(talk.At), NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(talk.ContactId, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(channelId, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(IdentityKinds.WaId, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(talk.Phone, NpgsqlDbType.Text, ct);
        }
        await copy.CompleteAsync(ct);
    }

    private async Task CopyConversationsAsync(
        NpgsqlConnection connection,
        List<Talk> batch,
        CancellationToken ct
    )
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            """
            COPY conversations (id, contact_id, channel_id, status, seq, inbound_seq, rev, last_message_at, last_message_preview,
              last_message_direction, waiting_since, created_at) FROM STDIN (FORMAT binary)
            """,
            ct
        );
        foreach (var talk in batch)
        {
            var last = talk.Messages - 1;
            var isIn = last % 2 == 0;
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(talk.Id, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(talk.ContactId, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(channelId, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(
                talk.Index % 5 == 0 ? ConversationStatuses.Open : ConversationStatuses.Resolved,
                NpgsqlDbType.Text,
                ct
            );
            await copy.WriteAsync((long)talk.Messages, NpgsqlDbType.Bigint, ct);
            await copy.WriteAsync((long)((talk.Messages + 1) / 2), NpgsqlDbType.Bigint, ct);
            await copy.WriteAsync((long)talk.Messages, NpgsqlDbType.Bigint, ct);
            await copy.WriteAsync(talk.LastAt, NpgsqlDbType.TimestampTz, ct);
            await copy.WriteAsync(talk.TextOf(last), NpgsqlDbType.Text, ct);
            await copy.WriteAsync(isIn ? "in" : "out", NpgsqlDbType.Text, ct);
            if (isIn && talk.Index % 5 == 0)
            {
                await copy.WriteAsync(talk.LastAt, NpgsqlDbType.TimestampTz, ct);
            }
            else
            {
                await copy.WriteNullAsync(ct);
            }
            await copy.WriteAsync(talk.At, NpgsqlDbType.TimestampTz, ct);
        }
        await copy.CompleteAsync(ct);
    }

    private async Task CopyMessagesAsync(
        NpgsqlConnection connection,
        List<Talk> batch,
        CancellationToken ct
    )
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            """
            COPY messages (id, conversation_id, channel_id, external_message_id, seq, rev, sender_type, sender_id, content,
              is_from_me, status, occurred_at, created_at) FROM STDIN (FORMAT binary)
            """,
            ct
        );
        foreach (var talk in batch)
        {
            for (var i = 0; i < talk.Messages; i++)
            {
                var at = talk.At + (i * Talk.Pause);
                var isOurs = i % 2 == 1;
                var id = Guid.CreateVersion7(at);
                await copy.StartRowAsync(ct);
                await copy.WriteAsync(id, NpgsqlDbType.Uuid, ct);
                await copy.WriteAsync(talk.Id, NpgsqlDbType.Uuid, ct);
                await copy.WriteAsync(channelId, NpgsqlDbType.Uuid, ct);
                await copy.WriteAsync($"wamid.{id:N}", NpgsqlDbType.Text, ct);
                await copy.WriteAsync(i + 1L, NpgsqlDbType.Bigint, ct);
                await copy.WriteAsync(i + 1L, NpgsqlDbType.Bigint, ct);
                await copy.WriteAsync(
                    isOurs ? SenderTypes.User : SenderTypes.Contact,
                    NpgsqlDbType.Text,
                    ct
                );
                if (isOurs)
                {
                    await copy.WriteNullAsync(ct);
                }
                else
                {
                    await copy.WriteAsync(talk.ContactId, NpgsqlDbType.Uuid, ct);
                }
                await copy.WriteAsync(talk.TextOf(i), NpgsqlDbType.Text, ct);
                await copy.WriteAsync(isOurs, NpgsqlDbType.Boolean, ct);
                await copy.WriteAsync(
                    isOurs ? MessageStatuses.Read : MessageStatuses.Received,
                    NpgsqlDbType.Text,
                    ct
                );
                await copy.WriteAsync(at, NpgsqlDbType.TimestampTz, ct);
                await copy.WriteAsync(at, NpgsqlDbType.TimestampTz, ct);
            }
        }
        await copy.CompleteAsync(ct);
    }

    private static async Task RunAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken ct
    )
    {
        // An index over millions of rows takes its time.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<object?> AskAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return await command.ExecuteScalarAsync(ct);
    }

    private sealed record Talk(int Index, DateTimeOffset At, int Messages)
    {
        public static readonly TimeSpan Pause = TimeSpan.FromMinutes(2);

        public Guid Id { get; } = Guid.CreateVersion7(At);

        public Guid ContactId { get; } = Guid.CreateVersion7(At);

        public DateTimeOffset LastAt => At + ((Messages - 1) * Pause);

        public string Name =>
            string.Create(CultureInfo.InvariantCulture, $"{Names[Index % Names.Length]} {Index}");

        public string Phone =>
            string.Create(CultureInfo.InvariantCulture, $"549{Index:0000000000}");

        /// <summary>Common words, and in one of a thousand a word of its own: a search needs both.</summary>
        public string TextOf(int message)
        {
            var at = ((long)Index * PerConversation) + message;
            var text = lines[(int)(at * 7 % lines.Length)].Text;
            return at % 1000 == 0
                ? string.Create(CultureInfo.InvariantCulture, $"{text} ref{at}")
                : text;
        }

        private static readonly string[] Names =
        [
            .. DemoScenes.NamesOf("es"),
            .. DemoScenes.NamesOf("pt"),
            .. DemoScenes.NamesOf("en"),
        ];
    }
}
