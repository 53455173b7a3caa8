using System.Text.Json;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>What came to /messages, checked as Graph checks it: a message to send, or a mark as read.</summary>
internal sealed record GraphRequest
{
    private const int LongestText = 4096;

    private static readonly string[] Types =
    [
        "text",
        "image",
        "audio",
        "video",
        "document",
        "sticker",
        "location",
        "contacts",
        "interactive",
        "template",
        "reaction",
    ];

    private static readonly string[] MediaTypes =
    [
        "image",
        "audio",
        "video",
        "document",
        "sticker",
    ];

    public string Type { get; init; } = "text";

    public string? To { get; init; }

    public string? Recipient { get; init; }

    public string Text { get; init; } = "";

    /// <summary>The file that was uploaded before, if one is sent.</summary>
    public string? MediaId { get; init; }

    public string? Caption { get; init; }

    public string? FileName { get; init; }

    public string? ReplyTo { get; init; }

    public string? CallbackData { get; init; }

    /// <summary>What the type's own object says.</summary>
    public JsonElement Content { get; init; }

    /// <summary>The message of the customer's that is marked as read.</summary>
    public string? ReadWamid { get; init; }

    public static GraphRequest? Parse(JsonElement? body, out string problem)
    {
        problem = "";
        if (body is not { ValueKind: JsonValueKind.Object } json)
        {
            problem = "The request body is not valid JSON";
        }
        else if (json.String("messaging_product") != "whatsapp")
        {
            problem = "Param messaging_product must be whatsapp";
        }
        else if (json.String("status") is { } status)
        {
            return ParseRead(json, status, out problem);
        }
        else
        {
            return ParseMessage(json, out problem);
        }

        return null;
    }

    private static GraphRequest? ParseRead(JsonElement json, string status, out string problem)
    {
        problem = status == "read" ? "" : "Param status must be read";
        if (string.IsNullOrEmpty(json.String("message_id")))
        {
            problem = "Param message_id is required";
        }

        return problem.Length > 0
            ? null
            : new GraphRequest { Type = "read", ReadWamid = json.String("message_id") };
    }

    private static GraphRequest? ParseMessage(JsonElement json, out string problem)
    {
        var type = json.String("type") ?? "text";
        var (to, recipient) = (json.String("to"), json.String("recipient"));
        var content = json.Member(type);
        problem = (to, recipient) switch
        {
            (null or "", null or "") => "Param to is required",
            ({ Length: > 0 }, _) when !PhoneDigits.IsNumber(to) =>
                "Param to must be a valid WhatsApp phone number",
            _ when !Types.Contains(type, StringComparer.Ordinal) =>
                $"Param type must be one of {{{string.Join(", ", Types)}}}",
            _ when content is null => $"Param {type} is required",
            _ when type == "text" => TextProblem(json.Member("text")!.Value),
            _ when type == "interactive" => InteractiveProblem(content.Value),
            _ => "",
        };
        return problem.Length > 0
            ? null
            : new GraphRequest
            {
                Type = type,
                To = string.IsNullOrEmpty(to) ? null : to,
                Recipient = recipient,
                Text = MessagePreview.Of(type, content!.Value),
                MediaId = MediaTypes.Contains(type, StringComparer.Ordinal)
                    ? content.Value.String("id")
                    : null,
                Caption = content.Value.String("caption"),
                FileName = content.Value.String("filename"),
                ReplyTo = json.Member("context")?.String("message_id"),
                Content = content.Value,
                CallbackData = json.String("biz_opaque_callback_data"),
            };
    }

    /// <summary>Meta's own limits, in its words.</summary>
    private static string InteractiveProblem(JsonElement interactive)
    {
        var action = interactive.Member("action");
        var buttons = Items(action?.Member("buttons")).ToList();
        var rows = Items(action?.Member("sections"))
            .SelectMany(s => Items(s.Member("rows")))
            .ToList();
        return interactive.String("type") switch
        {
            _ when string.IsNullOrWhiteSpace(interactive.Member("body")?.String("text")) =>
                "Param interactive['body'] is required",
            "button" when buttons.Count is 0 or > 3 =>
                "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3",
            "button"
                when buttons.Exists(b =>
                    b.Member("reply")?.String("title") is not { Length: > 0 and <= 20 }
                ) => "Button title length invalid. Min length: 1, Max length: 20",
            "list" when rows.Count is 0 or > 10 => "Total row count exceed max allowed count: 10",
            "list" when rows.Exists(r => r.String("title") is not { Length: > 0 and <= 24 }) =>
                "Row title is too long. Max length: 24",
            "button" or "list" or "cta_url" => "",
            _ => "Param interactive['type'] must be one of {button, list, cta_url}",
        };
    }

    private static IEnumerable<JsonElement> Items(JsonElement? list) =>
        list is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : [];

    private static string TextProblem(JsonElement text) =>
        text.String("body") switch
        {
            null => "Param text['body'] is required",
            var body when string.IsNullOrWhiteSpace(body) => "Param text['body'] cannot be empty",
            { Length: > LongestText } =>
                $"Param text['body'] must be at most {LongestText} characters long.",
            _ => "",
        };
}
