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
            _ => Lines($"[{type}]", content.String("filename"), content.String("caption")),
        };

    private static string Template(JsonElement content)
    {
        var values = Items(content.Member("components"))
            .SelectMany(c => Items(c.Member("parameters")))
            .Select(p => p.String("text"));
        return Lines([$"[template {content.String("name")}]", .. values]);
    }

    private static string Interactive(JsonElement content)
    {
        var action = content.Member("action");
        var buttons = Items(action?.Member("buttons"))
            .Select(b => b.Member("reply")?.String("title"));
        var rows = Items(action?.Member("sections"))
            .SelectMany(s => Items(s.Member("rows")))
            .Select(r => r.String("title"));
        var link = action?.Member("parameters");
        return Lines([
            content.Member("header")?.String("text"),
            content.Member("body")?.String("text"),
            content.Member("footer")?.String("text"),
            .. buttons.Concat(rows).Select(t => $"▸ {t}"),
            link?.String("url") is { } url ? $"▸ {link.Value.String("display_text")}: {url}" : null,
        ]);
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement? array) =>
        array is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : default;

    private static string Lines(params IEnumerable<string?> lines) =>
        string.Join('\n', lines.Where(l => !string.IsNullOrEmpty(l)));
}
