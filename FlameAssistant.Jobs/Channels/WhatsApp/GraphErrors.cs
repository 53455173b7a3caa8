using System.Globalization;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Jobs.Channels.WhatsApp;

/// <summary>What each error of the Cloud API means for a message: try later, or tell the agent.</summary>
internal static class GraphErrors
{
    public static DeliveryOutcome Outcome(GraphError error)
    {
        var code = error.Code.ToString(CultureInfo.InvariantCulture);
        var reason = Reason(
            error.Code,
            error.Data?.Details ?? error.Message ?? "The provider gave no reason."
        );
        var scope = ScopeOf(error.Code);
        return PauseOf(error.Code) is { } pause
            ? new DeliveryOutcome.Postponed(pause, code, reason) { Scope = scope }
            : new DeliveryOutcome.Rejected(code, reason) { Scope = scope };
    }

    private static FailureScope ScopeOf(int code) =>
        code switch
        {
            // The token, its rights, and accounts that Meta has locked or restricted.
            190 or 10 or (>= 200 and < 300) or 368 or 131005 or 131031 or 131042 or 133010 =>
                FailureScope.Authorization,
            // Meta's own trouble.
            1 or 2 or 131000 or 131016 or 131057 or 133004 => FailureScope.Channel,
            _ => FailureScope.Message,
        };

    /// <summary>Plain words for the agent, in English; the UI translates by code where it can.</summary>
    public static string Reason(int code, string details) =>
        code switch
        {
            190 =>
                "The channel's access token is no longer valid: an admin connects the channel again.",
            131026 =>
                "WhatsApp cannot reach this person: no WhatsApp, an old version, or terms not accepted.",
            131047 =>
                "More than 24 hours have passed since the customer's last message: only an approved template can be sent.",
            131049 =>
                "WhatsApp held the message back to keep its users' trust: try again in some days.",
            131053 => "WhatsApp could not use the file: check its type and size.",
            _ => details,
        };

    private static TimeSpan? PauseOf(int code) =>
        code switch
        {
            // One message per 6 s to one person.
            131056 => TimeSpan.FromSeconds(6),
            // Throughput of the number or the app.
            4 or 80007 or 130429 or 131048 => TimeSpan.FromSeconds(2),
            // Meta's own trouble; these say that the message was not taken.
            1 or 2 or 131000 or 131016 or 133004 => TimeSpan.FromSeconds(2),
            _ => null,
        };
}
