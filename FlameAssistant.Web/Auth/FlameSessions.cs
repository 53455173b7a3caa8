using System.Security.Claims;
using FlameAssistant.Data.Members;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace FlameAssistant.Web.Auth;

/// <summary>A cookie names its session, and opens nothing once that has ended.</summary>
internal static class FlameSessions
{
    public const string ClaimType = "session";

    /// <returns>Empty for who is not signed in.</returns>
    public static Guid IdOf(ClaimsPrincipal? person) =>
        Guid.TryParse(person?.FindFirstValue(ClaimType), out var id) ? id : Guid.Empty;

    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        await SecurityStampValidator.ValidatePrincipalAsync(context);
        if (context.Principal is null)
        {
            return;
        }
        var sessions = context.HttpContext.RequestServices.GetRequiredService<UserSessions>();
        if (
            !await sessions.IsAliveAsync(
                IdOf(context.Principal),
                context.HttpContext.RequestAborted
            )
        )
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
        }
    }
}
