using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Simulator;
using FlameAssistant.Testing;

namespace FlameAssistant.Jobs.Tests.Channels.WhatsAppWeb;

/// <summary>How sessions are made, shown, linked and ended; single answers, and a whole life at the simulator.</summary>
public sealed class WebSessionTests
{
    // ---------------------------------------------------------------- making

    [Fact]
    public async Task ConnectAsync_should_make_a_session_of_waha_as_the_file_says()
    {
        await using var host = await GatewayHost.AnsweringAsync(
            "waha",
            asked =>
                asked.Method == "GET"
                    ? (404, "{}")
                    : (201, Fixtures.Text("waha/session_create_response.json"))
        );
        (await Setup(host).ConnectAsync(host.Candidate, default)).IsOk.ShouldBeTrue();

        var made = host.Asked.Single(a => a.Method == "POST");
        made.Path.ShouldBe("/api/sessions");
        Same(made.Body!, "waha/session_create_request");
    }

    [Fact]
    public async Task ConnectAsync_should_make_an_instance_of_evolution_as_the_file_says()
    {
        await using var host = await GatewayHost.AnsweringAsync(
            "evolution",
            asked =>
                asked.Method == "GET"
                    ? (404, "{}")
                    : (201, Fixtures.Text("evolution/instance_create_response_201.json"))
        );
        (await Setup(host).ConnectAsync(host.Candidate, default)).IsOk.ShouldBeTrue();

        var made = host.Asked.Single(a => a.Method == "POST");
        made.Path.ShouldBe("/instance/create");
        var (token, jwt) = (
            made.Body!["token"]!.GetValue<string>(),
            made.Body["webhook"]!["headers"]!["jwt_key"]!.GetValue<string>()
        );
        token.Length.ShouldBe(64);
        jwt.Length.ShouldBe(64);
        jwt.ShouldNotBe(token);
        Same(made.Body!, "evolution/instance_create_request");
    }

    [Fact]
    public async Task ConnectAsync_should_leave_a_session_that_is_right_alone()
    {
        var hook =
            """{"config":{"ignore":{"groups":false},"webhooks":[{"url":"URL","hmac":{"key":"waha-hmac-secret"}}]},"status":"WORKING"}""";
        GatewayHost? known = null;
        await using var host = known = await GatewayHost.AnsweringAsync(
            "waha",
            _ => (200, hook.Replace("URL", known!.Candidate.WebhookUrl, StringComparison.Ordinal))
        );
        await Setup(host).ConnectAsync(host.Candidate, default);
        host.Asked.ShouldAllBe(a => a.Method == "GET");
    }

    [Theory]
    [InlineData("waha", 401, "key_refused", "api_key")]
    [InlineData("evolution", 401, "key_refused", "api_key")]
    [InlineData("waha", 200, "not_gateway", "base_url")]
    [InlineData("waha", 503, "unreachable", null)]
    public async Task CheckAsync_should_say_what_is_wrong_at_its_field(
        string gateway,
        int status,
        string code,
        string? field
    )
    {
        await using var host = await GatewayHost.AnsweringAsync(
            gateway,
            status,
            status == 200 ? "<html>" : Fixtures.Text("evolution/error_401.json")
        );
        var finding = (
            await ((IChannelCheck)host.Connector).CheckAsync(host.Candidate, default)
        ).Findings.ShouldHaveSingleItem();
        (finding.Code, finding.Field).ShouldBe((code, field));
        host.Connector.Definition.SayInEnglish($"Check.{code}").ShouldNotBeNull();
    }

    // ---------------------------------------------------------------- looking

    [Theory]
    [InlineData("waha/session_get_starting", SessionStates.Starting)]
    [InlineData("waha/session_get_stopped", SessionStates.Stopped)]
    [InlineData("waha/session_get_failed", SessionStates.Failed)]
    [InlineData("waha/session_get_working", SessionStates.Working)]
    [InlineData("waha/session_get_scan_qr_code", SessionStates.ScanQrCode)]
    [InlineData("evolution/instance_connection_state_response", SessionStates.Working)]
    public async Task LookAsync_should_read_how_the_session_is(string file, string state)
    {
        await using var host = await GatewayHost.AnsweringAsync(
            file.Split('/')[0],
            200,
            Fixtures.Text($"{file}.json")
        );
        var report = (
            await host.Sessions.LookAsync(host.Candidate, default)
        ).Report.ShouldNotBeNull();
        report.State.ShouldBe(state);
        (report.Account, report.AccountName).ShouldBe(
            file == "waha/session_get_working" ? ("5511990000001", "Loja") : (null, null)
        );
    }

    [Theory]
    [InlineData("waha/qr_raw_response", "2@Abc123,Def456,Ghi789", null)]
    [InlineData("waha/qr_base64_response", null, "data:image/png;base64,iVBORw0KGgo=")]
    public async Task LookAsync_should_bring_the_code_to_scan(
        string file,
        string? code,
        string? picture
    )
    {
        await using var host = await GatewayHost.AnsweringAsync(
            "waha",
            asked =>
                (
                    200,
                    Fixtures.Text(
                        asked.Path.Contains("/auth/qr", StringComparison.Ordinal)
                            ? $"{file}.json"
                            : "waha/session_get_scan_qr_code.json"
                    )
                )
        );
        var view = await host.Sessions.LookAsync(host.Candidate, default);
        (view.Code, view.Picture).ShouldBe((code, picture));
    }

    [Fact]
    public async Task LookAsync_should_bring_evolutions_code_to_scan()
    {
        await using var host = await GatewayHost.AnsweringAsync(
            "evolution",
            asked =>
                asked.Path.StartsWith("/instance/connect/", StringComparison.Ordinal)
                    ? (200, Fixtures.Text("evolution/instance_connect_response.json"))
                    : (200, """{"instance":{"state":"connecting"}}""")
        );
        var view = await host.Sessions.LookAsync(host.Candidate, default);
        (view.Report!.State, view.Code, view.Picture).ShouldBe(
            (SessionStates.ScanQrCode, "2@Abc,Def", "data:image/png;base64,iVBORw0KGgo=")
        );
    }

    [Fact]
    public async Task PairAsync_should_ask_for_a_code_as_the_file_says()
    {
        await using var host = await GatewayHost.AnsweringAsync(
            "waha",
            asked =>
                asked.Path.EndsWith("request-code", StringComparison.Ordinal)
                    ? (201, Fixtures.Text("waha/pairing_code_response.json"))
                    : (200, Fixtures.Text("waha/session_get_scan_qr_code.json"))
        );
        (
            await host.Sessions.PairAsync(host.Candidate, "5511990000001", default)
        ).PairingCode.ShouldBe("ABCD-EFGH");

        var asked = host.Asked[0];
        asked.Path.ShouldBe($"/api/{GatewayHost.Session}/auth/request-code");
        JsonNode
            .DeepEquals(asked.Body, Fixtures.Json("waha/pairing_code_request.json"))
            .ShouldBeTrue();
    }

    [Fact]
    public async Task LogOutAsync_should_unlink_at_evolution()
    {
        await using var host = await GatewayHost.AnsweringAsync(
            "evolution",
            asked =>
                asked.Method == "DELETE"
                    ? (200, Fixtures.Text("evolution/instance_logout_response.json"))
                    : (200, """{"instance":{"state":"close"}}""")
        );
        var view = await host.Sessions.LogOutAsync(host.Candidate, default);
        (view.Problem, view.Report!.State).ShouldBe((null, SessionStates.Stopped));
        host.Asked[0].Path.ShouldBe($"/instance/logout/{GatewayHost.Session}");
    }

    // ---------------------------------------------------------------- a whole life

    [Theory]
    [InlineData("waha")]
    [InlineData("evolution")]
    public async Task Session_should_be_made_linked_unlinked_and_linked_by_a_typed_code(
        string gateway
    )
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var host = GatewayHost.At(
            gateway,
            simulator.Url,
            SimulatorOptions.GatewayKey,
            "flame_life"
        );
        (
            await ((IChannelCheck)host.Connector).CheckAsync(host.Candidate, default)
        ).IsOk.ShouldBeTrue();
        (await Setup(host).ConnectAsync(host.Candidate, default)).IsOk.ShouldBeTrue();
        var code = (await UntilAsync(SessionStates.ScanQrCode)).Code;
        code.ShouldNotBeNull();
        code.ShouldStartWith("2@");

        await simulator.PhoneAsync("flame_life", "scan");
        await UntilAsync(SessionStates.Working);
        (
            await host.SendAsync(host.Text("Olá"))
        ).ShouldBeOfType<FlameAssistant.Data.Conversations.DeliveryOutcome.Accepted>();

        await host.Sessions.LogOutAsync(host.Candidate, default);
        await UntilAsync(SessionStates.Stopped);
        await host.Sessions.RestartAsync(host.Candidate, default);
        await UntilAsync(SessionStates.ScanQrCode);
        var typed = (
            await host.Sessions.PairAsync(host.Candidate, "5511990000001", default)
        ).PairingCode;
        await simulator.PhoneAsync("flame_life", "pair", typed);
        await UntilAsync(SessionStates.Working);

        async Task<SessionView> UntilAsync(string state)
        {
            SessionView? view = null;
            await Eventually.IsTrueAsync(async () =>
                (view = await host.Sessions.LookAsync(host.Candidate, default)).Report?.State
                == state
            );
            return view!;
        }
    }

    private static IChannelSetup Setup(GatewayHost host) => (IChannelSetup)host.Connector;

    /// <summary>The same but for ids, secrets and addresses, which are the test's.</summary>
    private static void Same(JsonNode got, string file) =>
        Shape(got).ShouldBe(Shape(Fixtures.Json($"{file}.json")));

    private static string Shape(JsonNode? node) =>
        node switch
        {
            JsonObject o =>
                $"{{{string.Join(',', o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{Free(p.Key, p.Value)}"))}}}",
            JsonArray a => $"[{string.Join(',', a.Select(Shape))}]",
            _ => node?.ToJsonString() ?? "null",
        };

    private static string Free(string name, JsonNode? value) =>
        name
            is "tenant.id"
                or "channel.id"
                or "value"
                or "url"
                or "token"
                or "jwt_key"
                or "X-Flame-Secret"
            ? "*"
            : Shape(value);
}
