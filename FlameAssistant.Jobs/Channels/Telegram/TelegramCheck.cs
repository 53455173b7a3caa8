using System.Text.Json.Nodes;

namespace FlameAssistant.Jobs.Channels.Telegram;

/// <summary>Asks Telegram who the bot is, and tells it where the updates go. What fails is a finding at its setting.</summary>
internal sealed class TelegramCheck(TelegramClient client, string root, ChannelCandidate channel)
{
    public async Task<ChannelCheck> RunAsync(CancellationToken ct)
    {
        var answer = await CallAsync("getMe", [], ct);
        if (answer is not { IsOk: true, Result: JsonObject bot })
        {
            return new ChannelCheck(null, Finding(answer, "token_wrong"));
        }
        var names = new[]
        {
            Values.Text(bot["username"]) is { } username ? "@" + username : null,
            Values.Text(bot["first_name"]),
        };
        return new ChannelCheck(string.Join(" · ", names.OfType<string>()));
    }

    public async Task<ChannelCheck> RegisterAsync(CancellationToken ct)
    {
        var answer = await CallAsync(
            "setWebhook",
            TelegramWebhook.Of(channel.WebhookUrl, channel[TelegramSettings.SecretToken]),
            ct
        );
        return answer is { IsOk: true }
            ? new ChannelCheck(null)
            : new ChannelCheck(null, Finding(answer, "webhook"));
    }

    public Task ForgetAsync(CancellationToken ct) => CallAsync("deleteWebhook", [], ct);

    private static ChannelFinding Finding(TelegramAnswer? answer, string code) =>
        answer switch
        {
            { ErrorCode: 401 or 404 } => new(
                TelegramSettings.BotToken,
                "token_wrong",
                answer.Description
            ),
            null or { ErrorCode: 429 or >= 500 } => new(
                null,
                RegisterWebhookHandler.Unreachable,
                answer?.Description
            ),
            _ => new(
                code == "webhook" ? null : TelegramSettings.BotToken,
                code,
                answer.Description
            ),
        };

    /// <returns>Null when no answer came.</returns>
    private async Task<TelegramAnswer?> CallAsync(
        string method,
        JsonObject body,
        CancellationToken ct
    )
    {
        try
        {
            return await client.CallAsync(
                root,
                channel[TelegramSettings.BotToken],
                method,
                TelegramClient.Json(body),
                ct
            );
        }
        catch (Exception ex)
            when (ex is HttpRequestException or IOException or OperationCanceledException)
        {
            return null;
        }
    }
}
