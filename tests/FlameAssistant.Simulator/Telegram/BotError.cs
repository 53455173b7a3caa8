using System.Text.Json.Nodes;

namespace FlameAssistant.Simulator.Telegram;

/// <summary>A refusal in the Bot API's shape.</summary>
internal sealed record BotError(int Code, string Description, JsonObject? Parameters = null)
{
    private static readonly Dictionary<string, BotError> Known = new(StringComparer.Ordinal)
    {
        ["400"] = Bad("chat not found"),
        ["401"] = new(401, "Unauthorized"),
        ["403"] = new(403, "Forbidden: bot was blocked by the user"),
        ["404"] = new(404, "Not Found"),
        ["429"] = new(429, "Too Many Requests: retry after 3")
        {
            Parameters = new JsonObject { ["retry_after"] = 3 },
        },
    };

    public static IEnumerable<string> KnownCodes => Known.Keys;

    public static bool IsKnown(string code) => Known.ContainsKey(code);

    public static BotError ByCode(string code) => Known.GetValueOrDefault(code, Bad(code));

    public static BotError Bad(string what) => new(400, $"Bad Request: {what}");

    public JsonObject ToAnswer()
    {
        var answer = new JsonObject
        {
            ["ok"] = false,
            ["error_code"] = Code,
            ["description"] = Description,
        };
        if (Parameters is not null)
        {
            answer["parameters"] = Parameters.DeepClone();
        }

        return answer;
    }
}
