using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Testing;

namespace FlameAssistant.Benchmarks;

/// <summary>The way of one channel's messages to the product: bodies as its provider, or a visitor's page, sends them.</summary>
internal sealed record ChannelLine(string Type, string Account, Guid ChannelId, string Secret)
{
    private int sent;

    public static async Task<ChannelLine> WebChatAsync(string address, Guid channel)
    {
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        using var opened = await http.PostAsJsonAsync(
            "/widget/sessions",
            new { widget_key = WidgetKey.Of(channel), locale = "en" }
        );
        opened.EnsureSuccessStatusCode();
        var session = JsonNode.Parse(await opened.Content.ReadAsStringAsync())!;
        return new ChannelLine(
            ChannelTypes.WebChat,
            "",
            channel,
            (string)session["visitor_token"]!
        );
    }

    /// <summary>One message of one and the same customer.</summary>
    public HttpRequestMessage Request(string text)
    {
        var number = Interlocked.Increment(ref sent);
        return Type switch
        {
            ChannelTypes.WebChat => new HttpRequestMessage(HttpMethod.Post, "/widget/messages")
            {
                Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Secret) },
                Content = JsonContent.Create(new { client_id = $"b{number}", text }),
            },
            ChannelTypes.WhatsApp => Signed(
                Fixtures.WhatsAppText(Account, $"wamid.{Guid.NewGuid():N}", text: text)
            ),
            ChannelTypes.Telegram => Signed(Bytes(Update(number, text))),
            ChannelTypes.WhatsAppWeb => Signed(Bytes(Gateway(text)), "waha"),
            _ => Signed(Bytes(Meta(text))),
        };
    }

    /// <summary>A body of WhatsApp with several messages, each of another customer.</summary>
    public HttpRequestMessage Request(int number, int messages) =>
        Signed(
            Fixtures.WhatsAppBody(
                Account,
                "messages",
                [
                    .. Enumerable
                        .Range(0, messages)
                        .Select(i => new JsonObject
                        {
                            ["from"] = $"55119{((number * messages) + i) % 400:0000}7777",
                            ["id"] = $"wamid.{Guid.NewGuid():N}",
                            ["timestamp"] = $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}",
                            ["type"] = "text",
                            ["text"] = new JsonObject { ["body"] = "Olá! Vocês entregam hoje?" },
                        }),
                ]
            )
        );

    private HttpRequestMessage Signed(byte[] body, string? provider = null)
    {
        var request = new HttpRequestMessage(
            HttpMethod.Post,
            $"/webhooks/{provider ?? Type}/{ChannelId}"
        )
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(Fixtures.SignatureHeader, Fixtures.Sign(body, Secret));
        request.Headers.Add("X-Telegram-Bot-Api-Secret-Token", Secret);
        request.Headers.Add(
            "X-Webhook-Hmac",
            Convert.ToHexStringLower(HMACSHA512.HashData(Encoding.UTF8.GetBytes(Secret), body))
        );
        return request;
    }

    private JsonObject Meta(string text)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return new JsonObject
        {
            ["object"] = Type == ChannelTypes.Messenger ? "page" : "instagram",
            ["entry"] = new JsonArray(
                new JsonObject
                {
                    ["id"] = Account,
                    ["time"] = now,
                    ["messaging"] = new JsonArray(
                        new JsonObject
                        {
                            ["sender"] = new JsonObject { ["id"] = "6100000000000077" },
                            ["recipient"] = new JsonObject { ["id"] = Account },
                            ["timestamp"] = now,
                            ["message"] = new JsonObject
                            {
                                ["mid"] = $"m_{Guid.NewGuid():N}",
                                ["text"] = text,
                            },
                        }
                    ),
                }
            ),
        };
    }

    /// <summary>As WAHA has it; bodies name the session, which is the account up to its host.</summary>
    private JsonObject Gateway(string text) =>
        new()
        {
            ["event"] = "message",
            ["session"] = Account.Split('@')[0],
            ["payload"] = new JsonObject
            {
                ["id"] = $"false_5511988887777@c.us_{Guid.NewGuid():N}",
                ["timestamp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
                ["from"] = "5511988887777@c.us",
                ["fromMe"] = false,
                ["source"] = "app",
                ["to"] = "5511990000001@c.us",
                ["body"] = text,
                ["hasMedia"] = false,
            },
        };

    private static JsonObject Update(int number, string text) =>
        new()
        {
            ["update_id"] = 10_000 + number,
            ["message"] = new JsonObject
            {
                ["message_id"] = 10_000 + number,
                ["from"] = new JsonObject { ["id"] = 77, ["first_name"] = "Ana" },
                ["chat"] = new JsonObject { ["id"] = 77, ["type"] = "private" },
                ["date"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
                ["text"] = text,
            },
        };

    private static byte[] Bytes(JsonObject body) => Encoding.UTF8.GetBytes(body.ToJsonString());
}
