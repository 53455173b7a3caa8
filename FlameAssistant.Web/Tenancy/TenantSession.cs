using System.Security.Claims;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Auth;
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
    SupportDirectory support,
    ClientAddress address,
    TenantUnits units
)
{
    /// <summary>As of the last operation; nobody before the first one.</summary>
    public Actor Actor { get; private set; } = Nobody;

    /// <summary>The support access by which a super-admin is here, as of the last operation.</summary>
    public SupportRef? Support { get; private set; }

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
        var userId = user.PersonId();
        if (tenant is not { IsOpen: true })
        {
            (Actor, Support) = (Nobody, null);
            return null;
        }
        if (await members.FindAsync(tenant.Id, userId, ct) is { } member)
        {
            (Actor, Support) = (Actor.Member(member, address.Ip), null);
            await activity.SeenAsync(tenant.Id, userId, ct);
            return tenant;
        }
        Support = await support.FindAsync(tenant.Id, userId, ct);
        Actor = Support is null ? Nobody : Actor.Support(userId, address.Ip);
        return Support is null ? null : tenant;
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
