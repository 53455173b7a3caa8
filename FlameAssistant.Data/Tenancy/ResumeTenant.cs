using System.Text.Json.Nodes;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Tenancy;

/// <summary>Opens a suspended tenant again, as what it was before; a trial that ended meanwhile is expired.</summary>
public sealed class ResumeTenant(TenantLife life)
{
    public Task<Result<TenantRef>> RunAsync(string slug, Actor actor, CancellationToken ct) =>
        life.ChangeAsync(
            slug,
            actor,
            MemberPermissions.PlatformManage,
            (_, tenant, now) =>
            {
                if (tenant.DeletedAt is not null)
                {
                    return Task.FromResult<Error?>(TenantErrors.Unknown(slug));
                }
                if (tenant.Status == TenantStatuses.Suspended)
                {
                    var metadata = JsonNode.Parse(tenant.Metadata)!.AsObject();
                    var before = (string?)metadata[SuspendTenant.StatusBefore];
                    metadata.Remove(SuspendTenant.StatusBefore);
                    metadata.Remove(SuspendTenant.Reason);
                    tenant.Metadata = metadata.ToJsonString();
                    tenant.Status =
                        before == TenantStatuses.Trial && tenant.TrialEndsAt <= now
                            ? TenantStatuses.Expired
                            : before ?? TenantStatuses.Active;
                    tenant.SuspendedAt = null;
                }
                return Task.FromResult<Error?>(null);
            },
            ct
        );
}
