using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels.Meta;
using FlameAssistant.Jobs.Channels.WhatsApp;
using FlameAssistant.Jobs.Platform;
using FlameAssistant.Testing;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Tests.Channels.WhatsApp;

public sealed class GraphClientTests
{
    [Theory]
    [InlineData("err_100_param", "Param text is required")]
    [InlineData("err_131047_window", "24 hours")]
    [InlineData("err_132001_template", "does not exist")]
    [InlineData("err_190_token_expired", "access token")]
    public async Task SendAsync_should_say_why_it_was_refused(string fixture, string reason)
    {
        await using var graph = await AnswerAsync(fixture);

        var rejected = (await SendAsync(graph.Url)).ShouldBeOfType<DeliveryOutcome.Rejected>();

        fixture.ShouldContain($"_{rejected.Code}_");
        rejected.Reason.ShouldContain(reason);
    }

    [Theory]
    [InlineData("err_130429_throughput", 2)]
    [InlineData("err_131000_generic", 2)]
    [InlineData("err_131056_pair", 6)]
    [InlineData("err_2_service", 2)]
    public async Task SendAsync_should_try_later_what_was_not_taken(string fixture, int seconds)
    {
        await using var graph = await AnswerAsync(fixture);

        var postponed = (await SendAsync(graph.Url)).ShouldBeOfType<DeliveryOutcome.Postponed>();

        fixture.ShouldContain($"_{postponed.Code}_");
        postponed.After.ShouldBe(TimeSpan.FromSeconds(seconds));
        postponed.Reason.ShouldNotBeNullOrWhiteSpace();
    }

    [Theory]
    [InlineData("resp_send_ok")]
    [InlineData("resp_send_ok_bsuid")]
    [InlineData("resp_send_held")]
    public async Task SendAsync_should_know_what_was_accepted(string fixture)
    {
        await using var graph = await AnswerServer.StartAsync(
            200,
            Fixtures.Text($"whatsapp-cloud/{fixture}.json")
        );

        (await SendAsync(graph.Url)).ShouldBe(new DeliveryOutcome.Accepted("wamid.OUT1"));
    }

    [Theory]
    [InlineData(502, "<html><body>Bad gateway</body></html>", "text/html")]
    [InlineData(504, "", "text/plain")]
    [InlineData(200, "<html>Hello</html>", "text/html")]
    [InlineData(200, "{}", "application/json")]
    [InlineData(200, """{"messages":[]}""", "application/json")]
    [InlineData(200, """{"messages":[{"id":""}]}""", "application/json")]
    [InlineData(200, "{\"messages\":[{\"id\":\"wam", "application/json")]
    [InlineData(500, """{"error":"x"}""", "application/json")]
    [InlineData(302, "", "text/plain")]
    public async Task SendAsync_should_not_guess_what_an_odd_answer_means(
        int status,
        string body,
        string contentType
    )
    {
        await using var graph = await AnswerServer.StartAsync(status, body, contentType);

        (await SendAsync(graph.Url)).ShouldBeOfType<DeliveryOutcome.Lost>();
        graph.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task SendAsync_should_not_follow_a_redirect()
    {
        await using var target = await AnswerServer.StartAsync(200, "{}");
        await using var graph = await AnswerServer.StartAsync(context =>
        {
            context.Response.Redirect(target.Url);
            return Task.CompletedTask;
        });

        (await SendAsync(graph.Url)).ShouldBeOfType<DeliveryOutcome.Lost>();
        target.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task SendAsync_should_not_know_what_became_of_a_request_cut_off()
    {
        await using var graph = await AnswerServer.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        (await SendAsync(graph.Url)).ShouldBeOfType<DeliveryOutcome.Lost>();
        graph.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task SendAsync_should_not_know_what_became_of_a_request_that_timed_out()
    {
        var release = new TaskCompletionSource();
        await using var graph = await AnswerServer.StartAsync(context =>
            release.Task.WaitAsync(context.RequestAborted)
        );

        var outcome = await SendAsync(graph.Url, timeout: TimeSpan.FromSeconds(2));

        outcome.ShouldBeOfType<DeliveryOutcome.Lost>();
        release.SetResult();
    }

    [Theory]
    [InlineData("closed")]
    [InlineData("http://graph.invalid")]
    public async Task SendAsync_should_try_later_where_nobody_listens(string url)
    {
        var outcome = await SendAsync(
            url == "closed" ? ClosedPort() : url,
            allowed: "graph.invalid"
        );

        outcome.ShouldBeOfType<DeliveryOutcome.Postponed>().Code.ShouldBe("unreachable");
    }

    [Fact]
    public async Task SendAsync_should_not_reach_a_private_address_unless_allowed()
    {
        await using var inside = await AnswerServer.StartAsync(
            200,
            Fixtures.Text("whatsapp-cloud/resp_send_ok.json")
        );

        (await SendAsync(inside.Url, allowed: "")).ShouldBeOfType<DeliveryOutcome.Postponed>();
        inside.Requests.ShouldBe(0);
        (
            await SendAsync(inside.Url, allowed: "127.0.0.1")
        ).ShouldBeOfType<DeliveryOutcome.Accepted>();
    }

    [Fact]
    public async Task UploadAsync_should_know_the_files_id()
    {
        await using var graph = await AnswerServer.StartAsync(
            200,
            Fixtures.Text("whatsapp-cloud/resp_media_upload.json")
        );
        using var http = Http("127.0.0.1");

        var (id, failure) = await Client(http, graph.Url)
            .UploadAsync(
                null,
                "1",
                "token",
                new DeliveryFile("image", "photo.jpg", "image/jpeg", "hash"),
                new MemoryStream([1, 2, 3]),
                default
            );

        (id, failure).ShouldBe(("4490709327384033", null));
    }

    [Fact]
    public async Task OpenMediaAsync_should_fetch_a_file_from_where_meta_says_that_it_is()
    {
        await using var shelf = await AnswerServer.StartAsync(200, "the file", "image/jpeg");
        var place = Fixtures.Json("whatsapp-cloud/resp_media_get.json");
        place["url"] = shelf.Url;
        await using var graph = await AnswerServer.StartAsync(200, place.ToJsonString());
        using var http = Http("127.0.0.1");

        await using var file = await Client(http, graph.Url)
            .OpenMediaAsync(null, "1003383421387256", "token", default);

        using var reader = new StreamReader(file.ShouldNotBeNull());
        (await reader.ReadToEndAsync()).ShouldBe("the file");
    }

    [Theory]
    [InlineData("resp_success", true)]
    [InlineData("resp_send_ok", false)]
    public async Task TellAsync_should_know_what_was_taken(string fixture, bool taken)
    {
        await using var graph = await AnswerServer.StartAsync(
            200,
            Fixtures.Text($"whatsapp-cloud/{fixture}.json")
        );
        using var http = Http("127.0.0.1");

        (
            await Client(http, graph.Url)
                .TellAsync(null, "1", "token", new JsonObject { ["status"] = "read" }, default)
        ).ShouldBe(taken);
    }

    private static HttpClient Http(string allowed)
    {
        var outbound = new OutboundOptions();
        outbound.AllowedPrivateHosts.Add(allowed);
        return new HttpClient(new OutboundAddresses(Options.Create(outbound)).NewHandler());
    }

    private static GraphClient Client(HttpClient http, string url) =>
        new(http, Options.Create(new GraphOptions { BaseUrl = url }));

    private static Task<AnswerServer> AnswerAsync(string fixture)
    {
        var answer = Fixtures.Json($"whatsapp-cloud/{fixture}.json").AsObject();
        var status = answer["_http_status"]!.GetValue<int>();
        answer.Remove("_http_status");
        return AnswerServer.StartAsync(status, answer.ToJsonString());
    }

    private static async Task<DeliveryOutcome> SendAsync(
        string url,
        string allowed = "127.0.0.1",
        TimeSpan? timeout = null
    )
    {
        var outbound = new OutboundOptions();
        outbound.AllowedPrivateHosts.Add(allowed);
        using var http = new HttpClient(
            new OutboundAddresses(Options.Create(outbound)).NewHandler()
        )
        {
            Timeout = timeout ?? TimeSpan.FromSeconds(20),
        };
        return await new GraphClient(
            http,
            Options.Create(new GraphOptions { BaseUrl = url })
        ).SendAsync(
            null,
            "1",
            "token",
            new JsonObject
            {
                ["to"] = "5511988887777",
                ["text"] = new JsonObject { ["body"] = "Hello" },
            },
            default
        );
    }

    private static string ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
