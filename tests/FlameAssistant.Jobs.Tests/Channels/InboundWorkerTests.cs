using System.Text;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Jobs.Tests.Channels;

public sealed class InboundWorkerTests(JobsDatabase database)
    : IClassFixture<JobsDatabase>,
        IAsyncLifetime
{
    private TenantRef tenant = null!;
    private string account = "";
    private Guid channel;
    private RunningWorker worker = null!;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.NewTenantAsync();
        account = database.Next("2003004005");
        channel = await database.NewChannelAsync(tenant, accountId: account);
        worker = await database.StartAsync<InboundWorker>();
    }

    public ValueTask DisposeAsync() => worker.DisposeAsync();

    // ---------------------------------------------------------------- routing

    [Fact]
    public async Task Worker_should_take_what_comes_by_a_channels_own_address()
    {
        await TakeAsync(channel, Fixtures.WhatsAppText(account, "wamid.own", text: "Hello"));

        (await TextsAsync(tenant)).ShouldBe(["Hello"]);
    }

    [Fact]
    public async Task Worker_should_take_what_comes_by_the_shared_address_for_channels_without_secret()
    {
        var shared = database.Next("3003004005");
        await database.NewChannelAsync(tenant, accountId: shared, appSecret: null);

        await TakeAsync(null, Fixtures.WhatsAppText(shared, "wamid.shared", text: "Shared"));

        (await TextsAsync(tenant)).ShouldBe(["Shared"]);
    }

    [Fact]
    public async Task Worker_should_not_take_by_the_shared_address_for_channels_with_their_own()
    {
        var kept = await TakeAsync(null, Fixtures.WhatsAppText(account, "wamid.1"));

        (await TextsAsync(tenant)).ShouldBeEmpty();
        var (reason, owner, _) = (await QuarantineAsync(kept)).ShouldHaveSingleItem();
        reason.ShouldContain("address of its own");
        owner.ShouldBeNull();
    }

    [Fact]
    public async Task Worker_should_quarantine_a_foreign_account_under_the_callers_tenant()
    {
        var victim = await database.NewTenantAsync();
        var theirs = database.Next("4003004005");
        await database.NewChannelAsync(victim, accountId: theirs);
        var body = Fixtures.WhatsAppText(theirs, "wamid.forged", text: "Forged");

        var kept = await TakeAsync(channel, body);

        (await TextsAsync(victim)).ShouldBeEmpty();
        (await TextsAsync(tenant)).ShouldBeEmpty();
        var (reason, owner, stored) = (await QuarantineAsync(kept)).ShouldHaveSingleItem();
        reason.ShouldContain(theirs);
        owner.ShouldBe(tenant.Id);
        stored.ShouldBe(body);
    }

    [Fact]
    public async Task Worker_should_not_let_a_foreign_status_change_anything()
    {
        var victim = await database.NewTenantAsync();
        var theirs = database.Next("4003004005");
        await database.NewChannelAsync(victim, accountId: theirs);

        var kept = await TakeAsync(channel, Fixtures.WhatsAppStatus(theirs, "wamid.OUT1", "read"));

        (await QuarantineAsync(kept)).ShouldHaveSingleItem().Tenant.ShouldBe(tenant.Id);
        (await database.AskAsync<long>("SELECT count(*) FROM parked_events", victim)).ShouldBe(0);
    }

    [Fact]
    public async Task Worker_should_quarantine_an_unknown_number()
    {
        var kept = await TakeAsync(null, Fixtures.WhatsAppText("777", "wamid.nobody"));

        var (reason, owner, _) = (await QuarantineAsync(kept)).ShouldHaveSingleItem();
        reason.ShouldContain("777");
        owner.ShouldBeNull();
    }

    [Theory]
    [InlineData(ChannelRoute.Pending)]
    [InlineData(ChannelRoute.Paused)]
    public async Task Worker_should_quarantine_for_a_channel_that_is_not_active(string state)
    {
        await database.ExecuteAsync(
            $"UPDATE shared.channel_routes SET state = '{state}' WHERE channel_id = '{channel}'"
        );

        var kept = await TakeAsync(channel, Fixtures.WhatsAppText(account, "wamid.1"));

        (await TextsAsync(tenant)).ShouldBeEmpty();
        (await QuarantineAsync(kept)).ShouldHaveSingleItem().Tenant.ShouldBe(tenant.Id);
    }

    [Fact]
    public async Task Worker_should_take_a_batch_of_two_tenants_whole()
    {
        var other = await database.NewTenantAsync();
        await database.NewChannelAsync(tenant, accountId: Fixtures.PhoneNumberId, appSecret: null);
        await database.NewChannelAsync(
            other,
            accountId: Fixtures.OtherPhoneNumberId,
            appSecret: null
        );

        await TakeAsync(null, Fixtures.Bytes("whatsapp-cloud/batch_multi_entry_multi_tenant.json"));

        (await TextsAsync(tenant)).ShouldBe(["dois", "um"]);
        (await TextsAsync(other)).ShouldBe(["outro tenant"]);
        (await database.AskAsync<long>("SELECT count(*) FROM parked_events", tenant)).ShouldBe(1);
    }

    [Fact]
    public async Task Worker_should_keep_for_a_suspended_tenant()
    {
        await database.ExecuteAsync(
            $"UPDATE shared.tenants SET status = 'suspended' WHERE id = '{tenant.Id}'"
        );
        database.Catalog.Forget();

        await TakeAsync(channel, Fixtures.WhatsAppText(account, "wamid.1", text: "Kept"));

        (await TextsAsync(tenant)).ShouldBe(["Kept"]);
    }

    // ---------------------------------------------------------------- what is not understood

    [Fact]
    public async Task Worker_should_keep_a_message_of_an_unknown_type_as_a_message()
    {
        await TakeAsync(channel, OfAccount("in_unknown_future_type"));

        (
            await database.AskAsync<string>(
                "SELECT message_type || ' ' || (metadata->>'type') FROM messages",
                tenant
            )
        ).ShouldBe("unknown hologram");
    }

    [Fact]
    public async Task Worker_should_quarantine_what_it_does_not_handle_in_a_body_that_parses_again()
    {
        var kept = await TakeAsync(
            channel,
            Fixtures.WhatsAppBody(account, "calls", new JsonObject { ["id"] = "wacid.1" })
        );

        var (_, owner, body) = (await QuarantineAsync(kept)).ShouldHaveSingleItem();
        owner.ShouldBe(tenant.Id);
        database
            .Get<ChannelCatalog>()
            .Find(ChannelTypes.WhatsApp)!
            .Parse(body)
            .ShouldHaveSingleItem()
            .AccountId.ShouldBe(account);
    }

    [Theory]
    [InlineData("{\"entry\": [")]
    [InlineData("")]
    [InlineData("\u0000\u0000")]
    public async Task Worker_should_quarantine_malformed_json(string text)
    {
        var body = Encoding.UTF8.GetBytes(text);

        var kept = await TakeAsync(channel, body);

        var (reason, owner, stored) = (await QuarantineAsync(kept)).ShouldHaveSingleItem();
        reason.ShouldContain("JSON");
        owner.ShouldBe(tenant.Id);
        stored.ShouldBe(body);
    }

    [Fact]
    public async Task Worker_should_store_a_text_that_PostgreSQL_cannot()
    {
        var body = Encoding
            .UTF8.GetString(Fixtures.WhatsAppText(account, "wamid.1", text: "HERE"))
            .Replace("HERE", @"a\u0000b\ud800c", StringComparison.Ordinal);

        await TakeAsync(channel, Encoding.UTF8.GetBytes(body));

        (await TextsAsync(tenant)).ShouldBe(["a\uFFFDb\uFFFDc"]);
    }

    [Fact]
    public async Task Worker_should_quarantine_a_reason_that_PostgreSQL_cannot_store()
    {
        var kept = await TakeAsync(
            channel,
            Encoding.UTF8.GetBytes(
                Encoding
                    .UTF8.GetString(OfAccount("in_reaction"))
                    .Replace("wamid.", @"\u0000.", StringComparison.Ordinal)
                    .Replace("\"reaction\",", "\"\\u0000\\uD83D\",", StringComparison.Ordinal)
            )
        );

        (await QuarantineAsync(kept)).ShouldHaveSingleItem().Tenant.ShouldBe(tenant.Id);
    }

    [Fact]
    public async Task Worker_should_give_up_a_poisonous_event_visibly_and_not_its_neighbours()
    {
        var before = await database
            .Get<InboundJournal>()
            .StoreAsync(
                ChannelTypes.WhatsApp,
                channel,
                Fixtures.WhatsAppText(account, "wamid.before", text: "Before"),
                default
            );
        var poison = JsonNode.Parse(Fixtures.WhatsAppText(account, "wamid.poison"))!;
        poison["entry"]![0]!["changes"]![0]!["value"]!["messages"]![0]!["n"] = "NUMBER";
        // No jsonb holds this number.
        var body = Encoding.UTF8.GetBytes(
            poison.ToJsonString().Replace("\"NUMBER\"", "1e400000", StringComparison.Ordinal)
        );
        var journal = database.Get<InboundJournal>();
        var poisonous = await journal.StoreAsync(ChannelTypes.WhatsApp, channel, body, default);
        var after = await journal.StoreAsync(
            ChannelTypes.WhatsApp,
            channel,
            Fixtures.WhatsAppText(account, "wamid.after", text: "After"),
            default
        );

        await Eventually.IsTrueAsync(
            async () =>
            {
                database.Clock.Advance(TimeSpan.FromMinutes(5));
                return await IsDoneAsync(before)
                    && await IsDoneAsync(poisonous)
                    && await IsDoneAsync(after);
            },
            TimeSpan.FromSeconds(30)
        );

        (await TextsAsync(tenant)).ShouldBe(["After", "Before"]);
        var (reason, owner, stored) = (await QuarantineAsync(poisonous)).ShouldHaveSingleItem();
        reason.ShouldContain("Failed 10 times");
        owner.ShouldBe(tenant.Id);
        stored.ShouldBe(body);
        (await QuarantineAsync(after)).ShouldBeEmpty();
    }

    // ---------------------------------------------------------------- several at once

    [Fact]
    public async Task Worker_should_keep_the_order_of_one_customer()
    {
        var journal = database.Get<InboundJournal>();
        var events = new List<Guid>();
        for (var i = 0; i < 50; i++)
        {
            var body = Fixtures.WhatsAppText(account, $"wamid.{i}", text: $"{i:00}");
            database.Clock.Advance(TimeSpan.FromMilliseconds(1));
            events.Add(await journal.StoreAsync(ChannelTypes.WhatsApp, channel, body, default));
        }
        await DoneAsync([.. events]);

        (await TextsAsync(tenant, "seq")).ShouldBe(Enumerable.Range(0, 50).Select(i => $"{i:00}"));
    }

    [Fact]
    public async Task Claims_should_give_an_event_to_one_worker_only()
    {
        await worker.DisposeAsync();
        await using var node = database.NewServices();
        var journals = new[]
        {
            database.Get<InboundJournal>(),
            node.GetRequiredService<InboundJournal>(),
        };
        var stored = new List<Guid>();
        for (var i = 0; i < 60; i++)
        {
            stored.Add(
                await journals[0]
                    .StoreAsync(
                        ChannelTypes.WhatsApp,
                        channel,
                        Fixtures.WhatsAppText(account, $"wamid.{i}"),
                        default
                    )
            );
        }

        var claimed = await Task.WhenAll(
            Enumerable.Range(0, 30).Select(i => journals[i % 2].ClaimAsync(7, default))
        );

        claimed.SelectMany(events => events).Select(e => e.Id).Order().ShouldBe(stored.Order());
    }

    [Fact]
    public async Task Workers_of_two_nodes_should_store_each_message_once()
    {
        await using var node = database.NewServices();
        await using var second = await database.StartAsync<InboundWorker>(node);
        var journal = database.Get<InboundJournal>();
        var other = node.GetRequiredService<InboundJournal>();

        var events = await Task.WhenAll(
            Enumerable
                .Range(0, 100)
                .Select(i =>
                    (i % 2 == 0 ? journal : other).StoreAsync(
                        ChannelTypes.WhatsApp,
                        channel,
                        Fixtures.WhatsAppText(account, $"wamid.{i / 10}", text: $"{i / 10}"),
                        default
                    )
                )
        );
        await DoneAsync(events);

        (await TextsAsync(tenant)).ShouldBe(Enumerable.Range(0, 10).Select(i => $"{i}"));
    }

    // ---------------------------------------------------------------- helpers

    private async Task<Guid> TakeAsync(Guid? channelId, byte[] body)
    {
        var id = await database
            .Get<InboundJournal>()
            .StoreAsync(ChannelTypes.WhatsApp, channelId, body, default);
        await DoneAsync(id);
        return id;
    }

    private Task DoneAsync(params Guid[] events) =>
        Eventually.IsTrueAsync(async () =>
        {
            foreach (var id in events)
            {
                if (!await IsDoneAsync(id))
                {
                    return false;
                }
            }
            return true;
        });

    private Task<bool> IsDoneAsync(Guid id) =>
        database.AskAsync<bool>(
            $"SELECT state = 'done' FROM shared.inbound_events WHERE id = '{id}'"
        );

    private byte[] OfAccount(string fixture) =>
        Encoding.UTF8.GetBytes(
            Fixtures
                .Text($"whatsapp-cloud/{fixture}.json")
                .Replace(Fixtures.PhoneNumberId, account, StringComparison.Ordinal)
        );

    private async Task<string[]> TextsAsync(TenantRef of, string order = "content") =>
        await database.AskAsync<string[]>(
            $"SELECT coalesce(array_agg(content ORDER BY {order}), array[]::text[]) FROM messages",
            of
        ) ?? [];

    private async Task<List<(string Reason, Guid? Tenant, byte[] Body)>> QuarantineAsync(Guid id)
    {
        await using var connection = await database.OpenOwnerAsync();
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT reason, tenant_id, body FROM shared.inbound_quarantine WHERE event_id = '{id}'";
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(string, Guid?, byte[])>();
        while (await reader.ReadAsync())
        {
            rows.Add(
                (
                    reader.GetString(0),
                    reader.IsDBNull(1) ? null : reader.GetGuid(1),
                    reader.GetFieldValue<byte[]>(2)
                )
            );
        }
        return rows;
    }
}
