using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Web.Features.Tenancy;

/// <summary>All that the pages about tenants ask of the world: every tenant, one super-admin.</summary>
public interface ITenantsData
{
    Task<TenantPage> PageAsync(TenantFilter filter, CancellationToken ct);

    Task<TenantDetail?> FindAsync(string slug, CancellationToken ct);

    Task<IReadOnlyList<TenantFlag>> FlagsAsync(string slug, CancellationToken ct);

    Task<Result<TenantRef>> CreateAsync(NewTenant asked, CancellationToken ct);

    Task<Result<TenantRef>> SuspendAsync(string slug, string? reason, CancellationToken ct);

    Task<Result<TenantRef>> ResumeAsync(string slug, CancellationToken ct);

    Task<Result<TenantRef>> ChangePlanAsync(
        string slug,
        string plan,
        string? notes,
        CancellationToken ct
    );

    Task<Result<TenantRef>> DeleteAsync(string slug, string typed, CancellationToken ct);

    Task<Result<bool>> OverrideAsync(string flag, string slug, bool? isOn, CancellationToken ct);

    Task<Result<SupportRef>> EnterAsync(string slug, string reason, CancellationToken ct);
}
