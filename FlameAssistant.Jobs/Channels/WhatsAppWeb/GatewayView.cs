using FlameAssistant.Data.Channels;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <summary>What a gateway's answers are to who looks at the channel's page.</summary>
internal static class GatewayView
{
    public const string KeyRefused = "key_refused";
    public const string NotGateway = "not_gateway";
    public const string Refused = "refused";

    private const int LargestPicture = 200_000;

    /// <summary>Of an answer that says nothing of the session.</summary>
    public static SessionView Of(GatewayAnswer answer) =>
        new(null, ProblemOf(answer), GatewayErrors.Said(answer));

    public static SessionView Away(DateTimeOffset at, string said) =>
        new(
            new SessionReport(
                SessionStates.Unreachable,
                at,
                Reason: "The gateway cannot be reached."
            ),
            RegisterWebhookHandler.Unreachable,
            said
        );

    public static string ProblemOf(GatewayAnswer answer) =>
        answer switch
        {
            { Status: 401 or 403 } => KeyRefused,
            { Status: 429 or >= 500 } => RegisterWebhookHandler.Unreachable,
            { Body: null } or { Status: 404 or 405 } => NotGateway,
            _ => Refused,
        };

    /// <summary>Nothing but a small picture gets into the page.</summary>
    public static string? Picture(string? type, string? base64) =>
        type is "image/png" or "image/jpeg"
        && base64 is { Length: > 0 and <= LargestPicture }
        && base64.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=')
            ? $"data:{type};base64,{base64}"
            : null;
}
