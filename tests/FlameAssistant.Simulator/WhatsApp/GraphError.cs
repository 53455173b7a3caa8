using System.Text.Json.Nodes;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>An error in Graph's shape, as an answer or inside a failed status.</summary>
internal sealed record GraphError(int Status, int Code, string Title, string? Details = null)
{
    private const string TraceId = "Az8or2yhqkZfEZ-_4Qn_Bam";

    private static readonly Dictionary<string, GraphError> Known = new GraphError[]
    {
        Parameter("Param text is required"),
        new(401, 190, "Error validating access token: Session has expired") { Subcode = 463 },
        new(503, 2, "An unexpected error has occurred. Please retry your request later.")
        {
            Transient = true,
        },
        new(
            429,
            130429,
            "Rate limit hit",
            "Message failed to send because there were too many messages sent from this phone number in a short period of time"
        ),
        new(500, 131000, "Something went wrong"),
        new(400, 131026, "Message undeliverable", "Message Undeliverable."),
        new(
            400,
            131047,
            "Re-engagement message",
            "More than 24 hours have passed since the recipient last replied"
        )
        {
            StatusDetails =
                "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
        },
        new(
            400,
            131049,
            "This message was not delivered to maintain healthy ecosystem engagement.",
            "In order to maintain a healthy ecosystem engagement, the message failed to be delivered."
        ),
        new(
            400,
            131053,
            "Media upload error",
            "Downloading media from weblink failed with http code 404, status message Not Found"
        ),
        new(
            429,
            131056,
            "(Business Account, Consumer Account) pair rate limit hit",
            "Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time."
        ),
        new(400, 10, "This message is sent outside of allowed window.") { Subcode = 2018278 },
        new(400, 551, "This person isn't available right now.") { Subcode = 1545041 },
        new(400, 613, "Calls to this api have exceeded the rate limit."),
        new(400, 2018047, "Upload attachment failure."),
        new(
            400,
            132000,
            "Number of parameters does not match the expected number of params",
            "body: number of localizable_params does not match the expected number of params"
        ),
        new(
            400,
            132012,
            "Parameter format does not match format in the created template",
            "header: Format mismatch, expected LOCATION, received UNKNOWN"
        ),
        new(400, 132015, "Template is Paused", "Template is paused due to low quality"),
        new(400, 132016, "Template is Disabled", "Template is disabled due to low quality"),
        new(400, 131031, "Business Account locked", "Business account has been locked"),
        new(
            404,
            132001,
            "Template name does not exist in the translation",
            "template name (x) does not exist in pt_BR"
        ),
    }.ToDictionary(e => e.CodeText, StringComparer.Ordinal);

    public static string KnownCodes => string.Join(", ", Known.Keys);

    public int? Subcode { get; init; }

    public string Type { get; init; } = "OAuthException";

    public bool Transient { get; init; }

    public string? StatusDetails { get; init; }

    public string CodeText => Code.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static bool IsKnown(string code) => Known.ContainsKey(code);

    public static GraphError ByCode(string code) => Known[code];

    public static GraphError Parameter(string details) =>
        new(400, 100, "Invalid parameter", details);

    public static GraphError WrongToken() =>
        new(401, 190, "Invalid OAuth access token - Cannot parse access token");

    public static GraphError WrongProof() =>
        new(400, 100, "Invalid appsecret_proof provided in the API argument")
        {
            Type = "GraphMethodException",
        };

    public static GraphError UnknownObject(string id) =>
        new(
            400,
            100,
            $"Unsupported request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation."
        )
        {
            Type = "GraphMethodException",
            Subcode = 33,
        };

    public JsonObject ToAnswer()
    {
        // 190, 2 and the missing object come from Graph itself, which does not name the code in its text.
        var fromGraph = Code is 190 or 2 || Subcode == 33 || Type == "GraphMethodException";
        var error = new JsonObject
        {
            ["message"] = fromGraph ? Title : $"(#{CodeText}) {Title}",
            ["type"] = Type,
            ["code"] = Code,
        };
        if (Subcode is { } subcode)
        {
            error["error_subcode"] = subcode;
        }

        if (Transient)
        {
            error["is_transient"] = true;
        }

        if (Details is not null)
        {
            error["error_data"] = new JsonObject
            {
                ["messaging_product"] = "whatsapp",
                ["details"] = Details,
            };
        }

        error["fbtrace_id"] = TraceId;
        return new JsonObject { ["error"] = error };
    }

    public JsonObject ToStatusError() =>
        new()
        {
            ["code"] = Code,
            ["title"] = Title,
            ["message"] = Title,
            ["error_data"] = new JsonObject { ["details"] = StatusDetails ?? Details ?? Title },
            ["href"] = "/documentation/business-messaging/whatsapp/support/error-codes",
        };
}
