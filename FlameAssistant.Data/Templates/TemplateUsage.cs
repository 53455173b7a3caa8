using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Templates;

/// <summary>Counts the use of a template by a message.</summary>
internal static class TemplateUsage
{
    /// <returns>The template, when there is one.</returns>
    public static async Task<Guid?> CountAsync(
        TenantUnit unit,
        Guid? templateId,
        CancellationToken ct
    ) =>
        templateId is { } id
        && await unit
            .Db.Templates.Where(t => t.Id == id && t.DeletedAt == null)
            .ExecuteUpdateAsync(t => t.SetProperty(x => x.UsageCount, x => x.UsageCount + 1), ct)
            > 0
            ? id
            : null;
}
