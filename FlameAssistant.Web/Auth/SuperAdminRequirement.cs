using System.Security.Claims;
using FlameAssistant.Data.Members;
using Microsoft.AspNetCore.Authorization;

namespace FlameAssistant.Web.Auth;

/// <summary>A member of the tenant <c>system</c>; asked of the database, not of the cookie.</summary>
internal sealed class SuperAdminRequirement : IAuthorizationRequirement;

internal sealed class SuperAdminHandler(MemberDirectory members)
    : AuthorizationHandler<SuperAdminRequirement>
{
    protected override async Task HandleRequirementAsync(
        AuthorizationHandlerContext context,
        SuperAdminRequirement requirement
    )
    {
        if (
            Guid.TryParse(context.User.FindFirstValue(ClaimTypes.NameIdentifier), out var userId)
            && await members.IsSuperAdminAsync(userId, CancellationToken.None)
        )
        {
            context.Succeed(requirement);
        }
    }
}
