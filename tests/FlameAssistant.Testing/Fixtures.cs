using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FlameAssistant.Testing;

/// <summary>The providers' shapes in <c>tests/fixtures</c>, copied beside the tests; see the README there.</summary>
public static class Fixtures
{
    /// <summary>The account and the secrets of the WhatsApp files.</summary>
    public const string PhoneNumberId = "200300400500600";
    public const string OtherPhoneNumberId = "999300400500600";
    public const string AppSecret = "test_app_secret_0123456789abcdef";
    public const string VerifyToken = "vt_test_123";
    public const string SignatureHeader = "X-Hub-Signature-256";

    private static readonly string root = Path.Combine(AppContext.BaseDirectory, "fixtures");

    /// <summary>A file's bytes as they are, which is what signatures cover.</summary>
    /// <param name="name">As in <c>whatsapp-cloud/in_text.json</c>.</param>
    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(root, name));

    public static string Text(string name) => File.ReadAllText(Path.Combine(root, name));

    public static JsonNode Json(string name) => JsonNode.Parse(Text(name))!;

    /// <summary>The files of a folder that begin so, without folder and ending.</summary>
    public static IEnumerable<string> Names(string folder, string prefix = "") =>
        Directory
            .EnumerateFiles(Path.Combine(root, folder), $"{prefix}*.json")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal);

    /// <summary>A provider's answer and its status, as the files say both.</summary>
    public static (int Status, string Body) Answer(string name)
    {
        var answer = Json(name).AsObject();
        var status = (answer["_http_status"] ?? answer["error_code"])?.GetValue<int>() ?? 200;
        answer.Remove("_http_status");
        return (status, answer.ToJsonString());
    }

    /// <summary>Every webhook body of WhatsApp, by name.</summary>
    public static IEnumerable<string> WhatsAppInbound() =>
        Directory
            .EnumerateFiles(Path.Combine(root, "whatsapp-cloud"), "*.json")
            .Select(file => "whatsapp-cloud/" + Path.GetFileName(file))
            .Where(name => Json(name)["entry"] is not null)
            .Order(StringComparer.Ordinal);

    /// <summary>A text message as WhatsApp sends it, small and with ids of its own.</summary>
    public static byte[] WhatsAppText(
        string account,
        string wamid,
        string from = "5511988887777",
        string text = "Hello",
        DateTimeOffset? at = null
    ) =>
        WhatsAppBody(
            account,
            "messages",
            new JsonObject
            {
                ["from"] = from,
                ["id"] = wamid,
                ["timestamp"] = Seconds(at),
                ["type"] = "text",
                ["text"] = new JsonObject { ["body"] = text },
            }
        );

    public static byte[] WhatsAppStatus(
        string account,
        string wamid,
        string status,
        Guid? messageId = null
    )
    {
        var item = new JsonObject
        {
            ["id"] = wamid,
            ["status"] = status,
            ["timestamp"] = Seconds(null),
            ["recipient_id"] = "5511988887777",
        };
        if (messageId is { } id)
        {
            item["biz_opaque_callback_data"] = $"msg:{id:N}";
        }
        return WhatsAppBody(account, "statuses", item);
    }

    public static byte[] WhatsAppBody(string account, string list, params JsonNode[] items) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["object"] = "whatsapp_business_account",
                ["entry"] = new JsonArray(
                    new JsonObject
                    {
                        ["id"] = "100200300400500",
                        ["changes"] = new JsonArray(
                            new JsonObject
                            {
                                ["value"] = new JsonObject
                                {
                                    ["messaging_product"] = "whatsapp",
                                    ["metadata"] = new JsonObject { ["phone_number_id"] = account },
                                    [list] = new JsonArray(items),
                                },
                                ["field"] = "messages",
                            }
                        ),
                    }
                ),
            }
        );

    /// <summary>Meta's signature over a body's bytes.</summary>
    public static string Sign(ReadOnlySpan<byte> body, string secret) =>
        "sha256="
        + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    private static string Seconds(DateTimeOffset? at) =>
        (at ?? DateTimeOffset.UtcNow)
            .ToUnixTimeSeconds()
            .ToString(System.Globalization.CultureInfo.InvariantCulture);
}
