using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Tenancy;

namespace FlameAssistant.Web.Features.Tenancy;

/// <param name="MayDelete">The owner.</param>
/// <param name="GraceDays">How long a deleted workspace's data is kept.</param>
public sealed record GeneralView(TenantSettings Settings, bool MayDelete, int GraceDays);

/// <summary>All that the general settings ask of the world: one tenant, one member.</summary>
public interface IGeneralData
{
    /// <returns>Null for who may not change them.</returns>
    Task<GeneralView?> FindAsync(CancellationToken ct);

    Task<Result<TenantRef>> SaveAsync(TenantSettings settings, CancellationToken ct);

    Task<Result<TenantRef>> DeleteAsync(string typed, CancellationToken ct);
}

internal sealed class GeneralData(
    TenantSession session,
    TenantSettingsQuery settings,
    ChangeTenantSettings change,
    DeleteTenant delete
) : IGeneralData
{
    public async Task<GeneralView?> FindAsync(CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
        && await settings.RunAsync(tenant, session.Actor, ct) is { } found
            ? new GeneralView(
                found,
                session.Actor.May(MemberPermissions.TenantDelete),
                (int)(await settings.GraceAsync(ct)).TotalDays
            )
            : null;

    public async Task<Result<TenantRef>> SaveAsync(TenantSettings settings, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? await change.RunAsync(tenant.Slug, settings, session.Actor, ct)
            : Error.Forbidden(ChangeTenantSettings.Permission);

    public async Task<Result<TenantRef>> DeleteAsync(string typed, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? await delete.RunAsync(tenant.Slug, typed, session.Actor, ct)
            : Error.Forbidden(MemberPermissions.TenantDelete);
}
