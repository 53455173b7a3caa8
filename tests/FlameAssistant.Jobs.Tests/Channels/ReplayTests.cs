using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Testing;

namespace FlameAssistant.Jobs.Tests.Channels;

/// <summary>Every body of a provider, each several times and in any order, gives the same database.</summary>
public sealed class ReplayTests(JobsDatabase database) : IClassFixture<JobsDatabase>
{
    private static readonly JsonSerializerOptions plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private const int Copies = 4;
    private const int Orders = 3;

    /// <summary>All that a provider can change, without ids and times of ours.</summary>
    private const string Snapshot = """
        SELECT jsonb_build_object(
          'messages', (SELECT jsonb_agg(to_jsonb(x) ORDER BY x.external_message_id) FROM (
            SELECT m.external_message_id, m.content, m.message_type, m.is_from_me, m.status, m.sender_type, m.metadata, m.occurred_at,
                   m.sent_at IS NOT NULL AS sent, m.delivered_at IS NOT NULL AS delivered, m.read_at IS NOT NULL AS read, m.edited_at IS NOT NULL AS edited, m.deleted_at IS NOT NULL AS deleted,
                   (SELECT array_agg(a.external_id || ' ' || a.kind || ' ' || a.state || ' ' || coalesce(a.caption, '') ORDER BY a.position)
                      FROM message_attachments a WHERE a.message_id = m.id) AS files,
                   (SELECT array_agg(r.emoji) FROM message_reactions r WHERE r.message_id = m.id) AS reactions
              FROM messages m) x),
          'parked', (SELECT jsonb_agg(p.external_message_id || ' ' || p.dedup_key ORDER BY 1) FROM
            (SELECT external_message_id, dedup_key FROM parked_events ORDER BY 1, 2) p),
          'marks', (SELECT jsonb_agg(k.value || ' ' || k.mark || ' ' || k.marked_at) FROM (SELECT * FROM contact_marks ORDER BY value, mark) k),
          'contacts', (SELECT jsonb_agg(c.name || ' ' || c.interaction_count) FROM (SELECT * FROM contacts ORDER BY name) c),
          'identities', (SELECT jsonb_agg(i.kind || ' ' || i.value) FROM (SELECT * FROM contact_identities ORDER BY kind, value) i),
          'channel', (SELECT jsonb_agg(i.status || ' ' || coalesce(i.status_detail, '')) FROM integrations i),
          'session', (SELECT jsonb_agg(s.state || ' ' || s.told_at || ' ' || coalesce(s.restricted_until::text, '')) FROM channel_sessions s),
          'conversations', (SELECT jsonb_agg(to_jsonb(v)) FROM (
            SELECT seq, inbound_seq, status, last_message_at, window_expires_at FROM conversations ORDER BY number) v)
        )::text
        """;

    [Theory]
    [InlineData(ChannelTypes.Messenger, "in_")]
    [InlineData(ChannelTypes.Instagram, "in_")]
    [InlineData(ChannelTypes.Telegram, "update_")]
    [InlineData(ChannelTypes.WhatsAppWeb, "event_", "waha")]
    [InlineData(ChannelTypes.WhatsAppWeb, "event_", "evolution")]
    public async Task Bodies_should_give_the_same_database_in_any_order(
        string type,
        string prefix,
        string? folder = null
    )
    {
        await using var worker = await database.StartAsync<InboundWorker>();
        string? expected = null;
        for (var order = 0; order < Orders; order++)
        {
            var tenant = await database.NewTenantAsync();
            var account = database.Next("90000");
            var channel = await database.NewChannelAsync(tenant, accountId: account, type: type);
            var dice = new Random(order);
            var bodies = Fixtures
                .Names(folder ?? type, prefix)
                .SelectMany((name, i) => Enumerable.Repeat((Name: name, Number: i), Copies))
                .OrderBy(b => order == 0 ? b.Number : dice.Next())
                .Select(b =>
                    folder is null
                        ? Body(type, b.Name, b.Number, account)
                        : GatewayBodies.Of(folder, b.Name, b.Number, account)
                );

            await TakeAsync(type, channel, [.. bodies]);

            (
                await database.AskAsync<long>(
                    $"SELECT count(*) FROM shared.inbound_quarantine WHERE tenant_id = '{tenant.Id}'"
                )
            ).ShouldBe(0);
            var found = await database.AskAsync<string>(Snapshot, tenant);
            expected ??= found;
            found.ShouldBe(expected, $"order {order}");
        }
        expected.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(ChannelTypes.Messenger, "in_text", "m_text1", "Olá, tem estoque?")]
    [InlineData(ChannelTypes.Instagram, "in_text", "aWdf_text", "Oi pelo insta")]
    [InlineData(ChannelTypes.Telegram, "update_text", "1111111:1365", "Olá! 😀")]
    public async Task Hostile_text_should_stay_text(
        string type,
        string name,
        string id,
        string original
    )
    {
        await using var worker = await database.StartAsync<InboundWorker>();
        var tenant = await database.NewTenantAsync();
        var account = database.Next("90000");
        var channel = await database.NewChannelAsync(tenant, accountId: account, type: type);
        string[] hostile =
        [
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "javascript:alert(1)",
            "'; DROP TABLE messages; --",
            "{{constructor.constructor('alert(1)')()}}",
            "\u202E\u0000<svg/onload=alert(1)>",
            "[x](javascript:alert(1))",
        ];
        var bodies = hostile.Select(
            (text, i) =>
            {
                var body = Encoding
                    .UTF8.GetString(Body(type, name, 0, account))
                    .Replace(
                        JsonSerializer.Serialize(original, plain),
                        JsonSerializer.Serialize(text),
                        StringComparison.Ordinal
                    )
                    .Replace(
                        JsonSerializer.Serialize(id),
                        JsonSerializer.Serialize($"{id}{i}"),
                        StringComparison.Ordinal
                    )
                    .Replace(
                        "\"message_id\":1365",
                        $"\"message_id\":{9000 + i}",
                        StringComparison.Ordinal
                    );
                return Encoding.UTF8.GetBytes(body);
            }
        );

        await TakeAsync(type, channel, [.. bodies]);

        (
            await database.AskAsync<string[]>("SELECT array_agg(content) FROM messages", tenant)
        )!.ShouldBe(hostile.Select(t => t.Replace('\0', '\uFFFD')), ignoreOrder: true);
    }

    /// <summary>
    /// With the channel's own account, small enough to be searched, and each in a second of its own: of two that happened at
    /// one moment the provider does not say which was first.
    /// </summary>
    private static byte[] Body(string type, string name, int number, string account)
    {
        var body = Fixtures.Json($"{type}/{name}.json");
        foreach (var entry in body["entry"] as JsonArray ?? [])
        {
            entry!["id"] = account;
            foreach (var item in entry["messaging"] as JsonArray ?? [])
            {
                item!["timestamp"] = 1_700_000_000_000 + (number * 1000);
                foreach (var watermark in new[] { "delivery", "read" })
                {
                    if (item[watermark]?["watermark"] is not null)
                    {
                        item[watermark]!["watermark"] = 1_700_000_900_000 + (number * 1000);
                    }
                }
            }
        }
        foreach (var kind in new[] { "message", "edited_message", "my_chat_member" })
        {
            if (type == ChannelTypes.Telegram && body[kind] is JsonObject update)
            {
                update["date"] = 1_700_000_000 + number;
                if (update["edit_date"] is not null)
                {
                    update["edit_date"] = 1_700_000_500 + number;
                }
                if (kind == "message" && update["media_group_id"] is null)
                {
                    // The files were written with one number for all.
                    update["message_id"] = name == "update_text" ? 1365 : 2000 + number;
                }
            }
        }
        return JsonSerializer.SerializeToUtf8Bytes(body, plain);
    }

    private async Task TakeAsync(string type, Guid channel, IReadOnlyList<byte[]> bodies)
    {
        var journal = database.Get<InboundJournal>();
        var stored = await Task.WhenAll(
            bodies.Select(body => journal.StoreAsync(type, channel, body, default))
        );
        await Eventually.IsTrueAsync(async () =>
            await database.AskAsync<long>(
                "SELECT count(*) FROM shared.inbound_events WHERE state <> 'done'"
            ) == 0
        );
        stored.Length.ShouldBe(bodies.Count);
    }
}
