using System.Globalization;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Jobs.Channels.Telegram;

/// <summary>What each refusal of the Bot API means: try later, tell the agent, or stop the channel.</summary>
internal static class TelegramErrors
{
    public static DeliveryOutcome Outcome(TelegramAnswer answer, string chat)
    {
        var code = answer.ErrorCode.ToString(CultureInfo.InvariantCulture);
        return answer.ErrorCode switch
        {
            429 => new DeliveryOutcome.Postponed(
                TimeSpan.FromSeconds(Math.Clamp(answer.RetryAfter ?? 5, 1, 3600)),
                code,
                "Telegram takes no more messages at the moment."
            ),
            // It says so after it may have begun: the message may have gone.
            >= 500 => new DeliveryOutcome.Lost(),
            401 or 404 => new DeliveryOutcome.Rejected(code, TokenReason)
            {
                Scope = FailureScope.Authorization,
            },
            403 => new DeliveryOutcome.Rejected(code, Reason(answer))
            {
                ShutOutBy = new InboundIdentity(IdentityKinds.Telegram, chat),
            },
            _ => new DeliveryOutcome.Rejected(code, Reason(answer)),
        };
    }

    public const string TokenReason =
        "Telegram does not know this bot token: take it from @BotFather again and connect the channel anew.";

    /// <summary>Plain words, in English; the provider's own where there are no better ones.</summary>
    public static string Reason(TelegramAnswer answer) =>
        answer switch
        {
            { ErrorCode: 401 or 404 } => TokenReason,
            { ErrorCode: 403 } when Says(answer, "blocked") =>
                "The customer has blocked this bot: they must let it in again or write first.",
            { ErrorCode: 403 } when Says(answer, "deactivated") =>
                "The customer's Telegram account is closed.",
            { ErrorCode: 403 } =>
                $"Telegram does not let this bot write to the customer. ({answer.Description})",
            _ when Says(answer, "chat not found") =>
                "Telegram does not know this chat: the customer must write to the bot first.",
            _ when Says(answer, "file is too big") =>
                "Telegram gives bots files of up to 20 MB only.",
            _ => answer.Description,
        };

    private static bool Says(TelegramAnswer answer, string words) =>
        answer.Description.Contains(words, StringComparison.OrdinalIgnoreCase);
}
