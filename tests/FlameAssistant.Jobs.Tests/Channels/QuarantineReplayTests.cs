using System.Text;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Outbox;
using FlameAssistant.Testing;

namespace FlameAssistant.Jobs.Tests.Channels;

public sealed class QuarantineReplayTests(JobsDatabase database)
    : IClassFixture<JobsDatabase>,
        IAsyncLifetime
{
    private TenantRef tenant = null!;
    private Actor admin = null!;
    private Guid channel;

    public async ValueTask InitializeAsync()
    {
        await database.ExecuteAsync(
            "DELETE FROM shared.inbound_quarantine; DELETE FROM shared.inbound_events"
        );
        tenant = await database.EmptyTenantAsync();
        admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        channel = await database.NewChannelAsync(tenant, "Shop", Fixtures.PhoneNumberId);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_came_during_a_pause_should_be_one_message_however_often_it_is_replayed()
    {
        await database.DoAsync(tenant, admin, new PauseChannel(channel));
        await using var worker = await database.StartAsync<InboundWorker>();
        await database
            .Get<InboundJournal>()
            .StoreAsync(
                ChannelTypes.WhatsApp,
                channel,
                Fixtures.Bytes("whatsapp-cloud/in_text.json"),
                default
            );
        await Eventually.IsTrueAsync(async () => (await RowsAsync("open")).Count == 1);
        var row = (await RowsAsync("open"))[0];
        row.Reason.ShouldContain("not active");

        await database.DoAsync(tenant, admin, new ResumeChannel(channel));
        var replays = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ReplayAsync([row.Id])));

        replays.Where(r => r.IsOk).Sum(r => r.Value).ShouldBe(1);
        await Eventually.IsTrueAsync(async () => await MessagesAsync() == 1);
        (await RowsAsync("replayed")).ShouldHaveSingleItem();
        (await ReplayAsync([row.Id])).Error.ShouldBe(QuarantineErrors.Gone);

        // The provider's own late copy is the same message.
        await database
            .Get<InboundJournal>()
            .StoreAsync(
                ChannelTypes.WhatsApp,
                channel,
                Fixtures.Bytes("whatsapp-cloud/in_text.json"),
                default
            );
        await Eventually.IsTrueAsync(async () =>
            await database.AskAsync<long>(
                "SELECT count(*) FROM shared.inbound_events WHERE state = 'done'"
            ) == 3
        );
        (await MessagesAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task What_came_during_a_pause_should_be_taken_in_when_the_channel_works_again()
    {
        var other = await database.NewChannelAsync(tenant, "Other", "109876543210");
        await database.DoAsync(tenant, admin, new PauseChannel(channel));
        await database.DoAsync(tenant, admin, new PauseChannel(other));
        await using var worker = await database.StartAsync<InboundWorker>();
        var journal = database.Get<InboundJournal>();
        var body = Fixtures.Bytes("whatsapp-cloud/in_text.json");
        await journal.StoreAsync(ChannelTypes.WhatsApp, channel, body, default);
        await journal.StoreAsync(ChannelTypes.WhatsApp, other, body, default);
        await Eventually.IsTrueAsync(async () => (await RowsAsync("open")).Count == 2);
        await NewAsync("not json at all");

        await database.DoAsync(tenant, admin, new ResumeChannel(channel));
        await using var outbox = await database.StartAsync<OutboxWorker>();

        await Eventually.IsTrueAsync(async () => await MessagesAsync() == 1);
        await Eventually.IsTrueAsync(async () =>
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.outbox WHERE kind = '{OutboxKinds.TakeInPaused}'"
            ) == 0
        );
        // Another channel's, and what is broken, stay where they are.
        (await RowsAsync("replayed"))
            .ShouldHaveSingleItem()
            .ChannelId.ShouldBe(channel);
        (await RowsAsync("open")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_fails_again_should_come_back_with_its_reason()
    {
        await using var worker = await database.StartAsync<InboundWorker>();
        var id = await NewAsync("not json at all");
        (await ReplayAsync(null)).Value.ShouldBe(1);
        await Eventually.IsTrueAsync(async () => (await RowsAsync("open")).Count == 1);
        (await RowsAsync("replayed")).ShouldHaveSingleItem().Id.ShouldBe(id);
        (await RowsAsync("open"))[0].Id.ShouldNotBe(id);
    }

    [Fact]
    public async Task Replay_should_keep_their_order_in_the_journal()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await NewAsync($"body {i}", TimeSpan.FromMinutes(i)));
        }
        (await ReplayAsync(null)).Value.ShouldBe(5);
        (
            await database.AskAsync<string>(
                "SELECT string_agg(convert_from(body, 'UTF8'), ',' ORDER BY created_at) FROM shared.inbound_events"
            )
        ).ShouldBe("body 0,body 1,body 2,body 3,body 4");
    }

    [Fact]
    public async Task System_should_replay_what_belongs_to_nobody()
    {
        await database.ExecuteAsync(
            "INSERT INTO shared.inbound_quarantine (id, provider, event_id, position, body, reason) VALUES (gen_random_uuid(), 'whatsapp', gen_random_uuid(), 0, 'x', 'r')"
        );
        var replay = database.Get<QuarantineReplay>();
        (await replay.RunAsync(admin, null, default)).IsOk.ShouldBeFalse();
        (await replay.RunAsync(Actor.SuperAdmin(admin.Id), null, default)).Value.ShouldBe(1);
    }

    [Fact]
    public async Task Body_should_be_shown_without_the_channels_own_secrets()
    {
        var id = await NewAsync(
            $$$"""{"text":{"body":"my key is {{{TestDatabase.AccessToken}}}, is it not?"}}"""
        );
        var view = database.Get<QuarantineView>();
        var shown = (await view.ReadAsync(tenant, admin, id, default)).ShouldNotBeNull();
        shown.ShouldContain("my key is •••, is it not?");
        (await view.ReadAsync(Actor.SuperAdmin(admin.Id), id, default)).ShouldBe(shown);

        var stranger = await database.NewTenantAsync();
        var them = await database.NewMemberAsync(stranger, MemberRoles.Admin);
        (await view.ReadAsync(stranger, them, id, default)).ShouldBeNull();
        (await view.ReadAsync(them, id, default)).ShouldBeNull();
    }

    private async Task<Guid> NewAsync(string body, TimeSpan later = default)
    {
        var id = Guid.CreateVersion7();
        await database.ExecuteAsync(
            $"""
            INSERT INTO shared.inbound_quarantine (id, tenant_id, provider, channel_id, event_id, position, body, reason, created_at)
            VALUES ('{id}', '{tenant.Id}', 'whatsapp', '{channel}', gen_random_uuid(), 0, decode('{Convert.ToBase64String(
                Encoding.UTF8.GetBytes(body)
            )}', 'base64'), 'r', now() + interval '{later.TotalSeconds} seconds')
            """
        );
        return id;
    }

    private Task<FlameAssistant.Data.Shared.Result<int>> ReplayAsync(IReadOnlyList<Guid>? ids) =>
        database.Get<QuarantineReplay>().RunAsync(tenant, admin, ids, default);

    private async Task<IReadOnlyList<QuarantineRow>> RowsAsync(string state) =>
        (
            await database.ReadAsync(tenant, unit => unit.ListQuarantineAsync(state, null, default))
        ).Rows;

    private Task<long> MessagesAsync() =>
        database.AskAsync<long>("SELECT count(*) FROM messages", tenant);
}
