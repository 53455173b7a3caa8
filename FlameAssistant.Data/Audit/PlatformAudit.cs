using System.Text.Json;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Audit;

/// <summary>Lines of the audit that no trigger writes, in the transaction of what they tell of.</summary>
internal static class PlatformAudit
{
    /// <summary>Of the installation: carries the tenant <c>system</c>.</summary>
    public static Task WriteAsync(
        PlatformDb db,
        Actor actor,
        string action,
        string resourceType,
        Guid resourceId,
        object values,
        CancellationToken ct
    ) =>
        db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO shared.audit_logs
              (id, tenant_id, user_id, actor_kind, actor_id, action, resource_type, resource_id, new_values, ip_address)
            VALUES ({Guid.CreateVersion7()}, {SystemTenant.Id}, {actor.UserId}, {actor.Kind}, {actor.Id.ToString()}, {action}, {resourceType}, {resourceId.ToString()},
                    {JsonSerializer.Serialize(values)}::jsonb, {actor.Ip})
            """,
            ct
        );

    /// <summary>Of one tenant: into its own trail, where its admins read it.</summary>
    public static Task WriteToTenantAsync(
        PlatformDb db,
        Guid tenantId,
        string action,
        string resourceType,
        Guid resourceId,
        object values,
        CancellationToken ct
    ) =>
        db.Database.ExecuteSqlAsync(
            $"SELECT shared.write_tenant_activity({tenantId}, {action}, {resourceType}, {resourceId}, {JsonSerializer.Serialize(
                new Dictionary<string, object>(StringComparer.Ordinal) { ["new"] = values }
            )}::jsonb)",
            ct
        );
}
