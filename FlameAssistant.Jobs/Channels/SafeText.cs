using System.Globalization;
using System.Text;
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

    /// <summary>
    /// A body as text that a JSON reader takes: bytes that are no UTF-8 and escaped halves of surrogate pairs, which it
    /// would refuse, become U+FFFD.
    /// </summary>
    public static string Wire(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body);
        if (!text.Contains("\\uD", StringComparison.OrdinalIgnoreCase))
        {
            return text;
        }
        var clean = text.ToCharArray();
        for (var i = 0; i < clean.Length - 1; i++)
        {
            if (clean[i] != '\\')
            {
                continue;
            }
            if (Escaped(clean, i) is not { } half || !char.IsSurrogate(half))
            {
                i++;
            }
            else if (
                char.IsHighSurrogate(half)
                && Escaped(clean, i + 6) is { } other
                && char.IsLowSurrogate(other)
            )
            {
                i += 11;
            }
            else
            {
                "FFFD".CopyTo(clean.AsSpan(i + 2));
                i += 5;
            }
        }
        return new string(clean);
    }

    /// <summary>The UTF-16 unit that <c>\uXXXX</c> at this place stands for.</summary>
    private static char? Escaped(ReadOnlySpan<char> text, int at) =>
        at + 6 <= text.Length
        && text[at] == '\\'
        && text[at + 1] == 'u'
        && ushort.TryParse(
            text.Slice(at + 2, 4),
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture,
            out var unit
        )
            ? (char)unit
            : null;

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
