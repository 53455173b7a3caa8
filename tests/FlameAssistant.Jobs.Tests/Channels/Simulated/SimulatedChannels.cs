using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Jobs.Tests.Channels.Simulated;

/// <summary>A channel of the product, and the account at the simulator that it is connected to.</summary>
internal sealed record SimulatedAccount(TenantRef Tenant, string Account);

/// <summary>A database and a simulator whose webhooks go right into the journal, with the worker that reads it.</summary>
public sealed class SimulatedChannels : TestDatabase, IAsyncLifetime
{
    /// <summary>The providers as the simulator tells them apart: WhatsApp Web by its gateway.</summary>
    public const string Waha = "waha";
    public const string Evolution = "evolution";

    public const string Customer = "5511988887777";

    private readonly ConcurrentQueue<(string Account, byte[] Body)> told = [];
    private readonly ConcurrentDictionary<string, (string Type, Guid Channel)> channels = new(
        StringComparer.Ordinal
    );
    private WritingClock writing = null!;
    private RunningWorker worker = null!;

    public SimulatorHost Simulator { get; private set; } = null!;

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        writing = new WritingClock(Clock.GetUtcNow().AddHours(-1));
        Simulator = await SimulatorHost.StartAsync(clock: writing, webhooks: new Receiver(this));
        await InitializeAsync();
        var inbound = ActivatorUtilities.CreateInstance<InboundWorker>(Services);
        await inbound.StartAsync(default);
        worker = new RunningWorker(inbound);
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await worker.DisposeAsync();
        await Simulator.DisposeAsync();
        await DisposeAsync();
    }

    /// <param name="provider">A type of channel, or a gateway of WhatsApp Web.</param>
    internal async Task<SimulatedAccount> NewAsync(string provider)
    {
        var isGateway = provider is Waha or Evolution;
        var type = isGateway ? ChannelTypes.WhatsAppWeb : provider;
        var tenant = await NewTenantAsync();
        var account = Next("77000");
        channels[account] = (type, await NewChannelAsync(tenant, accountId: account, type: type));
        const string Url = "http://product.test/webhooks/";
        if (type == ChannelTypes.WhatsApp)
        {
            Simulator.Add(account, Url + account);
        }
        else
        {
            Simulator.Connect(
                type,
                account,
                $"token-{account}",
                Url + account,
                gateway: isGateway ? provider : Waha
            );
        }
        return new SimulatedAccount(tenant, account);
    }

    /// <summary>Each of a second of its own: that is how exactly most providers tell the time.</summary>
    internal Task<string> WriteAsync(SimulatedAccount at, string text)
    {
        writing.Next();
        return Simulator.WriteAsync(at.Account, Customer, text, "Ana Souza");
    }

    internal Task<(int Status, string? Error)> EditAsync(
        SimulatedAccount at,
        string message,
        string text
    )
    {
        writing.Next();
        return Simulator.EditAsync(at.Account, message, text);
    }

    internal Task<(int Status, string? Error)> DeleteAsync(SimulatedAccount at, string message)
    {
        writing.Next();
        return Simulator.DeleteAsync(at.Account, message);
    }

    /// <summary>Time passes for what waits at the simulator.</summary>
    internal void Wait(TimeSpan time) => writing.Wait(time);

    /// <summary>The business writes to the customer by Graph.</summary>
    internal async Task AnswerAsync(SimulatedAccount at, string text)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            SimulatorHost.AccessToken
        );
        using var answer = await http.PostAsJsonAsync(
            $"{Simulator.Url}/v25.0/{at.Account}/messages",
            new
            {
                messaging_product = "whatsapp",
                to = Customer,
                type = "text",
                text = new { body = text },
            }
        );
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The bodies that came for this account, in the order of their coming.</summary>
    internal IReadOnlyList<byte[]> ToldOf(SimulatedAccount at) =>
        [.. told.Where(t => t.Account == at.Account).Select(t => t.Body)];

    protected override void Configure(IServiceCollection collection) =>
        collection.AddFlameJobs(new ConfigurationBuilder().Build());

    /// <summary>The hour moves when somebody writes, and what waits moves apart from it: else writing would end the waiting.</summary>
    private sealed class WritingClock(DateTimeOffset start) : TimeProvider
    {
        private readonly TestClock waiting = new();
        private int seconds;

        public override DateTimeOffset GetUtcNow() => start.AddSeconds(Volatile.Read(ref seconds));

        public override ITimer CreateTimer(
            TimerCallback callback,
            object? state,
            TimeSpan dueTime,
            TimeSpan period
        ) => waiting.CreateTimer(callback, state, dueTime, period);

        public void Next() => Interlocked.Increment(ref seconds);

        public void Wait(TimeSpan time) => waiting.Advance(time);
    }

    /// <summary>As the product's own address would take them; who may knock there is tested with it.</summary>
    private sealed class Receiver(SimulatedChannels database) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            var account = request.RequestUri!.Segments[^1];
            var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            database.told.Enqueue((account, body));
            var (type, channel) = database.channels[account];
            await database
                .Get<InboundJournal>()
                .StoreAsync(type, channel, body, CancellationToken.None);
            return new HttpResponseMessage(HttpStatusCode.OK);
        }
    }
}
