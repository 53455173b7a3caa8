using System.Text.RegularExpressions;

namespace FlameAssistant.Jobs.Channels.Telegram;

/// <summary>A bot's token begins with the bot's number, which is the channel's account.</summary>
internal static partial class TelegramToken
{
    public static string? BotOf(string? token) =>
        token is not null && Shape().Match(token.Trim()) is { Success: true } match
            ? match.Groups["bot"].Value
            : null;

    [GeneratedRegex("^(?<bot>[0-9]{1,20}):[A-Za-z0-9_-]{10,100}$")]
    private static partial Regex Shape();
}
