using System.Text.Json.Nodes;

namespace FlameAssistant.Jobs.Channels.Telegram;

internal static class TelegramWebhook
{
    /// <summary>What setWebhook is told. Updates that wait there are wanted: they came while we were away.</summary>
    public static JsonObject Of(string url, string secret) =>
        new()
        {
            ["url"] = url,
            ["secret_token"] = secret,
            ["allowed_updates"] = new JsonArray(
                "message",
                "edited_message",
                "callback_query",
                "my_chat_member"
            ),
            ["max_connections"] = 40,
            ["drop_pending_updates"] = false,
        };
}
