using FlameAssistant.Data.Audit;

namespace FlameAssistant.Web.Features.Audit;

/// <summary>All that the audit pages ask of the world.</summary>
public interface IAuditData
{
    Task<bool> MayReadAsync(CancellationToken ct);

    /// <summary>Of the tenant of the address.</summary>
    Task<AuditPage> TenantPageAsync(AuditFilter filter, AuditPosition? after, CancellationToken ct);

    Task<IReadOnlyList<(Guid Id, string Name)>> PeopleAsync(CancellationToken ct);

    /// <summary>Of all tenants, for super-admins.</summary>
    Task<AuditPage> SystemPageAsync(AuditFilter filter, AuditPosition? after, CancellationToken ct);

    Task<AuditNames> NamesAsync(string? slug, string? email, CancellationToken ct);
}
