using FlameAssistant.Data.Audit;
using FlameAssistant.Data.Members;
using FlameAssistant.Web.Auth;
using FlameAssistant.Web.Tenancy;

namespace FlameAssistant.Web.Features.Audit;

internal sealed class AuditData(
    TenantSession tenant,
    SystemSession system,
    SystemAuditQueries audit
) : IAuditData
{
    private const int PageSize = 50;

    public async Task<bool> MayReadAsync(CancellationToken ct) =>
        await tenant.EnterAsync(ct) is not null && tenant.Actor.May(MemberPermissions.AuditRead);

    public Task<AuditPage> TenantPageAsync(
        AuditFilter filter,
        AuditPosition? after,
        CancellationToken ct
    ) =>
        tenant.ReadAsync(
            (unit, token) => unit.ListAuditAsync(filter, after, PageSize, token),
            AuditPage.Empty,
            ct
        );

    public Task<IReadOnlyList<(Guid Id, string Name)>> PeopleAsync(CancellationToken ct) =>
        tenant.ReadAsync((unit, token) => unit.AuditPeopleAsync(token), [], ct);

    public async Task<AuditPage> SystemPageAsync(
        AuditFilter filter,
        AuditPosition? after,
        CancellationToken ct
    ) => await audit.PageAsync(filter, after, PageSize, await system.EnterAsync(ct), ct);

    public async Task<AuditNames> NamesAsync(string? slug, string? email, CancellationToken ct) =>
        await audit.NamesAsync(slug, email, await system.EnterAsync(ct), ct);
}
