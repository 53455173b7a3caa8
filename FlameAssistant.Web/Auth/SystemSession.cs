using System.Security.Claims;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.AspNetCore.Components.Authorization;

namespace FlameAssistant.Web.Auth;

/// <summary>
/// Who works on the whole installation, in this circuit. Asked again for every operation (from a cache of a few seconds), so
/// that a circuit never outlives the right.
/// </summary>
internal sealed class SystemSession(
    AuthenticationStateProvider authentication,
    MemberDirectory members,
    ClientAddress address
)
{
    private static readonly Actor nobody = Actor.Member(Guid.Empty, role: "", isOwner: false);

    /// <returns>Somebody who may do nothing, where the person is no super-admin.</returns>
    public async Task<Actor> EnterAsync(CancellationToken ct)
    {
        var user = (await authentication.GetAuthenticationStateAsync()).User;
        return
            Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var userId)
            && await members.IsSuperAdminAsync(userId, ct)
            ? Actor.SuperAdmin(userId, address.Ip)
            : nobody;
    }

    public async Task<bool> IsSuperAdminAsync(CancellationToken ct) =>
        (await EnterAsync(ct)).May(MemberPermissions.PlatformManage);
}
