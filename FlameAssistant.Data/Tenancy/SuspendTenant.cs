using System.Text.Json.Nodes;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Tenancy;

/// <summary>
/// Closes a tenant: nobody works in it, nothing goes out, what comes in is kept. Holds within five seconds on every node.
/// Suspending a suspended one changes nothing.
/// </summary>
public sealed class SuspendTenant(TenantLife life)
{
    public const int MaxReasonLength = 500;

    internal const string StatusBefore = "status_before_suspension";
    internal const string Reason = "suspension_reason";

    /// <param name="reason">Kept with the tenant until it is resumed, and in the audit for good.</param>
    public Task<Result<TenantRef>> RunAsync(
        string slug,
        Actor actor,
        CancellationToken ct,
        string? reason = null
    ) =>
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
                if (reason?.Trim().Length > MaxReasonLength)
                {
                    return Task.FromResult<Error?>(TenantErrors.ReasonTooLong);
                }
                if (tenant.Status != TenantStatuses.Suspended)
                {
                    var metadata = JsonNode.Parse(tenant.Metadata)!.AsObject();
                    metadata[StatusBefore] = tenant.Status;
                    metadata[Reason] = StorableText.Clean(reason?.Trim());
                    tenant.Metadata = metadata.ToJsonString();
                    tenant.Status = TenantStatuses.Suspended;
                    tenant.SuspendedAt = now;
                }
                return Task.FromResult<Error?>(null);
            },
            ct
        );
}
