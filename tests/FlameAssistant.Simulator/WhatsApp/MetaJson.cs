using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>JSON with the escapes of Meta's wire: \/ for slashes and lower-case \u00e7 for all beyond ASCII.</summary>
internal static class MetaJson
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Several webhooks of one account as one: all their entries together.</summary>
    public static byte[] Batch(IReadOnlyList<byte[]> bodies)
    {
        if (bodies.Count == 1)
        {
            return bodies[0];
        }

        var batch = JsonNode.Parse(bodies[0])!.AsObject();
        foreach (var body in bodies.Skip(1))
        {
            foreach (var entry in JsonNode.Parse(body)!["entry"]!.AsArray())
            {
                batch["entry"]!.AsArray().Add(entry!.DeepClone());
            }
        }

        return Write(batch);
    }

    public static byte[] Write(JsonNode node)
    {
        var plain = node.ToJsonString(Plain);
        var wire = new StringBuilder(plain.Length + 64);
        for (var i = 0; i < plain.Length; i++)
        {
            var c = plain[i];
            if (c == '\\')
            {
                // An escape that the serializer wrote: kept, its digits in lower case.
                var length = plain[i + 1] == 'u' ? 6 : 2;
                wire.Append(plain[i..(i + length)].ToLower(CultureInfo.InvariantCulture));
                i += length - 1;
            }
            else if (c == '/')
            {
                wire.Append("\\/");
            }
            else if (c > '~')
            {
                wire.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                wire.Append(c);
            }
        }

        return Encoding.ASCII.GetBytes(wire.ToString());
    }
}
