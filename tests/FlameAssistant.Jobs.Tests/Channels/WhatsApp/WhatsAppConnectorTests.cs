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

    [Theory]
    [MemberData(nameof(Choices))]
    public async Task SendAsync_should_send_what_the_customer_chooses_from(
        string fixture,
        string text,
        MessageRich rich
    )
    {
        var outcome = await SendAsync(Delivery(text) with { Rich = rich });

        outcome.ShouldBeOfType<DeliveryOutcome.Accepted>();
        ShouldLookLike(simulator.State.Outbox.All().ShouldHaveSingleItem(), fixture);
    }

    public static TheoryData<string, string, MessageRich> Choices() =>
        new()
        {
            {
                "out_interactive_buttons",
                "Confirma?",
                new MessageRich
                {
                    Header = "Pedido",
                    Footer = "Flame",
                    Buttons = [new("Sim", "yes"), new("Não", "no")],
                }
            },
            {
                "out_interactive_list",
                "Escolha",
                new MessageRich
                {
                    List = new(
                        "Ver opções",
                        [new("Entrega", [new("Sedex", "sedex", "1-2 dias"), new("PAC", "pac")])]
                    ),
                }
            },
            {
                "out_interactive_cta_url",
                "Acompanhe",
                new MessageRich { Link = new("Abrir", "https://example.com/p/1") }
            },
            {
                "out_location",
                "",
                new MessageRich { Place = new(-23.56, -46.65, "Loja", "Av. Paulista") }
            },
        };

    [Fact]
    public async Task SendAsync_should_send_a_card_with_what_meta_asks_of_a_name()
    {
        await SendAsync(
            Delivery("") with
            {
                Rich = new MessageRich { Card = new("Lucía Gómez", "+5511977776666") },
            }
        );

        var sent = simulator.State.Outbox.All().ShouldHaveSingleItem().Json!.Value;
        var card = sent.GetProperty("contacts")[0];
        card.GetProperty("name").GetProperty("first_name").GetString().ShouldBe("Lucía");
        card.GetProperty("phones")[0].GetProperty("phone").GetString().ShouldBe("+5511977776666");
    }

    [Fact]
    public async Task SendAsync_should_send_an_approved_template_with_its_values()
    {
        var outcome = await SendAsync(
            Delivery("Olá Ana, seu pedido #123 foi confirmado.") with
            {
                Rich = Templates.Filled(
                    simulator.State.Templates.Find(
                        Templates.WabaId,
                        "order_confirmation",
                        "pt_BR"
                    )!,
                    new()
                    {
                        ["header"] = "https://app.example.com/h.jpg",
                        ["body.nome"] = "Ana",
                        ["body.pedido"] = "#123",
                        ["button.0"] = "123",
                        ["button.1"] = "STOP",
                    }
                ),
            }
        );

        outcome.ShouldBeOfType<DeliveryOutcome.Accepted>();
        ShouldLookLike(simulator.State.Outbox.All().ShouldHaveSingleItem(), "out_template");
        simulator
            .State.Conversations.Find(Fixtures.PhoneNumberId, "5511988887777")!
            .Messages.ShouldHaveSingleItem()
            .Choices!.Select(c => c.Title)
            .ShouldBe(["Acompanhar", "Parar promoções"]);
    }

    [Theory]
    [InlineData("PAUSED", "132015", true)]
    [InlineData("DISABLED", "132016", true)]
    [InlineData("REJECTED", "132001", true)]
    public async Task SendAsync_should_say_what_is_the_matter_with_a_template(
        string state,
        string code,
        bool differs
    )
    {
        var template = simulator.State.Templates.Find(Templates.WabaId, "hola", "es")!;
        simulator.State.Templates.Change(
            Templates.WabaId,
            template.Id,
            t => t with { Status = state }
        );

        var refused = (
            await SendAsync(Delivery("¡Hola!") with { Rich = Templates.Filled(template, []) })
        ).ShouldBeOfType<DeliveryOutcome.Rejected>();

        (refused.Code, refused.TemplatesDiffer).ShouldBe((code, differs));
    }

    [Theory]
    [InlineData("👍", "out_reaction")]
    [InlineData("", "out_reaction_remove")]
    public async Task ReactAsync_should_send_a_reaction_or_take_it_back(
        string emoji,
        string fixture
    )
    {
        var delivery = Delivery("");
        var outcome = await ((IReacts)WhatsApp).ReactAsync(
            tenant,
            new ReactionDelivery(
                delivery.MessageId,
                delivery.Channel,
                delivery.Identities,
                "wamid.TARGET",
                emoji
            ),
            default
        );

        outcome.ShouldBeOfType<DeliveryOutcome.Accepted>();
        ShouldLookLike(simulator.State.Outbox.All().ShouldHaveSingleItem(), fixture);
    }

    [Theory]
    [InlineData(ChannelActivity.Seen, "out_mark_read")]
    [InlineData(ChannelActivity.Typing, "out_mark_read_typing")]
    public async Task MarkAsync_should_tell_what_goes_on(ChannelActivity activity, string fixture)
    {
        await ((IMarksMessages)WhatsApp).MarkAsync(
            tenant,
            Delivery("").Channel,
            "wamid.IN1",
            activity,
            default
        );

        var received = simulator.State.Outbox.All().ShouldHaveSingleItem();
        JsonNode
            .DeepEquals(
                JsonNode.Parse(received.Body),
                Fixtures.Json($"whatsapp-cloud/{fixture}.json")
            )
            .ShouldBeTrue(received.Body);
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

    private IChannelConnector WhatsApp =>
        services.GetRequiredService<ChannelCatalog>().Find(ChannelTypes.WhatsApp)!;

    private Task<DeliveryOutcome> SendAsync(Delivery delivery) =>
        WhatsApp.SendAsync(tenant, delivery, default);

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
        sent["biz_opaque_callback_data"]!
            .GetValue<string>()
            .ShouldMatch("^(msg|rea):[0-9a-f]{32}$");
        expected["biz_opaque_callback_data"] = sent["biz_opaque_callback_data"]!.DeepClone();
        if (expected["text"] is { } text)
        {
            text["preview_url"] = false;
        }
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
