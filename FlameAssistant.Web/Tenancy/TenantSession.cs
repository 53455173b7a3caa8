using System.Security.Claims;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace FlameAssistant.Web.Tenancy;

/// <summary>
/// Who works in which tenant, in this circuit: the tenant by the address, the person by their sign-in. Both are asked again
/// for every operation (from caches of a few seconds), so a circuit never outlives a membership.
/// </summary>
internal sealed class TenantSession(
    NavigationManager navigation,
    AuthenticationStateProvider authentication,
    TenantCatalog tenants,
    MemberDirectory members,
    MemberActivity activity,
    TenantUnits units
)
{
    /// <summary>As of the last operation; nobody before the first one.</summary>
    public Actor Actor { get; private set; } = Nobody;

    private static Actor Nobody { get; } = Actor.Member(Guid.Empty, role: "", isOwner: false);

    public async Task<Result<T>> RunAsync<T>(ITenantOperation<T> operation, CancellationToken ct) =>
        await EnterAsync(ct) is { } tenant
            ? await units.RunAsync(tenant, Actor, operation, ct)
            : Closed;

    /// <returns>The fallback where the person is no longer a member.</returns>
    public async Task<T> ReadAsync<T>(
        Func<TenantUnit, CancellationToken, Task<T>> read,
        T fallback,
        CancellationToken ct
    ) =>
        await EnterAsync(ct) is { } tenant
            ? await units.ReadAsync(tenant, Actor, read, ct)
            : fallback;

    /// <summary>The tenant of the address, if the person may work in it now.</summary>
    public async Task<TenantRef?> EnterAsync(CancellationToken ct)
    {
        var user = (await authentication.GetAuthenticationStateAsync()).User;
        var slug = Urls.SlugOf("/" + navigation.ToBaseRelativePath(navigation.Uri));
        var tenant = slug is null ? null : await tenants.FindAsync(slug, ct);
        var member =
            tenant is { IsOpen: true }
            && Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var userId)
                ? await members.FindAsync(tenant.Id, userId, ct)
                : null;
        if (tenant is null || member is null)
        {
            Actor = Nobody;
            return null;
        }
        Actor = Actor.Member(member);
        await activity.SeenAsync(tenant.Id, member.UserId, ct);
        return tenant;
    }

    /// <summary>Where else the person works.</summary>
    public async Task<IReadOnlyList<WorkspaceRef>> WorkspacesAsync(CancellationToken ct)
    {
        var user = (await authentication.GetAuthenticationStateAsync()).User;
        return Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var userId)
            ? await members.WorkspacesAsync(userId, ct)
            : [];
    }

    private static Error Closed { get; } =
        Error.NotFound(
            "tenant.closed",
            "You are no longer a member of this workspace, or it is closed. Sign in again to see where you work."
        );
}
