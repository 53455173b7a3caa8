using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FlameAssistant.Testing;

/// <summary>Texts that are attacks (<c>fixtures/hostile</c>), and the places of providers' bodies where people's words stand.</summary>
public static class HostileTexts
{
    /// <summary>Where everything would load from that loads; it does not exist.</summary>
    public const string Canary = "canary.invalid";

    // Names of members whose text is a person's, in the bodies of all providers.
    private static readonly HashSet<string> words = new(StringComparer.Ordinal)
    {
        "address",
        "body",
        "caption",
        "company",
        "description",
        "file_name",
        "filename",
        "first_name",
        "formatted_name",
        "label",
        "last_name",
        "name",
        "org",
        "payload",
        "text",
        "title",
        "url",
        "username",
        "website",
    };

    /// <summary>Everything that can come by a wire.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Fixtures.Json("hostile/texts.json").AsArray().Select(text => (string)text!),
        string.Concat(Enumerable.Repeat("<b>wide</b>", 910))[..10_000],
        new string('W', 10_000),
    ];

    /// <summary>Stands for half of a pair, which JSON can hold and UTF-8 cannot; see <see cref="Write"/>.</summary>
    public const string Half = "@half@<script>window.__xss=1</script>";

    /// <summary>The body as it comes by the wire.</summary>
    public static byte[] Write(JsonNode body) =>
        Encoding.UTF8.GetBytes(
            body.ToJsonString().Replace("@half@", "\\ud83d", StringComparison.Ordinal)
        );

    /// <summary>Puts the text wherever a person's words stand; ids, types and times stay as they are.</summary>
    public static void Poison(JsonNode? node, string text)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members.ToList())
                {
                    if (
                        words.Contains(name)
                        && value is JsonValue
                        && value.GetValueKind() == JsonValueKind.String
                    )
                    {
                        members[name] = text;
                    }
                    else
                    {
                        Poison(value, text);
                    }
                }
                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Poison(item, text);
                }
                break;
        }
    }
}
