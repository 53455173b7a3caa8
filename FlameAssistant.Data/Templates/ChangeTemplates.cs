using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Templates;

/// <summary>Makes a template, or changes one. All problems are told at once.</summary>
/// <param name="TemplateId">Null makes one.</param>
/// <param name="Content">1 to 4,096 characters with places, see <see cref="TemplateText"/>.</param>
public sealed record SaveTemplate(
    Guid? TemplateId,
    string Name,
    string Content,
    string Category,
    IReadOnlyList<string> TriggerKeywords,
    int Priority = 0,
    bool IsActive = true
) : ITenantOperation<Guid>
{
    private const int MostKeywords = 50;

    public async Task<Result<Guid>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.TemplatesWrite))
        {
            return Error.Forbidden(MemberPermissions.TemplatesWrite);
        }
        var (name, category) = (Line(Name), Line(Category));
        var keywords = TriggerKeywords
            .Select(Line)
            .Where(k => k.Length > 0)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToList();
        var content = StorableText.Clean(Content);
        var fields = await TemplateQueries.FieldsAsync(unit, ct);
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        if (name.Length is 0 or > 255)
        {
            problems["name"] = "A template's name has 1 to 255 characters.";
        }
        if (category.Length is 0 or > 100)
        {
            problems["category"] = "A category has 1 to 100 characters.";
        }
        if (
            string.IsNullOrWhiteSpace(content)
            || content.Length > Conversations.ConversationErrors.MaxTextLength
        )
        {
            problems["content"] = "A template's text has 1 to 4,096 characters.";
        }
        else if (TemplateText.Unknown(content, fields) is { Count: > 0 } unknown)
        {
            problems["content"] =
                $"There is no value called {string.Join(", ", unknown)}. Use one of {string.Join(", ", TemplateText.Places)}.";
        }
        if (keywords.Count > MostKeywords || keywords.Exists(k => k.Length > 100))
        {
            problems["keywords"] = "There may be 50 keywords of at most 100 characters.";
        }
        if (problems.Count > 0)
        {
            return new Error(
                ErrorKind.Invalid,
                "template.invalid",
                string.Join(' ', problems.Values),
                problems
            );
        }
        var template = TemplateId is { } id
            ? await unit.Db.Templates.SingleOrDefaultAsync(
                t => t.Id == id && t.DeletedAt == null,
                ct
            )
            : unit
                .Db.Templates.Add(
                    new ResponseTemplate
                    {
                        Id = Guid.CreateVersion7(unit.Now),
                        Name = name,
                        Content = content,
                        UpdatedAt = unit.Now,
                    }
                )
                .Entity;
        if (template is null)
        {
            return TemplateErrors.NotFound;
        }
        (template.Name, template.Content, template.Category) = (name, content, category);
        (template.Priority, template.IsActive) = (Priority, IsActive);
        template.TriggerKeywords = keywords;
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Vocabulary, template.Id);
        return template.Id;
    }

    private static string Line(string text) =>
        StorableText.Clean(text).ReplaceLineEndings(" ").Trim();
}

/// <summary>Takes a template out of use; messages that were made from it keep saying so.</summary>
public sealed record DeleteTemplate(Guid TemplateId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.TemplatesWrite))
        {
            return Error.Forbidden(MemberPermissions.TemplatesWrite);
        }
        DateTimeOffset? now = unit.Now;
        var gone = await unit
            .Db.Templates.Where(t => t.Id == TemplateId && t.DeletedAt == null)
            .ExecuteUpdateAsync(t => t.SetProperty(x => x.DeletedAt, now), ct);
        if (gone == 0)
        {
            return TemplateErrors.NotFound;
        }
        unit.Raise(LiveKinds.Vocabulary, TemplateId);
        return true;
    }
}

public static class TemplateErrors
{
    public static Error NotFound { get; } =
        Error.NotFound("template.not_found", "There is no such template.");
}
