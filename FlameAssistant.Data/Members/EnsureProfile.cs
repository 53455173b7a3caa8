using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Members;

/// <summary>
/// Makes the profile that a member has in the tenant, or corrects it; run when they enter it. Language and time zone are
/// theirs where they chose, else the tenant's.
/// </summary>
public sealed record EnsureProfile(Guid UserId, string DisplayName, string? AvatarUrl = null)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var changed = await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO profiles (id, user_id, display_name, avatar_url, language, timezone)
            VALUES ({Guid.CreateVersion7(unit.Now)}, {UserId}, {DisplayName}, {AvatarUrl},
                    coalesce((SELECT m.language FROM shared.members m WHERE m.user_id = {UserId}), {unit.Tenant.Defaults.Language}),
                    coalesce((SELECT m.time_zone FROM shared.members m WHERE m.user_id = {UserId}), {unit.Tenant.Defaults.TimeZone}))
            ON CONFLICT (user_id) DO UPDATE SET display_name = excluded.display_name, avatar_url = excluded.avatar_url, is_active = true,
                   language = excluded.language, timezone = excluded.timezone
             WHERE profiles.display_name <> excluded.display_name OR NOT profiles.is_active
                OR profiles.avatar_url IS DISTINCT FROM excluded.avatar_url
                OR profiles.language <> excluded.language OR profiles.timezone <> excluded.timezone
            """,
            ct
        );
        return changed > 0;
    }
}
