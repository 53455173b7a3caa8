using System.Text.Json;
using System.Text.RegularExpressions;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>Takes or refuses a template that is sent, as Graph does, and says what the customer reads.</summary>
internal static partial class TemplateCheck
{
    /// <returns>Null when it may go.</returns>
    public static GraphError? Problem(SimulatedTemplate? template, JsonElement content)
    {
        if (template is null)
        {
            return GraphError.ByCode("132001");
        }

        return template.Status switch
        {
            "PAUSED" => GraphError.ByCode("132015"),
            "DISABLED" => GraphError.ByCode("132016"),
            not "APPROVED" => GraphError.ByCode("132001"),
            _ when ValuesOf("body", content).Count != PlacesOf(template).Count => GraphError.ByCode(
                "132000"
            ),
            _ when template.HeaderFormat() is "LOCATION" && PlaceOf(content) is null =>
                GraphError.ByCode("132012"),
            _ => null,
        };
    }

    public static string Text(SimulatedTemplate template, JsonElement content)
    {
        var values = ValuesOf("body", content);
        var places = PlacesOf(template);
        var body = template.TextOf("BODY") ?? "";
        for (var i = 0; i < places.Count; i++)
        {
            var value = values.FirstOrDefault(v => v.Name == places[i]).Text ?? values[i].Text;
            body = body.Replace($"{{{{{places[i]}}}}}", value, StringComparison.Ordinal);
        }

        var header =
            template.HeaderFormat() is "TEXT" && template.TextOf("HEADER") is { } title
                ? PlacePattern()
                    .Replace(
                        title,
                        ValuesOf("header", content) is [{ Text: { } only }, ..] ? only : ""
                    )
            : template.HeaderFormat() is "LOCATION" ? PlaceOf(content)
            : null;
        return string.Join(
            '\n',
            new[] { header, body, template.TextOf("FOOTER") }.Where(line =>
                !string.IsNullOrEmpty(line)
            )
        );
    }

    /// <returns>Null when one of its four values is missing: Meta wants all of them, as text.</returns>
    private static string? PlaceOf(JsonElement content)
    {
        var place = Parameters("header", content)
            .Where(p => p.String("type") == "location")
            .Select(p => p.Member("location"))
            .FirstOrDefault();
        string?[] values =
        [
            .. new[] { "latitude", "longitude", "name", "address" }.Select(name =>
                place?.String(name)
            ),
        ];
        return values.Any(string.IsNullOrEmpty) ? null : $"[location] {values[2]}, {values[3]}";
    }

    private static List<string> PlacesOf(SimulatedTemplate template) =>
        [
            .. PlacePattern()
                .Matches(template.TextOf("BODY") ?? "")
                .Select(m => m.Groups["name"].Value)
                .Distinct(StringComparer.Ordinal),
        ];

    private static List<(string? Name, string Text)> ValuesOf(string part, JsonElement content) =>
        [
            .. Parameters(part, content)
                .Select(p => (p.String("parameter_name"), p.String("text") ?? "")),
        ];

    private static IEnumerable<JsonElement> Parameters(string part, JsonElement content) =>
        content.Member("components") is { ValueKind: JsonValueKind.Array } components
            ? components
                .EnumerateArray()
                .Where(c => c.String("type") == part)
                .SelectMany(c =>
                    c.Member("parameters") is { ValueKind: JsonValueKind.Array } list
                        ? list.EnumerateArray().ToList()
                        : []
                )
            : [];

    [GeneratedRegex(
        @"\{\{(?<name>[A-Za-z0-9_]+)\}\}",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex PlacePattern();
}
