using System.Globalization;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>Fills the tenant's own fields of a conversation; all problems are told at once, by key.</summary>
/// <param name="Values">By key; null or empty takes a value away. Numbers with a point, dates as 2026-01-31, yes/no as true/false.</param>
public sealed record SetConversationFields(
    Guid ConversationId,
    IReadOnlyDictionary<string, string?> Values
) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var begun = await ChangeConversation.BeginAsync(
            unit,
            ConversationId,
            MemberPermissions.ConversationsReply,
            ct
        );
        if (!begun.IsOk)
        {
            return begun.Error;
        }
        var definitions = await unit
            .Db.CustomFields.AsNoTracking()
            .Where(d => d.Subject == "conversation" && d.IsActive)
            .ToListAsync(ct);
        var fields = JsonNode.Parse(begun.Value.CustomFields)!.AsObject();
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        var changed = new List<string>();
        foreach (var (key, value) in Values)
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
        if (problems.Count > 0)
        {
            return new Error(
                ErrorKind.Invalid,
                "conversation.fields",
                string.Join(' ', problems.Values),
                problems
            );
        }
        if (changed.Count == 0)
        {
            return true;
        }
        begun.Value.CustomFields = fields.ToJsonString();
        unit.Note(
            ConversationId,
            ConversationEventKinds.FieldsChanged,
            null,
            ("fields", string.Join(", ", changed))
        );
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Conversation, ConversationId);
        return true;
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
