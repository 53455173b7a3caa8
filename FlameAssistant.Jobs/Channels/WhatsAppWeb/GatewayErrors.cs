using System.Globalization;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <summary>What each refusal of a gateway means: try later, tell the agent, or stop the channel. In plain English words.</summary>
internal static class GatewayErrors
{
    public const string NotTaken =
        "WhatsApp did not take the message. See on the phone whether the number still works.";

    public const string KeyRefused =
        "The gateway refuses the API key: take it from the gateway's settings again and connect the channel anew.";

    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(10);

    public static DeliveryOutcome Outcome(GatewayAnswer answer)
    {
        var code = answer.Status.ToString(CultureInfo.InvariantCulture);
        return answer switch
        {
            { Status: 401 or 403 } => new DeliveryOutcome.Rejected(code, KeyRefused)
            {
                Scope = FailureScope.Authorization,
            },
            { Status: 422 } => Later("session", NotConnected(answer)),
            { Status: 404 } => Later(
                "no_session",
                "The gateway knows no such session: start it on the channel's page."
            ),
            { Status: 429 } => new DeliveryOutcome.Postponed(
                SoonAgain,
                code,
                "The gateway takes no more messages at the moment."
            ),
            // It says so after it may have begun: the message may have gone.
            { Status: >= 500 } => new DeliveryOutcome.Lost(),
            _ when Missing(answer.Body) is { } number => new DeliveryOutcome.Rejected(
                "not_on_whatsapp",
                $"{number} is not on WhatsApp."
            ),
            _ when Says(answer.Body, "Connection Closed") => Later(
                "session",
                "The gateway is not connected to WhatsApp."
            ),
            _ => new DeliveryOutcome.Rejected(code, Said(answer)),
        };
    }

    /// <summary>The gateway's own words, whatever their shape.</summary>
    public static string Said(GatewayAnswer answer)
    {
        var body = answer.Body as JsonObject;
        var message = (body?["response"] as JsonObject)?["message"] ?? body?["message"];
        var text = message switch
        {
            JsonArray list => string.Join(' ', list.Select(Values.Text).OfType<string>()),
            _ => Values.Text(message),
        };
        return string.IsNullOrWhiteSpace(text)
            ? string.Create(CultureInfo.InvariantCulture, $"The gateway answered {answer.Status}.")
            : text;
    }

    private static DeliveryOutcome.Postponed Later(string code, string reason) =>
        new(SoonAgain, code, reason) { Scope = FailureScope.Channel };

    private static string NotConnected(GatewayAnswer answer) =>
        Values.Text((answer.Body as JsonObject)?["status"]) switch
        {
            "SCAN_QR_CODE" =>
                "The number is not linked: scan the code on the channel's page with the phone.",
            "STARTING" => "The gateway is just starting the session.",
            "STOPPED" => "The gateway has stopped the session: start it on the channel's page.",
            "FAILED" => "The gateway has lost the session: start it on the channel's page.",
            _ => Said(answer),
        };

    /// <summary>The number that nobody has, of an answer about numbers.</summary>
    private static string? Missing(JsonNode? body) =>
        ((body as JsonObject)?["response"] as JsonObject)?["message"] is JsonArray told
            ? told.OfType<JsonObject>()
                .Where(one => one["exists"]?.GetValueKind() == System.Text.Json.JsonValueKind.False)
                .Select(one => "+" + (Values.Text(one["number"]) ?? "?").TrimStart('+'))
                .FirstOrDefault()
            : null;

    private static bool Says(JsonNode? body, string words) =>
        body?.ToJsonString().Contains(words, StringComparison.OrdinalIgnoreCase) == true;
}
