using System.Text.Json.Nodes;

namespace FlameAssistant.Jobs.Channels.Telegram;

/// <summary>What the Bot API answered.</summary>
/// <param name="RetryAfter">How many seconds it wants to be left alone.</param>
/// <param name="MovedTo">The chat's number since it became another kind of chat.</param>
internal sealed record TelegramAnswer(
    bool IsOk,
    JsonNode? Result,
    int ErrorCode,
    string Description,
    int? RetryAfter,
    long? MovedTo
)
{
    /// <returns>Null when it is no answer of the Bot API's: it comes from something in between.</returns>
    public static TelegramAnswer? Read(JsonObject? body)
    {
        if (body?["ok"] is not JsonValue ok || !ok.TryGetValue<bool>(out var isOk))
        {
            return null;
        }
        var parameters = body["parameters"] as JsonObject;
        return new TelegramAnswer(
            isOk,
            body["result"],
            (int)(Values.Number(body["error_code"]) ?? 0),
            Values.Text(body["description"]) ?? "Telegram gave no reason.",
            (int?)Values.Number(parameters?["retry_after"]),
            Values.Number(parameters?["migrate_to_chat_id"])
        );
    }
}
