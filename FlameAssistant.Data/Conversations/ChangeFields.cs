using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>Makes a field of conversations or contacts, or changes one. Its subject, key and kind stay: values hang on them.</summary>
/// <param name="FieldId">Null makes one.</param>
/// <param name="Subject">One of <see cref="CustomFieldSubjects"/>.</param>
/// <param name="Key">As templates and the API name it; null makes one of the label.</param>
/// <param name="Kind">One of <see cref="CustomFieldKinds"/>.</param>
/// <param name="Choices">Of a choice only.</param>
public sealed partial record SaveField(
    Guid? FieldId,
    string Subject,
    string? Key,
    string Label,
    string Kind,
    IReadOnlyList<string> Choices,
    bool IsRequired = false,
    bool IsActive = true
) : ITenantOperation<Guid>
{
    public const int Most = 50;
    private const int MostChoices = 100;

    public async Task<Result<Guid>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.TagsWrite))
        {
            return Error.Forbidden(MemberPermissions.TagsWrite);
        }
        await FieldLocks.LockAsync(unit, ct);
        var field = FieldId is { } id
            ? await unit.Db.CustomFields.SingleOrDefaultAsync(f => f.Id == id, ct)
            : null;
        if (FieldId is not null && field is null)
        {
            return FieldErrors.NotFound;
        }
        var label = StorableText.Clean(Label).ReplaceLineEndings(" ").Trim();
        var choices = Choices
            .Select(choice => StorableText.Clean(choice).Trim())
            .Where(choice => choice.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var known = await unit
            .Db.CustomFields.AsNoTracking()
            .Where(f => f.Subject == (field == null ? Subject : field.Subject))
            .ToListAsync(ct);
        var problems = Problems(field, label, choices, known);
        if (problems.Count > 0)
        {
            return FieldErrors.Invalid(problems);
        }
        if (field is null)
        {
            if (known.Count >= Most)
            {
                return FieldErrors.TooMany;
            }
            field = unit
                .Db.CustomFields.Add(
                    new CustomFieldDefinition
                    {
                        Id = Guid.CreateVersion7(unit.Now),
                        Subject = Subject,
                        Key = string.IsNullOrWhiteSpace(Key) ? KeyOf(label, known) : Key.Trim(),
                        Label = label,
                        Kind = Kind,
                        Position = known.Select(f => f.Position + 1).DefaultIfEmpty().Max(),
                    }
                )
                .Entity;
        }
        (field.Label, field.IsRequired, field.IsActive) = (label, IsRequired, IsActive);
        field.Choices = field.Kind == CustomFieldKinds.Choice ? choices : [];
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Vocabulary, field.Id);
        return field.Id;
    }

    private Dictionary<string, string> Problems(
        CustomFieldDefinition? field,
        string label,
        List<string> choices,
        List<CustomFieldDefinition> known
    )
    {
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        if (label.Length is 0 or > 100)
        {
            problems["label"] = "A field's name has 1 to 100 characters.";
        }
        else if (
            known.Exists(f =>
                f.Id != FieldId && string.Equals(f.Label, label, StringComparison.OrdinalIgnoreCase)
            )
        )
        {
            problems["label"] = $"There is a field '{label}' already.";
        }
        if (field is null && !CustomFieldSubjects.All.Contains(Subject, StringComparer.Ordinal))
        {
            problems["subject"] = "The subject is one of contact or conversation.";
        }
        if (!CustomFieldKinds.All.Contains(Kind, StringComparer.Ordinal))
        {
            problems["kind"] = $"The kind is one of {string.Join(", ", CustomFieldKinds.All)}.";
        }
        else if (field is not null && field.Kind != Kind)
        {
            problems["kind"] = "A field keeps its kind. Make another one, and switch this one off.";
        }
        if (Kind == CustomFieldKinds.Choice && choices.Count is 0 or > MostChoices)
        {
            problems["choices"] = $"Give 1 to {MostChoices} choices, one per line.";
        }
        else if (choices.Exists(choice => choice.Length > 100))
        {
            problems["choices"] = "A choice has at most 100 characters.";
        }
        if (field is null && !string.IsNullOrWhiteSpace(Key))
        {
            if (!KeyPattern().IsMatch(Key.Trim()))
            {
                problems["key"] =
                    "A key has small letters, digits and _, begins with a letter and has at most 63 characters.";
            }
            else if (IsTaken(Key.Trim(), known))
            {
                problems["key"] = $"The key '{Key.Trim()}' is taken.";
            }
        }
        return problems;
    }

    /// <summary>What templates name so already is taken too.</summary>
    private bool IsTaken(string key, List<CustomFieldDefinition> known) =>
        known.Exists(f => f.Key == key) || TemplateText.Places.Contains($"{Subject}.{key}");

    private string KeyOf(string label, List<CustomFieldDefinition> known)
    {
        var plain = new StringBuilder();
        foreach (var letter in label.Normalize(NormalizationForm.FormD).ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                plain.Append(letter);
            }
            else if (
                CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark
                && plain is [.., not '_']
            )
            {
                plain.Append('_');
            }
        }
        var made = plain.ToString().Trim('_');
        made = made is [>= 'a' and <= 'z', ..] ? made : $"field_{made}".Trim('_');
        made = made.Length > 58 ? made[..58].TrimEnd('_') : made;
        var key = made;
        for (var number = 2; IsTaken(key, known); number++)
        {
            key = string.Create(CultureInfo.InvariantCulture, $"{made}_{number}");
        }
        return key;
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,62}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyPattern();
}

/// <summary>
/// Takes a field away. What was filled in is kept with its conversations and contacts, but shown nowhere; a field that is
/// made again with the same key and kind finds it.
/// </summary>
public sealed record DeleteField(Guid FieldId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.TagsWrite))
        {
            return Error.Forbidden(MemberPermissions.TagsWrite);
        }
        if (await unit.Db.CustomFields.Where(f => f.Id == FieldId).ExecuteDeleteAsync(ct) == 0)
        {
            return FieldErrors.NotFound;
        }
        unit.Raise(LiveKinds.Vocabulary, FieldId);
        return true;
    }
}

/// <summary>Says in which order the fields of a subject stand; whatever is not named follows as it stood.</summary>
public sealed record OrderFields(string Subject, IReadOnlyList<Guid> Fields)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.TagsWrite))
        {
            return Error.Forbidden(MemberPermissions.TagsWrite);
        }
        await FieldLocks.LockAsync(unit, ct);
        var fields = await unit
            .Db.CustomFields.Where(f => f.Subject == Subject)
            .OrderBy(f => f.Position)
            .ThenBy(f => f.Id)
            .ToListAsync(ct);
        var places = Fields
            .Distinct()
            .Select((id, place) => (id, place))
            .ToDictionary(named => named.id, named => named.place);
        if (places.Keys.Except(fields.Select(f => f.Id)).Any())
        {
            return FieldErrors.NotFound;
        }
        var position = 0;
        foreach (var field in fields.OrderBy(f => places.GetValueOrDefault(f.Id, int.MaxValue)))
        {
            field.Position = position++;
        }
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Vocabulary, Guid.Empty);
        return true;
    }
}

internal static class FieldLocks
{
    /// <summary>Keys and places are looked at before they are given; one after the other, the second sees the first.</summary>
    public static Task LockAsync(TenantUnit unit, CancellationToken ct) =>
        unit.Db.Database.ExecuteSqlAsync(
            $"SELECT pg_advisory_xact_lock(hashtextextended({"flame:fields:" + unit.Tenant.Id}, 0))",
            ct
        );
}
