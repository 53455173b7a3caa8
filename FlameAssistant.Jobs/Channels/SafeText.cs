using System.Text.Json;
using System.Text.Json.Nodes;

namespace FlameAssistant.Jobs.Channels;

/// <summary>What PostgreSQL cannot store (U+0000, halves of surrogate pairs) becomes U+FFFD; nothing else is changed.</summary>
internal static class SafeText
{
    public static string? Clean(string? text)
    {
        if (
            text is null
            || !text.AsSpan().ContainsAny('\0', '\uD800') && !text.Any(char.IsSurrogate)
        )
        {
            return text;
        }
        return string.Create(
            text.Length,
            text,
            static (to, from) =>
            {
                for (var i = 0; i < from.Length; i++)
                {
                    if (
                        char.IsHighSurrogate(from[i])
                        && i + 1 < from.Length
                        && char.IsLowSurrogate(from[i + 1])
                    )
                    {
                        to[i] = from[i];
                        to[i + 1] = from[++i];
                    }
                    else
                    {
                        to[i] = from[i] == '\0' || char.IsSurrogate(from[i]) ? '\uFFFD' : from[i];
                    }
                }
            }
        );
    }

    /// <summary>A JSON object for jsonb, cleaned in every string; an unreadable or overlong one is left out.</summary>
    public static string CleanJson(JsonNode node)
    {
        const int MaxLength = 64 * 1024;
        var json = node.ToJsonString();
        if (json.Length > MaxLength)
        {
            return "{}";
        }
        if (
            json.Contains("\\u0000", StringComparison.Ordinal)
            || json.Contains("\\uD", StringComparison.OrdinalIgnoreCase)
        )
        {
            try
            {
                json = CleanNode(node)!.ToJsonString();
            }
            catch (InvalidOperationException)
            {
                return "{}";
            }
        }
        return json;
    }

    private static JsonNode? CleanNode(JsonNode? node) =>
        node switch
        {
            JsonObject o => new JsonObject(
                o.Select(p => KeyValuePair.Create(Clean(p.Key)!, CleanNode(p.Value)))
            ),
            JsonArray a => new JsonArray([.. a.Select(CleanNode)]),
            JsonValue v when v.GetValueKind() == JsonValueKind.String => JsonValue.Create(
                Clean(v.GetValue<string>())
            ),
            _ => node?.DeepClone(),
        };
}
