using System.Globalization;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Jobs.Channels.Meta;

/// <summary>What each error of the Send API means: try later, tell the agent, or stop the channel.</summary>
internal static class MetaErrors
{
    private const int WindowSubcode = 2018278;

    /// <returns>Null when it is no error of Graph's: it comes from something in between.</returns>
    public static DeliveryOutcome? Outcome(MetaDialect dialect, JsonObject? answer)
    {
        if (answer?["error"] is not JsonObject error || Number(error["code"]) is not { } code)
        {
            return null;
        }
        var subcode = Number(error["error_subcode"]);
        var text = code.ToString(CultureInfo.InvariantCulture);
        var reason = Reason(dialect, code, subcode, Words(error["message"]));
        var scope = ScopeOf(code, subcode);
        return PauseOf(code) is { } pause
            ? new DeliveryOutcome.Postponed(pause, text, reason) { Scope = scope }
            : new DeliveryOutcome.Rejected(text, reason) { Scope = scope };
    }

    /// <summary>Plain words, in English; the provider's own where there are no better ones.</summary>
    public static string Reason(MetaDialect dialect, int code, int? subcode, string? message) =>
        (code, subcode) switch
        {
            (190, _) =>
                "The channel's access token is no longer valid: an admin connects the channel again.",
            (10, WindowSubcode) =>
                $"More time has passed since the customer's last message than {dialect.Name} allows: they must write first.",
            (10 or 200 or 230, _) =>
                $"The access token may not send on {dialect.Name}: an admin connects the channel again with the permission to send messages. ({message})",
            (551, _) =>
                $"{dialect.Name} cannot reach this person now: they closed their account or do not take messages from you.",
            (613 or 4 or 32 or 80006, _) => $"{dialect.Name} takes no more messages at the moment.",
            (100, 2018001) => $"{dialect.Name} does not know this person any more.",
            _ => message ?? "The provider gave no reason.",
        };

    private static FailureScope ScopeOf(int code, int? subcode) =>
        code switch
        {
            10 when subcode == WindowSubcode => FailureScope.Message,
            // The token, its rights, and accounts that Meta has locked or restricted.
            190 or 10 or 368 or (>= 200 and < 300) => FailureScope.Authorization,
            // Meta's own trouble.
            1 or 2 => FailureScope.Channel,
            _ => FailureScope.Message,
        };

    private static TimeSpan? PauseOf(int code) =>
        code switch
        {
            // Rates of the app, the page and the conversation.
            4 or 17 or 32 or 613 or 80006 => TimeSpan.FromSeconds(10),
            // Meta's own trouble; these say that the message was not taken.
            1 or 2 or 1200 => TimeSpan.FromSeconds(2),
            _ => null,
        };

    private static int? Number(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    private static string? Words(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
