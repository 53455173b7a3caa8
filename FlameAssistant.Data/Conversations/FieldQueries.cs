using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

public sealed record FieldRow(
    Guid Id,
    string Subject,
    string Key,
    string Label,
    string Kind,
    IReadOnlyList<string> Choices,
    bool IsRequired,
    bool IsActive
);

public static class FieldQueries
{
    /// <summary>The tenant's own fields of conversations and contacts, in the order that somebody gave them.</summary>
    public static async Task<IReadOnlyList<FieldRow>> ListFieldsAsync(
        this TenantUnit unit,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsRead))
        {
            return [];
        }
        return await unit
            .Db.CustomFields.AsNoTracking()
            .OrderBy(f => f.Subject)
            .ThenBy(f => f.Position)
            .ThenBy(f => f.Id)
            .Select(f => new FieldRow(
                f.Id,
                f.Subject,
                f.Key,
                f.Label,
                f.Kind,
                f.Choices,
                f.IsRequired,
                f.IsActive
            ))
            .ToListAsync(ct);
    }
}
