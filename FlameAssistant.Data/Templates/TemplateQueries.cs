using System.Globalization;
using System.Text.Json;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Templates;

public sealed record TemplateRow(
    Guid Id,
    string Name,
    string Content,
    string Category,
    IReadOnlyList<string> TriggerKeywords,
    int Priority,
    bool IsActive,
    int Uses,
    DateTimeOffset UpdatedAt
);

public static class TemplateQueries
{
    public const int Most = 1000;

    /// <summary>Every template, the most used first.</summary>
    public static async Task<IReadOnlyList<TemplateRow>> ListTemplatesAsync(
        this TenantUnit unit,
        bool onlyActive,
        CancellationToken ct
    ) =>
        !unit.Actor.May(MemberPermissions.ConversationsRead)
            ? []
            : await unit
                .Db.Templates.AsNoTracking()
                .Where(t => t.DeletedAt == null && (!onlyActive || t.IsActive))
                .OrderByDescending(t => t.UsageCount)
                .ThenBy(t => t.Name)
                .Take(Most)
                .Select(t => new TemplateRow(
                    t.Id,
                    t.Name,
                    t.Content,
                    t.Category,
                    t.TriggerKeywords,
                    t.Priority,
                    t.IsActive,
                    t.UsageCount,
                    t.UpdatedAt
                ))
                .ToListAsync(ct);

    /// <summary>A text as it would be sent in this conversation by the acting member; null when they cannot see it.</summary>
    public static async Task<RenderedTemplate?> RenderTemplateAsync(
        this TenantUnit unit,
        string content,
        Guid conversationId,
        CancellationToken ct
    )
    {
        if (!await ChangeConversation.IsVisibleAsync(unit, conversationId, ct))
        {
            return null;
        }
        var row = await (
            from c in unit.Db.Conversations
            join contact in unit.Db.Contacts on c.ContactId equals contact.Id
            join channel in unit.Db.Channels on c.ChannelId equals channel.Id
            where c.Id == conversationId
            select new
            {
                c.Number,
                c.CustomFields,
                contact.Id,
                contact.Name,
                contact.Phone,
                contact.Email,
                ContactFields = contact.CustomFields,
                Channel = channel.Name,
            }
        ).SingleAsync(ct);
        var agent = await Assignment.NameAsync(unit, unit.Actor.Id, ct);
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        // Own fields first: none of them takes the place of a value of ours.
        Add(values, "contact.", row.ContactFields);
        Add(values, "conversation.", row.CustomFields);
        values[TemplateText.ContactName] = row.Name;
        values[TemplateText.ContactFirstName] = TemplateText.FirstName(row.Name);
        values[TemplateText.ContactPhone] = row.Phone;
        values[TemplateText.ContactEmail] = row.Email;
        values[TemplateText.AgentName] = agent;
        values[TemplateText.AgentFirstName] = TemplateText.FirstName(agent);
        values[TemplateText.ConversationNumber] = row.Number.ToString(CultureInfo.InvariantCulture);
        values[TemplateText.ChannelName] = row.Channel;
        values[TemplateText.WorkspaceName] = unit.Tenant.Name;
        return TemplateText.Render(content, values);
    }

    /// <summary>Every place that a template may name here, the own fields of contacts and conversations too.</summary>
    public static async Task<IReadOnlyList<string>> ListTemplatePlacesAsync(
        this TenantUnit unit,
        CancellationToken ct
    ) => [.. TemplateText.Places, .. (await FieldsAsync(unit, ct)).Order(StringComparer.Ordinal)];

    internal static async Task<List<string>> FieldsAsync(TenantUnit unit, CancellationToken ct) =>
        await unit
            .Db.CustomFields.Where(d => d.IsActive)
            .Select(d => d.Subject + "." + d.Key)
            .ToListAsync(ct);

    private static void Add(Dictionary<string, string?> values, string prefix, string json)
    {
        foreach (
            var (key, value) in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)
                ?? []
        )
        {
            values[prefix + key] = value.ValueKind is JsonValueKind.Object or JsonValueKind.Array
                ? null
                : value.ToString();
        }
    }
}
