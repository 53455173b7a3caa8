using System.Text.Json;

namespace FlameAssistant.Web.Features.Audit;

/// <summary>Old and new values of an audit's line, column by column, as a person reads them.</summary>
internal static class ChangeList
{
    private const int MaxLength = 160;

    // Every row has them, and they say nothing that the line itself does not.
    private static readonly string[] dull =
    [
        "id",
        "tenant_id",
        "created_at",
        "updated_at",
        "rev",
        "seq",
        "inbound_seq",
    ];

    public static IReadOnlyList<(string Column, string? Old, string? Now)> Of(
        string? oldValues,
        string? newValues
    )
    {
        var (before, after) = (Read(oldValues), Read(newValues));
        return
        [
            .. before
                .Keys.Union(after.Keys, StringComparer.Ordinal)
                .Except(dull, StringComparer.Ordinal)
                .Select(column =>
                    (column, before.GetValueOrDefault(column), after.GetValueOrDefault(column))
                )
                .Where(change => change is not (_, null, null)),
        ];
    }

    private static Dictionary<string, string?> Read(string? json)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (json is null)
        {
            return values;
        }
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            values[""] = Text(document.RootElement);
            return values;
        }
        foreach (var property in document.RootElement.EnumerateObject())
        {
            values[property.Name] = Text(property.Value);
        }
        return values;
    }

    private static string? Text(JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Object when !value.EnumerateObject().Any() => null,
            JsonValueKind.Array when value.GetArrayLength() == 0 => null,
            _ => value.GetRawText(),
        };
        return text?.Length > MaxLength ? $"{text[..MaxLength]}…" : text;
    }
}
