using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

/// <summary>Makes the profile that a member has in the tenant, or corrects its name; run when they enter it.</summary>
public sealed record EnsureProfile(Guid UserId, string DisplayName) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var changed = await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO profiles (id, user_id, display_name) VALUES ({Guid.CreateVersion7(
                unit.Now
            )}, {UserId}, {DisplayName})
            ON CONFLICT (user_id) DO UPDATE SET display_name = excluded.display_name, is_active = true
             WHERE profiles.display_name <> excluded.display_name OR NOT profiles.is_active
            """,
            ct
        );
        return changed > 0;
    }
}
