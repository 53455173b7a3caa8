using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Telegram;

/// <summary>A call of the Bot API: its fields, given as JSON or as a form, and the file of a form.</summary>
internal sealed record BotCall(JsonObject Fields, IFormFile? File)
{
    private const int LongestText = 4096;
    private const int LongestCaption = 1024;

    /// <summary>The field that each method that sends a file has it in.</summary>
    private static readonly Dictionary<string, string> FileFields = new(
        StringComparer.OrdinalIgnoreCase
    )
    {
        ["sendPhoto"] = "photo",
        ["sendDocument"] = "document",
        ["sendVideo"] = "video",
        ["sendAudio"] = "audio",
        ["sendVoice"] = "voice",
    };

    public static bool SendsFile(string method) => FileFields.ContainsKey(method);

    public static bool Sends(string method) =>
        SendsFile(method)
        || method is "sendMessage" or "sendLocation" or "sendVenue" or "sendContact";

    public static async Task<BotCall?> ReadAsync(string method, HttpContext http)
    {
        if (http.Request.HasFormContentType)
        {
            if (await UploadForm.ReadAsync(http) is not { } form)
            {
                return null;
            }

            var fields = new JsonObject();
            foreach (var (name, value) in form)
            {
                fields[name] = AsJson(value.ToString());
            }

            return new BotCall(
                fields,
                FileFields.TryGetValue(method, out var field) ? form.Files.GetFile(field) : null
            );
        }

        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        if (buffer.Length == 0)
        {
            return new BotCall([], null);
        }

        try
        {
            return JsonNode.Parse(buffer.ToArray()) is JsonObject fields
                ? new BotCall(fields, null)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string? Text(string name) =>
        Fields[name] is JsonValue value
            ? value.GetValueKind() == JsonValueKind.String
                ? value.GetValue<string>()
                : value.ToJsonString()
            : null;

    public string? ReplyTo(string chat) =>
        (Fields["reply_parameters"] as JsonObject)?["message_id"] is { } id
            ? $"{chat}:{id.ToJsonString()}"
            : null;

    /// <summary>What Telegram would refuse it for; null for nothing.</summary>
    public string? Problem(string method)
    {
        if (!long.TryParse(Text("chat_id"), CultureInfo.InvariantCulture, out _))
        {
            return "chat_id is empty";
        }

        if (method == "sendMessage")
        {
            return Text("text") switch
            {
                null or "" => "message text is empty",
                { Length: > LongestText } => "message is too long",
                _ => null,
            };
        }

        if (SendsFile(method))
        {
            return File is null or { Length: 0 }
                    ? $"there is no {FileFields[method]} in the request"
                : Text("caption")?.Length > LongestCaption ? "message caption is too long"
                : null;
        }

        return null;
    }

    /// <summary>What the phone shows of it.</summary>
    public string Shown(string method) =>
        method switch
        {
            "sendMessage" => Lines([Text("text"), .. Buttons()]),
            "sendLocation" => $"📍 {Text("latitude")}, {Text("longitude")}",
            "sendVenue" => Lines([$"📍 {Text("title")}", Text("address")]),
            "sendContact" => Lines([$"👤 {Text("first_name")}", Text("phone_number")]),
            _ => Lines([Text("caption"), .. Buttons()]),
        };

    private IEnumerable<string> Buttons() =>
        ((Fields["reply_markup"] as JsonObject)?["inline_keyboard"] as JsonArray ?? [])
            .OfType<JsonArray>()
            .SelectMany(row => row.OfType<JsonObject>())
            .Select(button => $"▸ {button["text"]}");

    // A form's values are texts; objects among them are JSON.
    private static JsonNode AsJson(string value)
    {
        try
        {
            return value.StartsWith('{') ? JsonNode.Parse(value)! : JsonValue.Create(value);
        }
        catch (JsonException)
        {
            return JsonValue.Create(value);
        }
    }

    private static string Lines(params IEnumerable<string?> lines) =>
        string.Join('\n', lines.Where(l => !string.IsNullOrEmpty(l)));
}
