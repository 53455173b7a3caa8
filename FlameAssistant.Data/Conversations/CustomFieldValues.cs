using System.Globalization;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <param name="Json">With what was filled in.</param>
/// <param name="Changed">Names of the fields that hold something else now.</param>
/// <param name="Problems">By key; nothing is to be kept when there are any.</param>
internal sealed record FilledFields(
    string Json,
    IReadOnlyList<string> Changed,
    IReadOnlyDictionary<string, string> Problems
);

internal static class CustomFieldValues
{
    /// <summary>Puts texts into the fields of a subject; null or empty takes a value away.</summary>
    public static async Task<FilledFields> FillAsync(
        TenantUnit unit,
        string subject,
        string json,
        IReadOnlyDictionary<string, string?> values,
        CancellationToken ct
    )
    {
        var definitions = await unit
            .Db.CustomFields.AsNoTracking()
            .Where(d => d.Subject == subject && d.IsActive)
            .ToListAsync(ct);
        var fields = JsonNode.Parse(json)!.AsObject();
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        var changed = new List<string>();
        foreach (var (key, value) in values)
        {
            if (definitions.Find(d => d.Key == key) is not { } definition)
            {
                problems[key] = $"There is no field '{key}'.";
                continue;
            }
            var (typed, problem) = CustomFieldValue.Read(definition, value);
            if (problem is not null)
            {
                problems[key] = problem;
            }
            else if (!JsonNode.DeepEquals(fields[key], typed))
            {
                changed.Add(definition.Label);
                fields.Remove(key);
                if (typed is not null)
                {
                    fields[key] = typed;
                }
            }
        }
        return new FilledFields(fields.ToJsonString(), changed, problems);
    }
}

/// <summary>A text, read as the kind of its field.</summary>
internal static class CustomFieldValue
{
    private const int MaxLength = 2000;

    public static (JsonNode? Value, string? Problem) Read(
        CustomFieldDefinition definition,
        string? text
    )
    {
        var value = StorableText.Clean(text)?.Trim();
        if (string.IsNullOrEmpty(value))
        {
            return definition.IsRequired
                ? (null, $"{definition.Label} must have a value.")
                : (null, null);
        }
        return definition.Kind switch
        {
            CustomFieldKinds.Number => decimal.TryParse(
                value,
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out var number
            )
                ? (JsonValue.Create(number), null)
                : (null, $"{definition.Label} is a number."),
            CustomFieldKinds.Date => DateOnly.TryParseExact(
                value,
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out _
            )
                ? (JsonValue.Create(value), null)
                : (null, $"{definition.Label} is a date, such as 2026-01-31."),
            CustomFieldKinds.Boolean => bool.TryParse(value, out var yes)
                ? (JsonValue.Create(yes), null)
                : (null, $"{definition.Label} is true or false."),
            CustomFieldKinds.Choice => definition.Choices.Contains(value, StringComparer.Ordinal)
                ? (JsonValue.Create(value), null)
                : (null, $"{definition.Label} is one of {string.Join(", ", definition.Choices)}."),
            CustomFieldKinds.Url => Uri.TryCreate(value, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && value.Length <= MaxLength
                ? (JsonValue.Create(value), null)
                : (null, $"{definition.Label} is an address that begins with https://."),
            _ => value.Length <= MaxLength
                ? (JsonValue.Create(value), null)
                : (null, $"{definition.Label} has at most {MaxLength} characters."),
        };
    }
}
