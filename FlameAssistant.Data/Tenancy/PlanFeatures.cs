using FlameAssistant.Data.Platform;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tenancy;

/// <summary>Writes what a plan contains to <c>shared.tenant_features</c>.</summary>
internal static class PlanFeatures
{
    /// <summary>
    /// Only features that are rolled out wholly, since a row would settle what the rollout is still to decide; and never
    /// over the decision of a person.
    /// </summary>
    public static Task ApplyAsync(
        PlatformDb db,
        Guid tenantId,
        string plan,
        CancellationToken ct
    ) =>
        db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO shared.tenant_features (tenant_id, feature_id, is_enabled)
            SELECT {tenantId}, f.id, {plan} = ANY (f.plans) FROM shared.feature_flags f WHERE f.rollout_percentage = 100
            ON CONFLICT (tenant_id, feature_id) DO UPDATE SET is_enabled = excluded.is_enabled, enabled_at = now()
             WHERE tenant_features.enabled_by IS NULL AND tenant_features.is_enabled <> excluded.is_enabled
            """,
            ct
        );
}
