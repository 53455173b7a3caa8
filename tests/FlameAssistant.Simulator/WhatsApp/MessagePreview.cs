using System.Text.Json;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>What the customer's phone shows of a message, as plain text.</summary>
internal static class MessagePreview
{
    public static string Of(string type, JsonElement content) =>
        type switch
        {
            "text" => content.String("body") ?? "",
            "reaction" => content.String("emoji") is { Length: > 0 } emoji ? emoji : "∅",
            "template" => Template(content),
            "interactive" => Interactive(content),
            "location" => Lines($"[{type}]", content.String("name"), content.String("address")),
            "contacts" => Lines([$"[{type}]", .. Cards(content)]),
            _ => Lines($"[{type}]", content.String("filename"), content.String("caption")),
        };

    private static IEnumerable<string?> Cards(JsonElement cards) =>
        Items(cards)
            .Select(card =>
                $"{card.Member("name")?.String("formatted_name")} {Items(card.Member("phones")).Select(p => p.String("phone")).FirstOrDefault()}".Trim()
            );

    private static string Template(JsonElement content)
    {
        var values = Items(content.Member("components"))
            .SelectMany(c => Items(c.Member("parameters")))
            .Select(p => p.String("text"));
        return Lines([$"[template {content.String("name")}]", .. values]);
    }

    private static string Interactive(JsonElement content)
    {
        return Lines([
            content.Member("header")?.String("text"),
            content.Member("body")?.String("text"),
            content.Member("footer")?.String("text"),
        ]);
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement? array) =>
        array is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : default;

    private static string Lines(params IEnumerable<string?> lines) =>
        string.Join('\n', lines.Where(l => !string.IsNullOrEmpty(l)));
}
