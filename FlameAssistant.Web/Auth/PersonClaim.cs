using System.Security.Claims;

namespace FlameAssistant.Web.Auth;

internal static class PersonClaim
{
    /// <summary>Who is signed in; the empty id for nobody.</summary>
    public static Guid PersonId(this ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : Guid.Empty;
}
