using System.Text.Json.Nodes;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <summary>Contact cards as phones write them, in the shape that the thread shows.</summary>
internal static class VCards
{
    private const int MostCards = 10;
    private const int MostLines = 200;

    /// <param name="names">What each is called where its card does not say.</param>
    public static JsonArray Read(IEnumerable<string> cards, IReadOnlyList<string>? names = null) =>
        new([
            .. cards
                .Take(MostCards)
                .Select((card, i) => (JsonNode)Read(card, names?.ElementAtOrDefault(i))),
        ]);

    public static string NamesOf(JsonArray contacts) =>
        string.Join(
            ", ",
            contacts
                .Select(c => Values.Text(c!["name"]!["formatted_name"]))
                .Where(name => !string.IsNullOrWhiteSpace(name))
        );

    private static JsonObject Read(string card, string? name)
    {
        var (phones, emails) = (new JsonArray(), new JsonArray());
        foreach (var line in card.Split('\n', MostLines, StringSplitOptions.TrimEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                continue;
            }
            // item1.TEL;type=CELL;waid=55…:+55 …
            var key = line[..colon].Split(';')[0].Split('.')[^1].ToUpperInvariant();
            var value = line[(colon + 1)..].Replace("\\,", ",", StringComparison.Ordinal).Trim();
            switch (key)
            {
                case "FN" when value.Length > 0:
                    name = value;
                    break;
                case "TEL" when value.Length > 0:
                    phones.Add((JsonNode)new JsonObject { ["phone"] = value });
                    break;
                case "EMAIL" when value.Length > 0:
                    emails.Add((JsonNode)new JsonObject { ["email"] = value });
                    break;
            }
        }
        return new JsonObject
        {
            ["name"] = new JsonObject { ["formatted_name"] = name ?? "" },
            ["phones"] = phones,
            ["emails"] = emails,
        };
    }
}
