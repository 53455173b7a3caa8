using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Templates;

/// <summary>Keeps how many conversations carry a tag.</summary>
internal static class TagUsage
{
    /// <param name="tags">In ascending order, so that two units lock them in the same one.</param>
    public static async Task AddAsync(
        TenantUnit unit,
        IReadOnlyList<Guid> tags,
        int by,
        CancellationToken ct
    )
    {
        foreach (var tag in tags)
        {
            await unit.Db.Database.ExecuteSqlAsync(
                $"UPDATE tags SET usage_count = greatest(usage_count + {by}, 0) WHERE id = {tag}",
                ct
            );
        }
    }
}
