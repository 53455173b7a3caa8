using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Outbox;
using FlameAssistant.Simulator.Providers;
using FlameAssistant.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Jobs.Tests.Channels;

/// <summary>The outbox's work with connectors: webhooks told, names asked, buttons answered.</summary>
public sealed class ConnectorWorkTests(ConnectorWorkTests.Connected database)
    : IClassFixture<ConnectorWorkTests.Connected>
{
    private const string BotToken = TestDatabase.AccessToken;

    [Fact]
    public async Task A_stored_bot_should_have_its_webhook_set_with_the_routes_secret()
    {
        var (tenant, channel, account) = await NewAsync(ChannelKinds.Telegram, "wanted-secret");
        await using var worker = await database.StartAsync<OutboxWorker>();

        await Eventually.IsTrueAsync(() =>
            database.Simulator.State.Channels.Find(account)!.WebhookUrl.Length > 0
        );

        var known = database.Simulator.State.Channels.Find(account)!;
        known.WebhookUrl.ShouldEndWith($"/webhooks/telegram/{channel}");
        known.AppSecret.ShouldBe("wanted-secret");
        await Eventually.IsTrueAsync(async () =>
            await database.AskAsync<string>("SELECT webhook_url FROM integrations", tenant)
            == known.WebhookUrl
        );
    }

    [Fact]
    public async Task A_bot_that_telegram_does_not_know_should_say_so_at_its_channel()
    {
        var tenant = await database.NewTenantAsync();
        database.Simulator.State.Channels.Remove(BotToken);
        await database.NewChannelAsync(tenant, accountId: "404", type: ChannelTypes.Telegram);
        await using var worker = await database.StartAsync<OutboxWorker>();

        await Eventually.IsTrueAsync(async () =>
            await database.AskAsync<string>("SELECT status FROM integrations", tenant) == "error"
        );
        (
            await database.AskAsync<string>("SELECT error_message FROM integrations", tenant)
        )!.ShouldContain("token");
    }

    [Fact]
    public async Task A_customer_without_a_name_should_get_the_providers()
    {
        var (tenant, channel, account) = await NewAsync(ChannelKinds.Messenger, "secret");
        await database.Simulator.WriteAsync(account, "6100000000000001", "Olá", "Ana Souza");
        await using var worker = await database.StartAsync<OutboxWorker>();

        await database.DoAsync(
            tenant,
            Actor.System,
            new ReceiveMessage(
                channel,
                ChannelTypes.Messenger,
                new InboundMessage(
                    "m_1",
                    [new InboundIdentity(IdentityKinds.Psid, "6100000000000001")],
                    null,
                    database.Clock.GetUtcNow(),
                    "text",
                    "Olá"
                ),
                TimeSpan.FromHours(24),
                TimeSpan.FromHours(72)
            )
        );

        await Eventually.IsTrueAsync(async () =>
            await database.AskAsync<string>("SELECT name FROM contacts", tenant) == "Ana Souza"
        );
    }

    [Fact]
    public async Task A_pressed_button_should_be_answered()
    {
        var (tenant, channel, account) = await NewAsync(ChannelKinds.Telegram, "secret");
        await using var inbound = await database.StartAsync<InboundWorker>();
        await using var worker = await database.StartAsync<OutboxWorker>();

        await database
            .Get<InboundJournal>()
            .StoreAsync(
                ChannelTypes.Telegram,
                channel,
                Fixtures.Bytes("telegram/update_callback_query.json"),
                default
            );

        await database.Simulator.State.WaitForMessageAsync(
            m => m.Channel == account && m.Type == "answerCallbackQuery",
            TimeSpan.FromMinutes(1)
        );
        (await database.AskAsync<string>("SELECT content FROM messages", tenant)).ShouldBe("yes");
        // It has no time of its own: it happened when it came.
        (
            await database.AskAsync<bool>(
                "SELECT provider_at IS NULL AND occurred_at <= now() + interval '1 year' FROM messages",
                tenant
            )
        ).ShouldBeTrue();
    }

    private async Task<(TenantRef Tenant, Guid Channel, string Account)> NewAsync(
        string type,
        string secret
    )
    {
        var tenant = await database.NewTenantAsync();
        var account = database.Next("77000");
        database.Simulator.State.Channels.Remove(BotToken);
        database.Simulator.Connect(type, account, BotToken);
        return (
            tenant,
            await database.NewChannelAsync(
                tenant,
                accountId: account,
                appSecret: secret,
                type: type
            ),
            account
        );
    }

    /// <summary>The Jobs floor with a simulator behind every connector.</summary>
    public sealed class Connected : TestDatabase, IAsyncLifetime
    {
        public SimulatorHost Simulator { get; private set; } = null!;

        async ValueTask IAsyncLifetime.InitializeAsync()
        {
            Simulator = await SimulatorHost.StartAsync();
            await InitializeAsync();
        }

        async ValueTask IAsyncDisposable.DisposeAsync()
        {
            await DisposeAsync();
            await Simulator.DisposeAsync();
        }

        public async Task<RunningWorker> StartAsync<TWorker>()
            where TWorker : class, Microsoft.Extensions.Hosting.IHostedService
        {
            var worker = ActivatorUtilities.CreateInstance<TWorker>(Services);
            await worker.StartAsync(default);
            return new RunningWorker(worker);
        }

        protected override void Configure(IServiceCollection collection) =>
            collection.AddFlameJobs(
                new ConfigurationBuilder()
                    .AddInMemoryCollection([
                        new("Flame:Channels:Graph:BaseUrl", Simulator.Url),
                        new("Flame:Channels:Instagram:BaseUrl", Simulator.Url),
                        new("Flame:Channels:Telegram:BaseUrl", Simulator.Url),
                        new("Flame:Outbound:AllowedPrivateHosts", "127.0.0.1"),
                    ])
                    .Build()
            );
    }
}
