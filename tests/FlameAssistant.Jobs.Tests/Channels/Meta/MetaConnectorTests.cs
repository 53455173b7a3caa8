using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Simulator.Providers;
using FlameAssistant.Simulator.WhatsApp;
using FlameAssistant.Testing;

namespace FlameAssistant.Jobs.Tests.Channels.Meta;

/// <summary>Messenger and Instagram as they are registered, against the simulator and single answers over HTTP.</summary>
public sealed class MetaConnectorTests : IAsyncLifetime
{
    private const string Page = "104000000000001";
    private const string Instagram = "17841400000000001";
    private const string Token = "meta-access-token";
    private SimulatorHost simulator = null!;
    private ConnectorHost messenger = null!;
    private ConnectorHost instagram = null!;

    public async ValueTask InitializeAsync()
    {
        simulator = await SimulatorHost.StartAsync();
        simulator.Connect(ChannelKinds.Messenger, Page, Token + "-m");
        simulator.Connect(ChannelKinds.Instagram, Instagram, Token + "-i");
        messenger = new(ChannelTypes.Messenger, simulator.Url, Page, Token + "-m");
        instagram = new(ChannelTypes.Instagram, simulator.Url, Instagram, Token + "-i");
    }

    public async ValueTask DisposeAsync()
    {
        await messenger.DisposeAsync();
        await instagram.DisposeAsync();
        await simulator.DisposeAsync();
    }

    // ---------------------------------------------------------------- bodies

    [Fact]
    public async Task SendAsync_should_send_a_text_that_its_echo_names()
    {
        var delivery = messenger.Text("Oi!");

        var outcome = await messenger.SendAsync(delivery);

        var sent = Received();
        outcome.ShouldBe(new DeliveryOutcome.Accepted(sent.Wamid!));
        sent.Version.ShouldBe("v25.0");
        var body = JsonNode.Parse(sent.Body)!;
        body["message"]!["metadata"]!.GetValue<string>().ShouldBe($"flame:{delivery.MessageId:N}");
        body["message"]!["metadata"] = "flame:0199a1b2";
        ShouldBe(body, "messenger/out_text");
    }

    [Theory]
    [InlineData(
        ChannelTypes.Messenger,
        "Desculpe a demora",
        true,
        "messenger/out_text_human_agent"
    )]
    [InlineData(ChannelTypes.Instagram, "Olá", true, "instagram/out_text_human_agent")]
    [InlineData(ChannelTypes.Instagram, "Olá", false, "instagram/out_text_instagram_login")]
    public async Task SendAsync_should_send_what_the_provider_wants(
        string type,
        string text,
        bool isAfterWindow,
        string fixture
    )
    {
        var host = type == ChannelTypes.Messenger ? messenger : instagram;

        (
            await host.SendAsync(host.Text(text, "m_in1") with { IsAfterWindow = isAfterWindow })
        ).ShouldBeOfType<DeliveryOutcome.Accepted>();

        var body = WithoutMetadata(Received());
        if (!isAfterWindow)
        {
            body["reply_to"]!["mid"]!.GetValue<string>().ShouldBe("m_in1");
            body.AsObject().Remove("reply_to");
        }
        ShouldBe(body, fixture);
    }

    [Fact]
    public async Task SendAsync_should_offer_quick_replies()
    {
        await messenger.SendAsync(
            messenger.Text("Confirma?") with
            {
                Rich = new MessageRich { Buttons = [new("Sim", "YES")] },
            }
        );

        ShouldBe(WithoutMetadata(Received()), "messenger/out_quick_replies");
    }

    [Fact]
    public async Task SendAsync_should_give_the_address_of_a_file()
    {
        await using var graph = await AnswerServer.StartAsync(
            200,
            Fixtures.Text("messenger/resp_send_ok.json")
        );
        var (host, bodies) = await RecordedAsync(ChannelTypes.Messenger);
        await using var recorded = host;
        var delivery = await host.FileAsync("image", "image/jpeg", "a.jpg", [1, 2, 3]);

        (await host.SendAsync(delivery)).ShouldBe(new DeliveryOutcome.Accepted("m_out1"));

        var body = JsonNode.Parse(bodies.Single())!;
        body["message"]!.AsObject().Remove("metadata");
        var payload = body["message"]!["attachment"]!["payload"]!;
        var url = payload["url"]!.GetValue<string>();
        url.ShouldMatch(@"^https://app\.example\.com/m/[A-Za-z0-9_-]+/a\.jpg$");
        host.Links.Open(url.Split('/')[^2])!
            .ShouldSatisfyAllConditions(
                file => file.TenantId.ShouldBe(host.Tenant),
                file => file.ContentHash.ShouldBe(delivery.File!.ContentHash)
            );
        payload["url"] = "https://app.example.com/m/sig/a.jpg";
        ShouldBe(body, "messenger/out_attachment_url");
    }

    [Theory]
    [InlineData("image", "image/webp", "file")]
    [InlineData("video", "video/mp4", "video")]
    [InlineData("audio", "audio/ogg", "audio")]
    [InlineData("document", "application/pdf", "file")]
    public async Task SendAsync_should_say_what_kind_a_file_is(
        string kind,
        string type,
        string name
    )
    {
        var (host, bodies) = await RecordedAsync(ChannelTypes.Instagram);
        await using var recorded = host;

        await host.SendAsync(await host.FileAsync(kind, type, "x", [1]));

        var attachment = JsonNode.Parse(bodies.Single())!["message"]!["attachment"]!;
        attachment["type"]!.GetValue<string>().ShouldBe(name);
    }

    [Fact]
    public async Task ShowAsync_should_say_that_somebody_types()
    {
        await ((IShowsActivity)messenger.Connector).ShowAsync(
            messenger.Tenant,
            messenger.Channel,
            messenger.Customer,
            ChannelActivity.Typing,
            default
        );

        ShouldBe(JsonNode.Parse(Received().Body)!, "messenger/out_sender_action");
    }

    // ---------------------------------------------------------------- answers

    [Theory]
    [InlineData(ChannelTypes.Messenger, "messenger/resp_send_ok", "m_out1")]
    [InlineData(ChannelTypes.Instagram, "instagram/resp_send_ok", "aWdf_out")]
    public async Task SendAsync_should_know_what_was_accepted(
        string type,
        string fixture,
        string id
    ) => (await AnsweredAsync(type, fixture)).ShouldBe(new DeliveryOutcome.Accepted(id));

    [Theory]
    [InlineData("err_10_window", "10", "must write first")]
    [InlineData("err_551_unavailable", "551", "cannot reach this person")]
    public async Task SendAsync_should_say_why_it_was_refused(
        string fixture,
        string code,
        string words
    )
    {
        var refused = (
            await AnsweredAsync(ChannelTypes.Messenger, $"messenger/{fixture}")
        ).ShouldBeOfType<DeliveryOutcome.Rejected>();
        (refused.Code, refused.Scope).ShouldBe((code, FailureScope.Message));
        refused.Reason.ShouldContain(words);
    }

    [Fact]
    public async Task SendAsync_should_try_later_what_was_too_fast()
    {
        var later = (
            await AnsweredAsync(ChannelTypes.Messenger, "messenger/err_613_rate")
        ).ShouldBeOfType<DeliveryOutcome.Postponed>();
        (later.Code, later.After).ShouldBe(("613", TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Errors_and_answers_should_all_be_used() =>
        new[] { "messenger", "instagram" }
            .SelectMany(folder => Fixtures.Names(folder).Select(name => $"{folder}/{name}"))
            .Where(name => !name.Contains("/in_", StringComparison.Ordinal))
            .ShouldBe(
                [
                    "messenger/err_10_window",
                    "messenger/err_551_unavailable",
                    "messenger/err_613_rate",
                    "messenger/out_attachment_url",
                    "messenger/out_quick_replies",
                    "messenger/out_sender_action",
                    "messenger/out_text",
                    "messenger/out_text_human_agent",
                    "messenger/resp_send_ok",
                    "instagram/out_text_human_agent",
                    "instagram/out_text_instagram_login",
                    "instagram/resp_send_ok",
                ],
                "a new file needs its test here"
            );

    [Theory]
    [InlineData(190, FailureScope.Authorization)]
    [InlineData(10, FailureScope.Authorization)]
    [InlineData(230, FailureScope.Authorization)]
    [InlineData(100, FailureScope.Message)]
    public async Task SendAsync_should_know_whose_fault_a_refusal_is(int code, FailureScope scope)
    {
        await using var graph = await AnswerServer.StartAsync(
            400,
            string.Create(
                CultureInfo.InvariantCulture,
                $$$"""{"error":{"code":{{{code}}},"message":"No"}}"""
            )
        );
        await using var host = New(ChannelTypes.Messenger, graph.Url);

        (await host.SendAsync(host.Text("x")))
            .ShouldBeOfType<DeliveryOutcome.Rejected>()
            .Scope.ShouldBe(scope);
    }

    [Theory]
    [InlineData(502, "<html>")]
    [InlineData(200, "{}")]
    [InlineData(500, """{"error":"x"}""")]
    [InlineData(200, """{"message_id":""}""")]
    public async Task SendAsync_should_not_guess_what_an_odd_answer_means(int status, string body)
    {
        await using var graph = await AnswerServer.StartAsync(status, body);
        await using var host = New(ChannelTypes.Messenger, graph.Url);

        (await host.SendAsync(host.Text("x"))).ShouldBeOfType<DeliveryOutcome.Lost>();
        graph.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task SendAsync_should_not_know_what_became_of_a_cut_connection()
    {
        simulator.State.Channels.SetFaults(Page, new ChannelFaults { DropConnection = true });

        (await messenger.SendAsync(messenger.Text("x"))).ShouldBeOfType<DeliveryOutcome.Lost>();

        simulator.State.Outbox.All().Count.ShouldBe(1);
    }

    [Fact]
    public async Task SendAsync_should_try_later_where_nobody_listens()
    {
        await using var host = New(ChannelTypes.Instagram, "http://127.0.0.1:1");

        var later = (
            await host.SendAsync(host.Text("x"))
        ).ShouldBeOfType<DeliveryOutcome.Postponed>();
        (later.Code, later.Scope).ShouldBe(("unreachable", FailureScope.Channel));
    }

    [Fact]
    public async Task SendAsync_should_refuse_who_has_no_identity() =>
        (await messenger.SendAsync(messenger.Text("x") with { Identities = [] }))
            .ShouldBeOfType<DeliveryOutcome.Rejected>()
            .Code.ShouldBe("no_recipient");

    [Theory]
    [InlineData(ChannelTypes.Messenger, 2000, 1, true)]
    [InlineData(ChannelTypes.Messenger, 2001, 1, false)]
    [InlineData(ChannelTypes.Instagram, 500, 2, true)]
    [InlineData(ChannelTypes.Instagram, 501, 2, false)]
    public async Task The_simulator_should_count_as_the_provider_does(
        string type,
        int letters,
        int bytesOfEach,
        bool fits
    )
    {
        var host = type == ChannelTypes.Messenger ? messenger : instagram;
        var text = new string(bytesOfEach == 2 ? 'ñ' : 'n', letters);
        Encoding.UTF8.GetByteCount(text).ShouldBe(letters * bytesOfEach);

        (await host.SendAsync(host.Text(text)) is DeliveryOutcome.Accepted).ShouldBe(fits);
    }

    // ---------------------------------------------------------------- names and files

    [Fact]
    public async Task FindNameAsync_should_ask_for_who_wrote()
    {
        await simulator.WriteAsync(Page, messenger.Customer.Value, "Olá", "Ana Souza");

        (
            await ((IKnowsNames)messenger.Connector).FindNameAsync(
                messenger.Tenant,
                messenger.Channel,
                messenger.Customer,
                default
            )
        ).ShouldBe("Ana Souza");
    }

    [Fact]
    public async Task OpenMediaAsync_should_fetch_without_the_token()
    {
        var authorization = "";
        await using var cdn = await AnswerServer.StartAsync(context =>
        {
            authorization = context.Request.Headers.Authorization.ToString();
            return context.Response.Body.WriteAsync(new byte[] { 1, 2, 3 }).AsTask();
        });

        await using var file = await messenger.Connector.OpenMediaAsync(
            messenger.Tenant,
            messenger.Channel,
            $"{cdn.Url}/a.jpg",
            default
        );

        file!.ReadByte().ShouldBe(1);
        authorization.ShouldBeEmpty();
        (
            await messenger.Connector.OpenMediaAsync(
                messenger.Tenant,
                messenger.Channel,
                "file:///etc/passwd",
                default
            )
        ).ShouldBeNull();
    }

    // ---------------------------------------------------------------- the wizard's question

    [Theory]
    [InlineData(ChannelTypes.Messenger, "page_id", Page, null, null)]
    [InlineData(ChannelTypes.Messenger, "page_id", "1", "page_id", "page_id_other")]
    [InlineData(ChannelTypes.Messenger, "access_token", "wrong", "access_token", "token_wrong")]
    [InlineData(ChannelTypes.Messenger, "app_secret", "wrong", "app_secret", "app_secret")]
    [InlineData(ChannelTypes.Instagram, "ig_id", Instagram, null, null)]
    [InlineData(ChannelTypes.Instagram, "ig_id", "1", "ig_id", "ig_id_other")]
    [InlineData(ChannelTypes.Instagram, "access_token", "wrong", "access_token", "token_wrong")]
    public async Task CheckAsync_should_say_what_is_wrong_where(
        string type,
        string changed,
        string value,
        string? field,
        string? code
    )
    {
        var (host, account) =
            type == ChannelTypes.Messenger
                ? (messenger, ("page_id", Page))
                : (instagram, ("ig_id", Instagram));
        var values = new Dictionary<string, string>
        {
            [account.Item1] = account.Item2,
            ["access_token"] = type == ChannelTypes.Messenger ? Token + "-m" : Token + "-i",
            ["app_secret"] = Fixtures.AppSecret,
            [changed] = value,
        };

        var check = await ((IChannelCheck)host.Connector).CheckAsync(
            host.Candidate([.. values.Select(v => (v.Key, v.Value))]),
            default
        );

        if (code is null)
        {
            check.Findings.ShouldBeEmpty();
            check.Account.ShouldNotBeNullOrEmpty();
            (
                await ((IChannelSetup)host.Connector).ConnectAsync(
                    host.Candidate([.. values.Select(v => (v.Key, v.Value))]),
                    default
                )
            ).Findings.ShouldBeEmpty();
            return;
        }
        var finding = check.Findings.ShouldHaveSingleItem();
        (finding.Field, finding.Code).ShouldBe((field, code));
        finding.Said.ShouldNotBeNullOrWhiteSpace();
        foreach (var language in new[] { "en", "es" })
        {
            host.Connector.Definition.Say($"Check.{code}", CultureInfo.GetCultureInfo(language))
                .ShouldNotBeNullOrWhiteSpace();
        }
    }

    private static ConnectorHost New(string type, string url) => new(type, url, Page, Token);

    private static async Task<DeliveryOutcome> AnsweredAsync(string type, string fixture)
    {
        var (status, body) = Fixtures.Answer($"{fixture}.json");
        await using var graph = await AnswerServer.StartAsync(status, body);
        await using var host = New(type, graph.Url);
        return await host.SendAsync(host.Text("Oi!"));
    }

    /// <summary>A provider that takes everything, and what it was sent.</summary>
    private static async Task<(ConnectorHost Host, List<string> Bodies)> RecordedAsync(string type)
    {
        var bodies = new List<string>();
        var graph = await AnswerServer.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            bodies.Add(await reader.ReadToEndAsync());
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(Fixtures.Bytes("messenger/resp_send_ok.json"));
        });
        return (New(type, graph.Url), bodies);
    }

    private FlameAssistant.Simulator.WhatsApp.ReceivedMessage Received() =>
        simulator.State.Outbox.All().ShouldHaveSingleItem();

    private static JsonNode WithoutMetadata(FlameAssistant.Simulator.WhatsApp.ReceivedMessage sent)
    {
        var body = JsonNode.Parse(sent.Body)!;
        body["message"]!.AsObject().Remove("metadata");
        return body;
    }

    private static void ShouldBe(JsonNode body, string fixture) =>
        JsonNode
            .DeepEquals(body, Fixtures.Json($"{fixture}.json"))
            .ShouldBeTrue(body.ToJsonString());
}
