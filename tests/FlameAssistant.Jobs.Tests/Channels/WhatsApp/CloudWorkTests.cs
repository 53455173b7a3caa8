using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Outbox;
using FlameAssistant.Jobs.Templates;
using FlameAssistant.Simulator.WhatsApp;
using FlameAssistant.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Jobs.Tests.Channels.WhatsApp;

/// <summary>The Cloud API's work by the workers: templates read and followed, reactions, names that change, and the pace of two nodes.</summary>
public sealed class CloudWorkTests(CloudWorkTests.Cloud database)
    : IClassFixture<CloudWorkTests.Cloud>
{
    private const string Customer = "5511988887777";

    [Fact]
    public async Task A_connected_account_should_have_all_its_templates_read_page_by_page()
    {
        var (tenant, _, account) = await NewAsync();
        var waba = database.Simulator.State.Channels.Find(account)!.WabaId;
        var many = Enumerable
            .Range(0, 230)
            .Select(i => new SimulatedTemplate { Name = $"t{i:000}", Language = "es" });
        database.Simulator.State.Templates.Put(waba, many);
        await using var worker = await database.StartAsync<OutboxWorker>();

        await Eventually.IsTrueAsync(async () => await CountAsync(tenant) == 230);

        // What was deleted there goes here, when the clock asks.
        database.Simulator.State.Templates.Put(waba, many.Take(3));
        database.Clock.Advance(TimeSpan.FromHours(6));
        (await database.Get<SyncTemplatesJob>().RunAsync(default)).ShouldBeGreaterThan(0);
        await Eventually.IsTrueAsync(async () =>
        {
            // It is asked within half an hour.
            database.Clock.Advance(TimeSpan.FromMinutes(1));
            return await CountAsync(tenant) == 3;
        });
    }

    [Fact]
    public async Task What_meta_decides_of_a_template_should_be_known_at_once_and_by_this_account_only()
    {
        var (tenant, channel, account) = await NewAsync();
        await using var inbound = await database.StartAsync<InboundWorker>();
        var waba = database.Simulator.State.Channels.Find(account)!.WabaId;
        await database.DoAsync(
            tenant,
            Actor.System,
            new StoreChannelTemplates(
                null,
                channel,
                [
                    new ListedTemplate(
                        "1",
                        "order_confirmation",
                        "pt_BR",
                        null,
                        TemplateStatuses.Pending,
                        null,
                        null,
                        ChannelTemplate.Positional,
                        "[]"
                    ),
                ],
                database.Clock.GetUtcNow()
            )
        );
        var body = Fixtures
            .Text("whatsapp-cloud/template_status_approved.json")
            .Replace(Templates.WabaId, waba, StringComparison.Ordinal);

        await StoreAsync(channel, body);
        await Eventually.IsTrueAsync(async () =>
            await database.AskAsync<string>("SELECT status FROM channel_templates", tenant)
            == TemplateStatuses.Approved
        );

        await StoreAsync(channel, Fixtures.Text("whatsapp-cloud/template_status_rejected.json"));
        await Eventually.IsTrueAsync(async () =>
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.inbound_quarantine WHERE tenant_id = '{tenant.Id}'"
            ) == 1
        );
    }

    [Fact]
    public async Task A_reaction_should_reach_the_customer()
    {
        var (tenant, channel, account) = await NewAsync();
        var agent = await database.NewMemberAsync(tenant);
        var received = await database.ReceiveAsync(
            tenant,
            channel,
            Customer,
            "Olá",
            wamid: $"wamid.{account}"
        );
        await using var worker = await database.StartAsync<OutboxWorker>();

        await database.DoAsync(tenant, agent, new ReactToMessage(received.MessageId, "👍"));

        var sent = await database.Simulator.State.WaitForMessageAsync(
            m => m.Channel == account && m.Type == "reaction",
            TimeSpan.FromMinutes(1)
        );
        sent.Json!.Value.GetProperty("reaction")
            .GetProperty("message_id")
            .GetString()
            .ShouldBe($"wamid.{account}");
        (
            await database.RunAsync(tenant, agent, new ReactToMessage(received.MessageId, "ok"))
        ).Error.ShouldBe(ConversationErrors.ReactionInvalid);
    }

    [Fact]
    public async Task A_customer_with_another_number_should_stay_the_same_contact()
    {
        var (tenant, channel, account) = await NewAsync();
        await using var inbound = await database.StartAsync<InboundWorker>();
        await database.ReceiveAsync(tenant, channel, Customer, "Olá");
        var body = Fixtures
            .Text("whatsapp-cloud/in_system_user_changed_number.json")
            .Replace(Fixtures.PhoneNumberId, account, StringComparison.Ordinal);

        await StoreAsync(channel, body);
        await StoreAsync(channel, body);

        await Eventually.IsTrueAsync(async () =>
            await database.AskAsync<string>(
                $"SELECT string_agg(value, ',') FROM contact_identities WHERE kind = '{IdentityKinds.WaId}'",
                tenant
            ) == "5511955554444"
        );
        (await database.AskAsync<string>("SELECT phone FROM contacts", tenant)).ShouldBe(
            "+5511955554444"
        );
        await database.ReceiveAsync(tenant, channel, "5511955554444", "Do novo número");
        (await database.AskAsync<long>("SELECT count(*) FROM conversations", tenant)).ShouldBe(1);
    }

    [Fact]
    public async Task Two_nodes_should_keep_one_numbers_pace_and_each_conversations_order()
    {
        var (tenant, channel, account) = await NewAsync();
        var agent = await database.NewMemberAsync(tenant);
        database.Simulator.State.Channels.SetFaults(
            account,
            new ChannelFaults { PerSecond = 80, PairLimit = true }
        );
        const int Customers = 40;
        const int Each = 3;
        for (var i = 0; i < Customers; i++)
        {
            var place = await database.ReceiveAsync(tenant, channel, $"55119000{i:0000}");
            for (var j = 0; j < Each; j++)
            {
                await database.DoAsync(
                    tenant,
                    agent,
                    new SendMessage(place.ConversationId, $"{j}", $"{i}-{j}")
                );
            }
        }
        await using var one = await database.StartAsync<OutboxWorker>();
        await using var node = database.NewServices();
        await using var other = await database.StartAsync<OutboxWorker>(node);

        await Eventually.IsTrueAsync(async () =>
        {
            // While a message is on its way the clock stands still: Meta's limits are of time, and this machine may be slow.
            var underWay = await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.outbox WHERE tenant_id = '{tenant.Id}' AND leased_by IS NOT NULL"
            );
            if (underWay == 0)
            {
                database.Clock.Advance(TimeSpan.FromMilliseconds(10));
            }
            return Sent().Count == Customers * Each;
        });

        database
            .Simulator.State.Outbox.All()
            .Where(m => m.Channel == account)
            .ShouldAllBe(m => m.ErrorCode == null);
        foreach (var conversation in Sent().GroupBy(m => m.To))
        {
            conversation.Select(m => m.Text).ShouldBe(["0", "1", "2"]);
        }

        List<FlameAssistant.Simulator.WhatsApp.ReceivedMessage> Sent() =>
            [
                .. database
                    .Simulator.State.Outbox.All()
                    .Where(m => m.Channel == account && m is { Wamid: not null, Type: "text" }),
            ];
    }

    private Task<long> CountAsync(TenantRef tenant) =>
        database.AskAsync<long>("SELECT count(*) FROM channel_templates", tenant);

    private Task StoreAsync(Guid channel, string body) =>
        database
            .Get<InboundJournal>()
            .StoreAsync(
                ChannelTypes.WhatsApp,
                channel,
                System.Text.Encoding.UTF8.GetBytes(body),
                default
            );

    private async Task<(TenantRef Tenant, Guid Channel, string Account)> NewAsync()
    {
        var tenant = await database.NewTenantAsync();
        var account = database.Next("88000");
        var waba = database.Next("10020030040");
        database.Simulator.State.Channels.Put(
            new SimulatedChannel
            {
                PhoneNumberId = account,
                WabaId = waba,
                AccessToken = SimulatorHost.AccessToken,
                AppSecret = Fixtures.AppSecret,
                DisplayPhoneNumber = "+55 11 99000-0001",
                Name = "Shop " + account,
            }
        );
        var draft = new ChannelDraft(
            ChannelTypes.WhatsApp,
            "Shop " + account,
            account,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["waba_id"] = waba },
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["access_token"] = SimulatorHost.AccessToken,
            },
            "app-secret",
            VerifyToken: null
        )
        {
            GroupId = waba,
        };
        var channel = await database.DoAsync(
            tenant,
            Actor.System,
            new CreateChannel(draft, database.Secrets, Confirmed: true)
        );
        return (tenant, channel, account);
    }

    /// <summary>The Jobs floor with a simulator behind the Cloud API.</summary>
    public sealed class Cloud : TestDatabase, IAsyncLifetime
    {
        public SimulatorHost Simulator { get; private set; } = null!;

        async ValueTask IAsyncLifetime.InitializeAsync()
        {
            Simulator = await SimulatorHost.StartAsync(clock: Clock);
            await InitializeAsync();
        }

        async ValueTask IAsyncDisposable.DisposeAsync()
        {
            await DisposeAsync();
            await Simulator.DisposeAsync();
        }

        public async Task<RunningWorker> StartAsync<TWorker>(IServiceProvider? node = null)
            where TWorker : class, Microsoft.Extensions.Hosting.IHostedService
        {
            var worker = ActivatorUtilities.CreateInstance<TWorker>(node ?? Services);
            await worker.StartAsync(default);
            return new RunningWorker(worker);
        }

        protected override void Configure(IServiceCollection collection)
        {
            collection.AddFlameJobs(
                new ConfigurationBuilder()
                    .AddInMemoryCollection([
                        new("Flame:Channels:Graph:BaseUrl", Simulator.Url),
                        new("Flame:Outbound:AllowedPrivateHosts", "127.0.0.1"),
                    ])
                    .Build()
            );
            collection.AddTransient<SyncTemplatesJob>();
        }
    }
}
