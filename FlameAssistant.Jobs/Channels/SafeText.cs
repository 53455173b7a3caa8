using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Channels;

/// <summary>Makes what providers send storable, without losing the rest of it; see <see cref="StorableText"/>.</summary>
internal static class SafeText
{
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
                o.Select(p => KeyValuePair.Create(StorableText.Clean(p.Key)!, CleanNode(p.Value)))
            ),
            JsonArray a => new JsonArray([.. a.Select(CleanNode)]),
            JsonValue v when v.GetValueKind() == JsonValueKind.String => JsonValue.Create(
                StorableText.Clean(v.GetValue<string>())
            ),
            _ => node?.DeepClone(),
        };
}
