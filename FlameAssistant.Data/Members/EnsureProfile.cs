using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

/// <summary>Makes the profile that a member has in the tenant, or corrects its name and picture; run when they enter it.</summary>
public sealed record EnsureProfile(Guid UserId, string DisplayName, string? AvatarUrl = null)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var changed = await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO profiles (id, user_id, display_name, avatar_url)
            VALUES ({Guid.CreateVersion7(unit.Now)}, {UserId}, {DisplayName}, {AvatarUrl})
            ON CONFLICT (user_id) DO UPDATE SET display_name = excluded.display_name, avatar_url = excluded.avatar_url, is_active = true
             WHERE profiles.display_name <> excluded.display_name OR NOT profiles.is_active
                OR profiles.avatar_url IS DISTINCT FROM excluded.avatar_url
            """,
            ct
        );
        return changed > 0;
    }
}
