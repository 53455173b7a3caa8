using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.E2E.Tests;
using FlameAssistant.Simulator.WhatsApp;
using FlameAssistant.Testing;

namespace FlameAssistant.Crash;

/// <summary>One workspace with a channel of every type, the app, the providers and the server, each of which may be killed.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private Stage(
        MortalPostgres postgres,
        TestDatabase database,
        SimulatorHost simulator,
        AppProcess app,
        TenantRef tenant,
        Actor agent
    ) =>
        (Postgres, Database, Simulator, App, Tenant, Agent) = (
            postgres,
            database,
            simulator,
            app,
            tenant,
            agent
        );

    public MortalPostgres Postgres { get; }

    public TestDatabase Database { get; }

    public SimulatorHost Simulator { get; }

    public AppProcess App { get; }

    public TenantRef Tenant { get; }

    public Actor Agent { get; }

    public static async Task<Stage> StartAsync()
    {
        var postgres = await MortalPostgres.StartAsync();
        Environment.SetEnvironmentVariable(PostgresServer.Variable, postgres.ConnectionString);
        var database = await TestDatabase.CreateAsync();
        var tenant = await database.NewTenantAsync("crash");
        var agent = await database.NewMemberAsync(tenant);
        var simulator = await SimulatorHost.StartAsync(
            webhookLongestPause: TimeSpan.FromSeconds(2)
        );
        foreach (var account in Account.All)
        {
            account.ChannelId = await ConnectAsync(database, tenant, account);
        }
        var app = await AppProcess.StartAsync(
            database,
            ("Flame__Channels__Graph__BaseUrl", simulator.Url),
            ("Flame__Channels__Instagram__BaseUrl", simulator.Url),
            ("Flame__Channels__Telegram__BaseUrl", simulator.Url),
            ("Flame__Outbound__AllowedPrivateHosts", "127.0.0.1"),
            // All visitors come from this one machine.
            ("Flame__Widget__SessionsPerAddress", "1000000"),
            ("Flame__Widget__MessagesPerVisitor", "1000000"),
            ("Flame__Widget__MessagesPerAddress", "1000000"),
            ("Flame__Widget__CallsPerVisitor", "1000000")
        );
        foreach (var account in Account.All.Where(a => a.Type != ChannelTypes.WebChat))
        {
            simulator.State.Channels.Put(
                new SimulatedChannel
                {
                    Type = account.Type,
                    PhoneNumberId = account.Id,
                    WabaId = "100200300400500",
                    AccessToken = account.Token,
                    AppSecret = account.Secret,
                    VerifyToken = "verify-token",
                    DisplayPhoneNumber = "+55 11 99000-0001",
                    Name = "Crash " + account.Type,
                    WebhookUrl = app.Url + PathOf(account),
                }
            );
            Misbehave(simulator, account, new ChannelFaults());
        }
        return new Stage(postgres, database, simulator, app, tenant, agent);
    }

    public static string PathOf(Account account) => $"/webhooks/{account.Type}/{account.ChannelId}";

    /// <summary>Every webhook comes twice, whatever else is wrong.</summary>
    public void Misbehave(Account account, ChannelFaults faults) =>
        Misbehave(Simulator, account, faults);

    /// <summary>As if the minutes had passed after which a dead node's work is free again; only while the app is dead.</summary>
    public Task LeasesEndAsync() =>
        Patience.RunAsync(() =>
            Database.ExecuteAsync(
                """
                UPDATE shared.inbound_events SET available_at = created_at WHERE state = 'pending';
                UPDATE shared.outbox SET available_at = created_at WHERE leased_by IS NOT NULL;
                """
            )
        );

    public Task<T?> AskAsync<T>(string sql) =>
        Patience.RunAsync(() => Database.AskAsync<T>(sql, Tenant));

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Simulator.DisposeAsync();
        await Database.DisposeAsync();
        await Postgres.DisposeAsync();
    }

    private static void Misbehave(SimulatorHost simulator, Account account, ChannelFaults faults) =>
        simulator.State.Channels.SetFaults(account.Id, faults with { Duplicates = 1 });

    private static async Task<Guid> ConnectAsync(
        TestDatabase database,
        TenantRef tenant,
        Account account
    ) =>
        account.Type == ChannelTypes.WebChat
            ? await database.NewWebChatAsync(tenant)
            : await database.DoAsync(
                tenant,
                Actor.System,
                new CreateChannel(
                    new ChannelDraft(
                        account.Type,
                        "Crash " + account.Type,
                        account.Id,
                        // Kills and repairs are looked at, not a provider's pace.
                        new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            ["messages_per_second"] = "1000",
                            ["seconds_per_customer"] = "0",
                        },
                        new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            [account.Type == ChannelTypes.Telegram ? "bot_token" : "access_token"] =
                                account.Token,
                            ["secret_token"] = account.Secret,
                        },
                        account.Secret,
                        "verify-token"
                    ),
                    database.Secrets,
                    Confirmed: true
                )
            );
}
