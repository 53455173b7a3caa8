using System.Text.Json;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>What of a message of the business the customer may press.</summary>
internal static class MessageChoices
{
    public static IReadOnlyList<TranscriptChoice>? Of(
        string type,
        JsonElement content,
        SimulatedTemplate? template
    )
    {
        List<TranscriptChoice> choices = type switch
        {
            "interactive" => [.. Interactive(content.Member("action"))],
            "template" when template is not null => [.. Template(template, content)],
            _ => [],
        };
        return choices.Count == 0 ? null : choices;
    }

    private static IEnumerable<TranscriptChoice> Interactive(JsonElement? action)
    {
        foreach (var button in Items(action?.Member("buttons")))
        {
            yield return new TranscriptChoice(
                "button_reply",
                button.Member("reply")?.String("id") ?? "",
                button.Member("reply")?.String("title") ?? ""
            );
        }

        foreach (
            var row in Items(action?.Member("sections")).SelectMany(s => Items(s.Member("rows")))
        )
        {
            yield return new TranscriptChoice(
                "list_reply",
                row.String("id") ?? "",
                row.String("title") ?? "",
                row.String("description")
            );
        }

        if (action?.Member("parameters") is { } link && link.String("url") is { } url)
        {
            yield return new TranscriptChoice("url", "", link.String("display_text") ?? url, url);
        }
    }

    private static IEnumerable<TranscriptChoice> Template(
        SimulatedTemplate template,
        JsonElement content
    )
    {
        var buttons = template.Buttons();
        for (var i = 0; i < buttons.Count; i++)
        {
            var given = Items(content.Member("components"))
                .Where(c => c.String("type") == "button" && c.String("index") == $"{i}")
                .SelectMany(c => Items(c.Member("parameters")))
                .Select(p => p.String("payload") ?? p.String("text") ?? p.String("coupon_code"))
                .FirstOrDefault();
            yield return new TranscriptChoice("button", given ?? buttons[i], buttons[i]);
        }
    }

    private static IEnumerable<JsonElement> Items(JsonElement? list) =>
        list is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : [];
}
