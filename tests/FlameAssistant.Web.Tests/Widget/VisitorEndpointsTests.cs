using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Tenancy;
using SkiaSharp;

namespace FlameAssistant.Web.Tests.Widget;

/// <summary>What a visitor's browser says, by HTTP: the contract's shapes, and who is refused.</summary>
public sealed class VisitorEndpointsTests(WidgetHost host)
    : IClassFixture<WidgetHost>,
        IAsyncLifetime
{
    private const string Secret = "a-secret-of-the-site-only";

    private TenantRef tenant = null!;
    private Guid channel;

    public async ValueTask InitializeAsync()
    {
        tenant = await host.Database.NewTenantAsync();
        channel = await host.Database.NewWebChatAsync(tenant, Secret, ("title", "Fale conosco"));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_session_should_have_the_contracts_shape()
    {
        var session = await host.OpenAsync(
            channel,
            new
            {
                visitor_token = (string?)null,
                identity_jwt = (string?)null,
                page = new
                {
                    url = "https://loja.example/p/1",
                    title = "Produto",
                    referrer = "",
                },
                locale = "pt-BR",
            }
        );

        session["visitor_token"]!.GetValue<string>().ShouldStartWith("vst_");
        session["stream_ticket"]!.GetValue<string>().ShouldStartWith("tkt_");
        session["conversation_id"].ShouldBeNull();
        session["visitor_id"]!.GetValue<Guid>().ShouldNotBe(Guid.Empty);
        session["expires_at"]!
            .GetValue<DateTimeOffset>()
            .ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddDays(364));
        var config = session["config"]!;
        config["title"]!.GetValue<string>().ShouldBe("Fale conosco");
        config["greeting"]!.GetValue<string>().ShouldStartWith("Olá!");
        config["color"]!.GetValue<string>().ShouldBe("#c2410c");
        config["working_hours"]!["open"]!.GetValue<bool>().ShouldBeTrue();
        config["max_upload_bytes"]!.GetValue<long>().ShouldBe(16 * 1048576);
    }

    [Fact]
    public async Task A_message_should_be_answered_as_the_contract_says_and_a_copy_with_the_same()
    {
        var token = await TokenAsync();
        var first = await host.WriteAsync(token, "0199d-1", "Olá");
        var copy = await host.WriteAsync(token, "0199d-1", "Olá");

        copy.ToJsonString().ShouldBe(first.ToJsonString());
        (
            first["seq"]!.GetValue<long>(),
            first["client_id"]!.GetValue<string>(),
            first["status"]!.GetValue<string>()
        ).ShouldBe((1, "0199d-1", "accepted"));
        var page = await host.AskAsync(HttpMethod.Get, "/widget/messages", token);
        var message = page["messages"]!.AsArray().ShouldHaveSingleItem()!;
        message["direction"]!.GetValue<string>().ShouldBe("in");
        message["text"]!.GetValue<string>().ShouldBe("Olá");
        (await host.AskAsync(HttpMethod.Get, $"/widget/messages?after={page["rev"]}", token))[
            "messages"
        ]!
            .AsArray()
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_hundred_first_messages_at_once_should_make_one_contact_and_one_conversation()
    {
        var token = await TokenAsync();

        var sent = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(i => host.WriteAsync(token, $"c-{i}", $"Message {i}"))
        );

        sent.Select(s => s["conversation_id"]!.GetValue<Guid>()).Distinct().Count().ShouldBe(1);
        sent.Select(s => s["seq"]!.GetValue<long>())
            .Order()
            .ShouldBe(Enumerable.Range(1, 200).Select(i => (long)i));
        (await CountAsync("contacts")).ShouldBe(1);
        (await CountAsync("conversations")).ShouldBe(1);
    }

    [Fact]
    public async Task Who_comes_back_should_keep_token_and_conversation()
    {
        var token = await TokenAsync();
        var sent = await host.WriteAsync(token, "c-1", "Hello");

        var again = await host.OpenAsync(channel, new { visitor_token = token });

        again["visitor_token"]!.GetValue<string>().ShouldBe(token);
        again["conversation_id"]!
            .GetValue<Guid>()
            .ShouldBe(sent["conversation_id"]!.GetValue<Guid>());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("vst_forged")]
    [InlineData("tkt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task What_is_no_token_should_open_nothing(string? token)
    {
        foreach (
            var (method, path) in new[]
            {
                (HttpMethod.Get, "/widget/messages"),
                (HttpMethod.Post, "/widget/messages"),
                (HttpMethod.Post, "/widget/tickets"),
                (HttpMethod.Post, "/widget/typing"),
                (HttpMethod.Post, "/widget/read"),
                (HttpMethod.Post, "/widget/rating"),
                (HttpMethod.Post, "/widget/files"),
                (HttpMethod.Get, $"/widget/files/{Guid.NewGuid()}"),
            }
        )
        {
            using var answer = await host.SendAsync(method, path, token, body: null);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
        }
    }

    [Fact]
    public async Task An_expired_or_ended_token_should_open_nothing()
    {
        var (expired, ended) = (await TokenAsync(), await TokenAsync());
        await host.Database.ExecuteAsync(
            "UPDATE shared.access_tokens SET expires_at = now() - interval '1 day' WHERE token_hash = "
                + Hash(expired)
        );
        await host.Database.ExecuteAsync(
            "DELETE FROM shared.access_tokens WHERE token_hash = " + Hash(ended)
        );

        (await StatusAsync(HttpMethod.Get, "/widget/messages", expired)).ShouldBe(
            HttpStatusCode.Unauthorized
        );
        (await StatusAsync(HttpMethod.Get, "/widget/messages", ended)).ShouldBe(
            HttpStatusCode.Unauthorized
        );
        // The browser that shows one begins anew.
        var fresh = await host.OpenAsync(channel, new { visitor_token = expired });
        fresh["visitor_token"]!.GetValue<string>().ShouldNotBe(expired);
    }

    [Fact]
    public async Task Another_tenants_widget_should_not_know_the_visitor()
    {
        var token = await TokenAsync();
        await host.WriteAsync(token, "c-1", "Mine");
        var other = await host.Database.NewTenantAsync();
        var theirs = await host.Database.NewWebChatAsync(other);

        var there = await host.OpenAsync(theirs, new { visitor_token = token });

        there["visitor_token"]!.GetValue<string>().ShouldNotBe(token);
        there["conversation_id"].ShouldBeNull();
        var page = await host.AskAsync(
            HttpMethod.Get,
            "/widget/messages",
            there["visitor_token"]!.GetValue<string>()
        );
        page["messages"]!.AsArray().ShouldBeEmpty();
        // And the first token still opens what it opened.
        (await StatusAsync(HttpMethod.Get, "/widget/messages", token)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_channel_that_ends_should_end_its_visitors_calls()
    {
        var token = await TokenAsync();
        await host.Database.ExecuteAsync(
            "UPDATE shared.channel_routes SET state = 'paused' WHERE channel_id = '" + channel + "'"
        );
        host.Get<LiveHub>().Publish([new LiveEvent(tenant.Id, LiveKinds.Channel, channel, 0)]);

        (await StatusAsync(HttpMethod.Get, "/widget/messages", token)).ShouldBe(
            HttpStatusCode.NotFound
        );
        using var opened = await host.SendAsync(
            HttpMethod.Post,
            "/widget/sessions",
            body: new { widget_key = WidgetKey.Of(channel) }
        );
        opened.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_signed_identity_should_be_one_visitor_and_sign_out_end_the_token()
    {
        var jwt = Jwt(
            new
            {
                user_id = "cus_123",
                email = "ana@example.com",
                name = "Ana",
                exp = Seconds(60),
            }
        );
        var phone = await host.OpenAsync(channel, new { identity_jwt = jwt });
        var laptop = await host.OpenAsync(
            channel,
            new { user_id = "cus_123", user_hash = Hmac("cus_123") }
        );
        laptop["visitor_id"]!.GetValue<Guid>().ShouldBe(phone["visitor_id"]!.GetValue<Guid>());
        laptop["profile"]!["name"]!.GetValue<string>().ShouldBe("Ana");
        var token = phone["visitor_token"]!.GetValue<string>();
        await host.WriteAsync(token, "c-1", "Hello");
        (
            await host.Database.AskAsync<string>(
                "SELECT name || ' ' || email FROM contacts",
                tenant
            )
        ).ShouldBe("Ana ana@example.com");

        var stranger = await host.OpenAsync(channel, new { visitor_token = token });

        stranger["conversation_id"].ShouldBeNull();
        (await StatusAsync(HttpMethod.Get, "/widget/messages", token)).ShouldBe(
            HttpStatusCode.Unauthorized
        );
    }

    [Fact]
    public async Task Forged_expired_and_unsigned_identities_should_be_refused()
    {
        var good = new { user_id = "cus_123", exp = Seconds(60) };
        var forged = new Dictionary<string, object>
        {
            ["another secret"] = new
            {
                identity_jwt = Jwt(good, secret: "another-secret-altogether"),
            },
            ["expired"] = new
            {
                identity_jwt = Jwt(new { user_id = "cus_123", exp = Seconds(-60) }),
            },
            ["without an end"] = new { identity_jwt = Jwt(new { user_id = "cus_123" }) },
            ["nobody"] = new { identity_jwt = Jwt(new { exp = Seconds(60) }) },
            ["alg none"] = new { identity_jwt = Jwt(good, alg: "none", signed: false) },
            ["alg none, signed"] = new { identity_jwt = Jwt(good, alg: "none") },
            ["another algorithm"] = new { identity_jwt = Jwt(good, alg: "HS512") },
            ["changed body"] = new
            {
                identity_jwt = Swap(Jwt(good), new { user_id = "cus_999", exp = Seconds(60) }),
            },
            ["no token"] = new { identity_jwt = "x.y" },
            ["another's hash"] = new { user_id = "cus_999", user_hash = Hmac("cus_123") },
            ["no hash"] = new { user_id = "cus_123" },
            ["no hex"] = new { user_id = "cus_123", user_hash = new string('z', 64) },
        };
        foreach (var (what, identity) in forged)
        {
            var body = JsonSerializer.SerializeToNode(identity)!.AsObject();
            body["widget_key"] = WidgetKey.Of(channel);
            using var answer = await host.SendAsync(
                HttpMethod.Post,
                "/widget/sessions",
                body: body.ToJsonString()
            );
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, what);
        }
        (await CountAsync("visitors")).ShouldBe(0);

        // A channel without a secret believes nobody.
        var plain = await host.Database.NewWebChatAsync(tenant);
        using var refused = await host.SendAsync(
            HttpMethod.Post,
            "/widget/sessions",
            body: new { widget_key = WidgetKey.Of(plain), identity_jwt = Jwt(good, secret: "") }
        );
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("/widget/sessions", "{")]
    [InlineData("/widget/sessions", "[]")]
    [InlineData("/widget/messages", "{\"client_id\":5}")]
    [InlineData("/widget/messages", "")]
    [InlineData("/widget/messages", "{\"client_id\":\"a\",\"text\":\"\"}")]
    [InlineData("/widget/messages", "{\"client_id\":\"<x>\",\"text\":\"a\"}")]
    [InlineData(
        "/widget/messages",
        "{\"client_id\":\"a\",\"text\":\"a\",\"attachments\":[\"0199d000-0000-7000-8000-000000000000\"]}"
    )]
    [InlineData("/widget/read", "{\"seq\":1,\"state\":\"eaten\"}")]
    public async Task Bad_bodies_should_be_refused_with_a_reason(string path, string body)
    {
        using var answer = await host.SendAsync(HttpMethod.Post, path, await TokenAsync(), body);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!
            .GetValue<string>()
            .ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_text_that_cannot_be_stored_as_it_is_should_be_stored_as_it_can()
    {
        var token = await TokenAsync();
        using var answer = await host.SendAsync(
            HttpMethod.Post,
            "/widget/messages",
            token,
            "{\"client_id\":\"a\",\"text\":\"a\\u0000b <script>\"}"
        );
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);

        var page = await host.AskAsync(HttpMethod.Get, "/widget/messages", token);

        page["messages"]![0]!["text"]!.GetValue<string>().ShouldBe("a\uFFFDb <script>");
    }

    [Fact]
    public async Task Too_much_of_one_visitor_should_be_slowed_down_and_not_another()
    {
        var token = await TokenAsync();
        HttpStatusCode? slowed = null;
        for (var i = 0; i < 1000 && slowed is null; i++)
        {
            using var answer = await host.SendAsync(
                HttpMethod.Post,
                "/widget/typing",
                token,
                new { on = false }
            );
            if (answer.StatusCode != HttpStatusCode.NoContent)
            {
                slowed = answer.StatusCode;
                answer.Headers.RetryAfter.ShouldNotBeNull();
            }
        }

        slowed.ShouldBe(HttpStatusCode.TooManyRequests);
        (await StatusAsync(HttpMethod.Get, "/widget/messages", await TokenAsync())).ShouldBe(
            HttpStatusCode.OK
        );
    }

    [Fact]
    public async Task Files_should_go_both_ways_and_only_to_their_visitor()
    {
        var (token, other) = (await TokenAsync(), await TokenAsync());
        var file = await UploadAsync(token, "foto ñ.png", Picture());
        var id = file["id"]!.GetValue<Guid>();
        (
            file["name"]!.GetValue<string>(),
            file["kind"]!.GetValue<string>(),
            file["thumb"]!.GetValue<bool>()
        ).ShouldBe(("foto ñ.png", "image", true));
        // Not another's, neither to see nor to send.
        (await StatusAsync(HttpMethod.Get, $"/widget/files/{id}", other)).ShouldBe(
            HttpStatusCode.NotFound
        );
        using (
            var stolen = await host.SendAsync(
                HttpMethod.Post,
                "/widget/messages",
                other,
                new
                {
                    client_id = "c-1",
                    text = "",
                    attachments = new[] { id },
                }
            )
        )
        {
            stolen.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }
        var body = new
        {
            client_id = "c-1",
            text = "",
            attachments = new[] { id },
        };
        var sent = await host.AskAsync(HttpMethod.Post, "/widget/messages", token, body);
        (await host.AskAsync(HttpMethod.Post, "/widget/messages", token, body))
            .ToJsonString()
            .ShouldBe(sent.ToJsonString());

        var page = await host.AskAsync(HttpMethod.Get, "/widget/messages", token);
        page["messages"]![0]!["attachments"]![0]!["id"]!.GetValue<Guid>().ShouldBe(id);
        using var served = await host.SendAsync(HttpMethod.Get, $"/widget/files/{id}", token);
        served.StatusCode.ShouldBe(HttpStatusCode.OK);
        served.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        (await served.Content.ReadAsByteArrayAsync()).ShouldBe(Picture());
        (await StatusAsync(HttpMethod.Get, $"/widget/files/{id}?thumb=1", token)).ShouldBe(
            HttpStatusCode.OK
        );
        (await StatusAsync(HttpMethod.Get, $"/widget/files/{id}", other)).ShouldBe(
            HttpStatusCode.NotFound
        );
        // The agent has it, too.
        var agent = await host.Database.NewMemberAsync(tenant);
        (
            await host.Database.ReadAsync(tenant, unit => unit.FindFileAsync(id, default), agent)
        ).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_file_that_lies_should_be_refused()
    {
        using var form = Form("foto.png", "MZ program"u8.ToArray());
        using var answer = await host.SendAsync(
            HttpMethod.Post,
            "/widget/files",
            await TokenAsync(),
            form
        );

        answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    private async Task<string> TokenAsync() =>
        (await host.OpenAsync(channel))["visitor_token"]!.GetValue<string>();

    private async Task<JsonNode> UploadAsync(string token, string name, byte[] content)
    {
        using var form = Form(name, content);
        return await host.AskAsync(HttpMethod.Post, "/widget/files", token, form);
    }

    private static MultipartFormDataContent Form(string name, byte[] content)
    {
        var part = new ByteArrayContent(content);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return new MultipartFormDataContent { { part, "file", name } };
    }

    private async Task<HttpStatusCode> StatusAsync(HttpMethod method, string path, string token)
    {
        using var answer = await host.SendAsync(method, path, token);
        return answer.StatusCode;
    }

    private Task<long> CountAsync(string table) =>
        host.Database.AskAsync<long>($"SELECT count(*) FROM {table}", tenant);

    private static long Seconds(int fromNow) =>
        DateTimeOffset.UtcNow.AddSeconds(fromNow).ToUnixTimeSeconds();

    private static string Hash(string token) =>
        $"'\\x{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)))}'";

    private static string Hmac(string userId) =>
        Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(userId))
        );

    private static string Jwt(
        object body,
        string secret = Secret,
        string alg = "HS256",
        bool signed = true
    )
    {
        var text =
            Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new { alg, typ = "JWT" }))
            + "."
            + Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(body));
        return text
            + "."
            + (
                signed
                    ? Base64Url.EncodeToString(
                        HMACSHA256.HashData(
                            Encoding.UTF8.GetBytes(secret),
                            Encoding.ASCII.GetBytes(text)
                        )
                    )
                    : ""
            );
    }

    private static string Swap(string jwt, object body)
    {
        var parts = jwt.Split('.');
        return $"{parts[0]}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(body))}.{parts[2]}";
    }

    private static byte[] Picture()
    {
        using var picture = new SKBitmap(60, 40);
        picture.Erase(SKColors.Orange);
        using var data = picture.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
