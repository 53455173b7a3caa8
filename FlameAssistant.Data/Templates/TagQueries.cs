using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Templates;

/// <param name="Uses">Conversations that carry it.</param>
public sealed record TagRow(
    Guid Id,
    string Name,
    string Color,
    string? Description,
    string Category,
    bool IsActive,
    int Uses
);

public static class TagQueries
{
    public const int Most = 1000;

    /// <summary>Every tag by name, for menus and the page of tags.</summary>
    public static async Task<IReadOnlyList<TagRow>> ListTagsAsync(
        this TenantUnit unit,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsRead))
        {
            return [];
        }
        var tags = await unit
            .Db.Tags.AsNoTracking()
            .OrderBy(t => t.Name)
            .Take(Most)
            .Select(t => new TagRow(
                t.Id,
                t.Name,
                t.Color,
                t.Description,
                t.Category,
                t.IsActive,
                t.UsageCount
            ))
            .ToListAsync(ct);
        // The database orders by bytes, people by their alphabet.
        return [.. tags.OrderBy(t => t.Name, StringComparer.CurrentCultureIgnoreCase)];
    }
}
