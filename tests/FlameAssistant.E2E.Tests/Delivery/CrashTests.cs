using System.Net;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Simulator.WhatsApp;
using FlameAssistant.Testing;
using Npgsql;

namespace FlameAssistant.E2E.Tests.Delivery;

/// <summary>An app that delivers to the simulator, and is killed by the tests.</summary>
public sealed class CrashApp : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    public SimulatorHost Simulator { get; private set; } = null!;

    public AppProcess App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        Simulator = await SimulatorHost.StartAsync();
        App = await AppProcess.StartAsync(
            Database,
            ("Flame__Channels__Graph__BaseUrl", Simulator.Url),
            ("Flame__Outbound__AllowedPrivateHosts", "127.0.0.1")
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (App is not null)
        {
            await App.DisposeAsync();
        }
        if (Simulator is not null)
        {
            await Simulator.DisposeAsync();
        }
        if (Database is not null)
        {
            await Database.DisposeAsync();
        }
    }
}

/// <summary>kill -9 between the steps: each message exactly once, or visibly unknown.</summary>
public sealed class CrashTests(CrashApp fixture) : IClassFixture<CrashApp>, IAsyncLifetime
{
    private const string Secret = "app-secret";
    private static readonly TimeSpan soon = TimeSpan.FromSeconds(60);
    private TenantRef tenant = null!;
    private Actor agent = null!;
    private Guid channel;
    private string account = "";

    private TestDatabase Database => fixture.Database;

    private SimulatorHost Simulator => fixture.Simulator;

    private AppProcess App => fixture.App;

    private string Address => $"/webhooks/whatsapp/{channel}";

    public async ValueTask InitializeAsync()
    {
        tenant = await Database.NewTenantAsync();
        agent = await Database.NewMemberAsync(tenant);
        account = Database.Next("70000");
        channel = await Database.NewChannelAsync(
            tenant,
            accountId: account,
            appSecret: Secret,
            // Kills take longer than a burst to one customer may.
            settings: new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["seconds_per_customer"] = "0",
            }
        );
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_crash_between_storing_and_processing_should_neither_lose_nor_double()
    {
        var conversation = await ConversationAsync("5491155550001");
        await using var holder = await Database.OpenOwnerAsync(tenant);
        await using var transaction = await holder.BeginTransactionAsync();
        await ExecuteAsync(
            holder,
            $"SELECT 1 FROM conversations WHERE id = '{conversation}' FOR UPDATE"
        );
        var body = Fixtures.WhatsAppText(account, "wamid.crash", "5491155550001", "Crash");
        (await App.PostSignedAsync(Address, body, Secret)).ShouldBe(HttpStatusCode.OK);
        await Eventually.IsTrueAsync(
            async () =>
                await Database.AskAsync<long>(
                    "SELECT count(*) FROM shared.inbound_events, pg_locks WHERE state = 'pending' AND attempts = 1 AND NOT granted"
                ) > 0,
            soon
        );

        await App.KillAsync();
        await transaction.RollbackAsync();
        (await CountAsync("wamid.crash")).ShouldBe(0);
        await LeasesEndAsync();
        await App.StartAsync();

        await Database.AllTakenAsync();
        (await CountAsync("wamid.crash")).ShouldBe(1);
    }

    [Fact]
    public async Task A_crash_between_sending_and_the_answer_should_be_visibly_unknown_and_never_sent_again()
    {
        Simulator.Add(account);
        Misbehave(new ChannelFaults { DelayMs = 300_000, Times = 1 });
        var conversation = await ConversationAsync("5491155550002");
        var message = await SendAsync(conversation, "Once or unknown");
        await Simulator.State.WaitForMessageAsync(m => m.Text == "Once or unknown", soon);
        (await StatusAsync(message)).ShouldBe(MessageStatuses.Sending);

        await App.KillAsync();
        await LeasesEndAsync();
        await App.StartAsync();

        await IsAsync(message, MessageStatuses.Unknown);
        (await OutboxAsync()).ShouldBe(0);
        Sent().Count.ShouldBe(1);

        // Not yet: a callback may still settle it.
        (await ResendAsync(message)).IsOk.ShouldBeFalse();
        await Database.ExecuteAsync(
            $"UPDATE messages SET unknown_since = '{Database.Clock.GetUtcNow().AddMinutes(-16):O}' WHERE id = '{message}'",
            tenant
        );
        var again = (await ResendAsync(message)).Value;
        await IsAsync(again.Id, MessageStatuses.Accepted);
        (await ResendAsync(message)).Value.Id.ShouldBe(again.Id);
        Sent().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_callback_should_settle_what_was_unknown()
    {
        Simulator.Add(account, App.Url + Address, Secret);
        Misbehave(new ChannelFaults { DropConnection = true, Times = 1 });
        var conversation = await ConversationAsync("5491155550003");

        var message = await SendAsync(conversation, "Cut off");

        await IsAsync(message, MessageStatuses.Delivered);
        Sent().Count.ShouldBe(1);
        (
            await Database.AskAsync<bool>(
                $"SELECT unknown_since IS NULL AND external_message_id IS NOT NULL FROM messages WHERE id = '{message}'",
                tenant
            )
        ).ShouldBeTrue();
    }

    [Fact]
    public async Task Statuses_should_be_kept_that_overtake_the_answer()
    {
        Simulator.Add(account, App.Url + Address, Secret);
        Misbehave(new ChannelFaults { StatusesBeforeAnswer = true });
        var conversation = await ConversationAsync("5491155550004");

        var message = await SendAsync(conversation, "Overtaken");

        await IsAsync(message, MessageStatuses.Delivered);
        await Eventually.IsTrueAsync(async () => await OutboxAsync() == 0, soon);
        (await StatusAsync(message)).ShouldBe(MessageStatuses.Delivered);
    }

    [Fact]
    public async Task Two_hundred_messages_should_survive_kills()
    {
        const int Count = 200;
        Simulator.Add(account);
        Misbehave(new ChannelFaults { DelayMs = 60 });
        var conversations = new List<Guid>();
        for (var i = 0; i < 20; i++)
        {
            conversations.Add(await ConversationAsync($"54911555510{i:00}"));
        }
        var messages = new List<Guid>();
        for (var i = 0; i < Count; i++)
        {
            messages.Add(await SendAsync(conversations[i % conversations.Count], $"{i:000}"));
        }

        foreach (var part in new[] { 30, 80, 140 })
        {
            await Simulator.State.WaitUntilAsync(() => Sent().Count >= part, soon);
            await App.KillAsync();
            await LeasesEndAsync();
            await App.StartAsync();
        }
        await Eventually.IsTrueAsync(async () => await OutboxAsync() == 0, soon);

        var received = Sent()
            .CountBy(m => m.Json!.Value.GetProperty("biz_opaque_callback_data").GetString()!)
            .ToDictionary(m => m.Key, m => m.Value, StringComparer.Ordinal);
        var unknown = 0;
        foreach (var id in messages)
        {
            var arrived = received.GetValueOrDefault($"msg:{id:N}");
            var status = await StatusAsync(id);
            if (status == MessageStatuses.Unknown)
            {
                unknown++;
                arrived.ShouldBeLessThanOrEqualTo(1);
            }
            else
            {
                status.ShouldBe(MessageStatuses.Accepted);
                arrived.ShouldBe(1);
            }
        }
        received.Count.ShouldBeLessThanOrEqualTo(Count);
        unknown.ShouldBeLessThanOrEqualTo(3 * 24);

        // In order within each conversation, whatever was in between.
        var texts = Sent().Select(m => m.Text!).ToList();
        for (var c = 0; c < conversations.Count; c++)
        {
            var own = texts
                .Where(t =>
                    int.Parse(t, System.Globalization.CultureInfo.InvariantCulture) % 20 == c
                )
                .ToList();
            own.ShouldBe(own.Order(StringComparer.Ordinal));
        }
    }

    // ---------------------------------------------------------------- helpers

    private List<Simulator.WhatsApp.ReceivedMessage> Sent() =>
        [.. fixture.Simulator.Accepted().Where(m => m.Channel == account)];

    private void Misbehave(ChannelFaults faults) =>
        Simulator.State.Channels.SetFaults(account, faults);

    private async Task<Guid> ConversationAsync(string from) =>
        (await Database.ReceiveAsync(tenant, channel, from)).ConversationId;

    private async Task<Guid> SendAsync(Guid conversation, string text) =>
        (
            await Database.DoAsync(
                tenant,
                agent,
                new SendMessage(conversation, text, Guid.NewGuid().ToString("N"))
            )
        ).Id;

    private Task<Data.Shared.Result<SentMessage>> ResendAsync(Guid message) =>
        Database.RunAsync(tenant, agent, new ResendMessage(message));

    /// <summary>As if the minutes had passed after which a dead node's work is free again.</summary>
    private Task LeasesEndAsync() =>
        Database.ExecuteAsync(
            """
            UPDATE shared.inbound_events SET available_at = created_at WHERE state = 'pending';
            UPDATE shared.outbox SET available_at = created_at WHERE leased_by IS NOT NULL;
            """
        );

    private Task<string?> StatusAsync(Guid message) =>
        Database.AskAsync<string>($"SELECT status FROM messages WHERE id = '{message}'", tenant);

    private Task IsAsync(Guid message, string status) =>
        Eventually.IsTrueAsync(async () => await StatusAsync(message) == status, soon);

    private Task<long> CountAsync(string wamid) =>
        Database.AskAsync<long>(
            $"SELECT count(*) FROM messages WHERE external_message_id = '{wamid}'",
            tenant
        );

    private Task<long> OutboxAsync() =>
        Database.AskAsync<long>(
            $"SELECT count(*) FROM shared.outbox WHERE tenant_id = '{tenant.Id}'"
        );

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
