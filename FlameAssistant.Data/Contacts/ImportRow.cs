using System.Text.Json.Nodes;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Contacts;

/// <summary>What one row of a file says, once it is known what its columns mean.</summary>
/// <param name="Fields">Own fields that have a value.</param>
/// <param name="Problems">By target, keys of texts; nothing of the row is written when there are any.</param>
internal sealed record ImportRow(
    int Number,
    string? Name,
    string? Phone,
    string? Email,
    JsonObject Fields,
    IReadOnlyList<Guid> Tags,
    string? Note,
    string? Consent,
    Dictionary<string, string> Problems
)
{
    public string? EmailKey => Email?.ToLowerInvariant();

    /// <param name="tags">By name, as people write it.</param>
    public static ImportRow Read(
        int number,
        IReadOnlyList<string> cells,
        string? broken,
        ImportOptions options,
        IReadOnlyList<CustomFieldDefinition> definitions,
        IReadOnlyDictionary<string, Guid> tags
    )
    {
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        if (broken is not null)
        {
            problems["row"] = broken;
        }
        string? Of(string target)
        {
            var column = IndexOf(options.Targets, target);
            return column < 0 || column >= cells.Count ? null : Clean(cells[column]);
        }
        var values = ContactValues.Read(
            Of(ImportTargets.Name)
                ?? Clean($"{Of(ImportTargets.FirstName)} {Of(ImportTargets.LastName)}"),
            Of(ImportTargets.Phone),
            Of(ImportTargets.Email),
            options.Region
        );
        foreach (var field in values.Problems.Keys)
        {
            problems[field] = field == "name" ? "too_long" : field;
        }
        if (problems.Count == 0 && values is { Name: null, Phone: null, Email: null })
        {
            problems["row"] = "empty";
        }
        var note = Of(ImportTargets.Note);
        if (note?.Length > AddContactNote.MaxLength)
        {
            problems[ImportTargets.Note] = "too_long";
        }
        return new ImportRow(
            number,
            values.Name,
            values.Phone,
            values.Email,
            ReadFields(definitions, Of, options, problems),
            ReadTags(Of(ImportTargets.Tags), tags, problems),
            note,
            ReadConsent(Of(ImportTargets.Consent), problems),
            problems
        );
    }

    private static JsonObject ReadFields(
        IReadOnlyList<CustomFieldDefinition> definitions,
        Func<string, string?> of,
        ImportOptions options,
        Dictionary<string, string> problems
    )
    {
        var fields = new JsonObject();
        foreach (var definition in definitions)
        {
            var target = ImportTargets.Field + definition.Key;
            if (!options.Targets.Contains(target, StringComparer.Ordinal))
            {
                continue;
            }
            var text = of(target);
            var (value, problem) = CustomFieldValue.Read(definition, text);
            if (problem is not null)
            {
                problems[target] = text is null ? "required" : definition.Kind;
            }
            else if (value is not null)
            {
                fields[definition.Key] = value;
            }
        }
        return fields;
    }

    private static List<Guid> ReadTags(
        string? text,
        IReadOnlyDictionary<string, Guid> tags,
        Dictionary<string, string> problems
    )
    {
        var found = new List<Guid>();
        foreach (
            var name in (text ?? "").Split(
                [',', ';', '|'],
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            )
        )
        {
            if (tags.TryGetValue(name, out var id))
            {
                found.Add(id);
            }
            else
            {
                problems[ImportTargets.Tags] = "tag";
            }
        }
        return found;
    }

    private static string? ReadConsent(string? text, Dictionary<string, string> problems)
    {
        switch (text?.ToLowerInvariant())
        {
            case null:
                return null;
            case "yes" or "y" or "true" or "1" or "si" or "sí" or "sim" or "opted_in" or "opted in":
                return ConsentStates.OptedIn;
            case "no" or "n" or "false" or "0" or "não" or "nao" or "opted_out" or "opted out":
                return ConsentStates.OptedOut;
            default:
                problems[ImportTargets.Consent] = "consent";
                return null;
        }
    }

    private static int IndexOf(IReadOnlyList<string> targets, string target)
    {
        for (var i = 0; i < targets.Count; i++)
        {
            if (targets[i] == target)
            {
                return i;
            }
        }
        return -1;
    }

    private static string? Clean(string text) =>
        CsvCell.Read(text.Trim()).Trim() is { Length: > 0 } clean ? clean : null;
}
