using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Channels.Meta;
using FlameAssistant.Jobs.Channels.WhatsApp;
using FlameAssistant.Simulator.WhatsApp;
using FlameAssistant.Testing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FlameAssistant.Jobs.Tests.Channels.WhatsApp;

/// <summary>The connector as it is registered, against the simulator over HTTP.</summary>
public sealed class WhatsAppConnectorTests : IAsyncLifetime
{
    private static readonly Guid tenant = Guid.CreateVersion7();
    private readonly LogLines logs = new();
    private SimulatorHost simulator = null!;
    private ServiceProvider services = null!;

    public async ValueTask InitializeAsync()
    {
        simulator = await SimulatorHost.StartAsync();
        simulator.Add(Fixtures.PhoneNumberId);
        services = Services(simulator.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await simulator.DisposeAsync();
    }

    [Fact]
    public async Task SendAsync_should_send_a_text()
    {
        var outcome = await SendAsync(Delivery("Olá!"));

        var received = simulator.State.Outbox.All().ShouldHaveSingleItem();
        outcome.ShouldBe(new DeliveryOutcome.Accepted(received.Wamid!));
        received.Version.ShouldBe("v25.0");
        ShouldLookLike(received, "out_text");
    }

    [Fact]
    public async Task SendAsync_should_quote_what_it_answers()
    {
        await SendAsync(Delivery("Respondendo") with { QuotedExternalId = "wamid.ORIG" });

        ShouldLookLike(simulator.State.Outbox.All().ShouldHaveSingleItem(), "out_text_reply");
    }

    [Fact]
    public async Task SendAsync_should_reach_who_has_no_phone_number()
    {
        var outcome = await SendAsync(
            Delivery("Olá!") with
            {
                Identities = [new InboundIdentity(IdentityKinds.Bsuid, "BR.5511223344556677889")],
            }
        );

        outcome.ShouldBeOfType<DeliveryOutcome.Accepted>();
        ShouldLookLike(simulator.State.Outbox.All().ShouldHaveSingleItem(), "out_text_to_bsuid");
    }

    [Fact]
    public async Task SendAsync_should_send_every_character_as_typed()
    {
        const string Text = "línea 1\nlínea 2 😀 <b>\"&'/\\ \u200F";

        await SendAsync(Delivery(Text));

        simulator.State.Outbox.All().ShouldHaveSingleItem().Text.ShouldBe(Text);
    }

    [Fact]
    public async Task SendAsync_should_refuse_who_has_no_identity() =>
        (await SendAsync(Delivery("x") with { Identities = [] }))
            .ShouldBeOfType<DeliveryOutcome.Rejected>()
            .Code.ShouldBe("no_recipient");

    [Fact]
    public async Task SendAsync_should_refuse_credentials_that_do_not_open()
    {
        var delivery = Delivery("x");
        delivery.Channel.Credentials = """{"access_token":"not a ciphertext"}""";

        (await SendAsync(delivery)).ShouldBeOfType<DeliveryOutcome.Rejected>();
        simulator.State.Outbox.All().ShouldBeEmpty();
    }

    [Fact]
    public async Task SendAsync_should_say_that_a_wrong_token_is_wrong()
    {
        var outcome = await SendAsync(Delivery("x", token: "another-token"));

        outcome.ShouldBeOfType<DeliveryOutcome.Rejected>().Code.ShouldBe("190");
    }

    [Fact]
    public async Task SendAsync_should_not_know_what_became_of_a_cut_connection()
    {
        simulator.State.Channels.SetFaults(
            Fixtures.PhoneNumberId,
            new ChannelFaults { DropConnection = true }
        );

        var outcome = await SendAsync(Delivery("x"));

        outcome.ShouldBeOfType<DeliveryOutcome.Lost>();
        simulator.State.Outbox.All().Count.ShouldBe(1);
    }

    [Fact]
    public async Task SendAsync_should_keep_the_token_out_of_the_logs()
    {
        await SendAsync(Delivery("a"));
        simulator.State.Channels.SetFaults(
            Fixtures.PhoneNumberId,
            new ChannelFaults { Error = "131047", Times = 1 }
        );
        await SendAsync(Delivery("b"));
        simulator.State.Channels.SetFaults(
            Fixtures.PhoneNumberId,
            new ChannelFaults { DropConnection = true }
        );
        await SendAsync(Delivery("c"));

        logs.All()
            .ShouldNotContain(line =>
                line.Contains(SimulatorHost.AccessToken, StringComparison.Ordinal)
            );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_should_follow_a_channels_own_address_only_where_allowed(
        bool allowed
    )
    {
        await using var own = await SimulatorHost.StartAsync();
        own.Add(Fixtures.PhoneNumberId);
        await using var strict = Services(simulator.Url, allowChannelBaseUrl: allowed);
        var delivery = Delivery("x", services: strict);
        delivery.Channel.Config = JsonSerializer.Serialize(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["base_url"] = own.Url }
        );

        await strict
            .GetRequiredService<ChannelCatalog>()
            .Find(ChannelTypes.WhatsApp)!
            .SendAsync(tenant, delivery, default);

        own.State.Outbox.All().Count.ShouldBe(allowed ? 1 : 0);
        simulator.State.Outbox.All().Count.ShouldBe(allowed ? 0 : 1);
    }

    private Task<DeliveryOutcome> SendAsync(Delivery delivery) =>
        services
            .GetRequiredService<ChannelCatalog>()
            .Find(ChannelTypes.WhatsApp)!
            .SendAsync(tenant, delivery, default);

    private Delivery Delivery(
        string text,
        string token = SimulatorHost.AccessToken,
        ServiceProvider? services = null
    )
    {
        var id = Guid.CreateVersion7();
        var secret = (services ?? this.services)
            .GetRequiredService<ChannelSecrets>()
            .Protect(tenant, id, "access_token", token);
        var channel = new Channel
        {
            Id = id,
            Type = ChannelTypes.WhatsApp,
            Name = "WhatsApp",
            AccountId = Fixtures.PhoneNumberId,
            Credentials = JsonSerializer.Serialize(
                new Dictionary<string, string>(StringComparer.Ordinal) { ["access_token"] = secret }
            ),
        };
        return new Delivery(
            Guid.CreateVersion7(),
            channel,
            [new InboundIdentity(IdentityKinds.WaId, "5511988887777")],
            text,
            QuotedExternalId: null
        );
    }

    /// <summary>Equal to the fixture, save that ours always says preview_url and carries our own id.</summary>
    private static void ShouldLookLike(
        FlameAssistant.Simulator.WhatsApp.ReceivedMessage received,
        string fixture
    )
    {
        var sent = JsonNode.Parse(received.Body)!;
        var expected = Fixtures.Json($"whatsapp-cloud/{fixture}.json");
        sent["biz_opaque_callback_data"]!.GetValue<string>().ShouldMatch("^msg:[0-9a-f]{32}$");
        expected["biz_opaque_callback_data"] = sent["biz_opaque_callback_data"]!.DeepClone();
        expected["text"]!["preview_url"] = false;
        JsonNode.DeepEquals(sent, expected).ShouldBeTrue(received.Body);
        received.Headers["Content-Type"].ShouldStartWith("application/json");
    }

    private ServiceProvider Services(string baseUrl, bool allowChannelBaseUrl = false)
    {
        var collection = new ServiceCollection();
        collection.AddLogging(l => l.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
        collection.AddSingleton(TimeProvider.System);
        collection.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        collection.AddSingleton<ChannelSecrets>();
        collection.AddFlameJobs(
            new ConfigurationBuilder()
                .AddInMemoryCollection([
                    new("Flame:Channels:Graph:BaseUrl", baseUrl),
                    new("Flame:Outbound:AllowedPrivateHosts", "127.0.0.1"),
                ])
                .Build()
        );
        collection.Configure<GraphOptions>(g => g.AllowChannelBaseUrl = allowChannelBaseUrl);
        return collection.BuildServiceProvider();
    }

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        private readonly List<string> lines = [];

        public IReadOnlyList<string> All()
        {
            lock (lines)
            {
                return [.. lines];
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            lock (lines)
            {
                lines.Add($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose() { }
    }
}
