using System.Security.Claims;
using FlameAssistant.Data.Members;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Web.Auth;

/// <summary>The cookie says who somebody is and how they are called; what they may do is asked of the database.</summary>
internal sealed class FlameClaims(
    UserManager<User> users,
    IOptions<IdentityOptions> options,
    UserAvatars avatars
) : UserClaimsPrincipalFactory<User>(users, options)
{
    public const string Avatar = "avatar";

    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(User user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim("name", user.DisplayName));
        if (user.TimeZone is { } zone)
        {
            identity.AddClaim(new Claim(Shared.BrowserTime.ZoneClaim, zone));
        }
        if (await avatars.UrlOfAsync(user.Id, default) is { } avatar)
        {
            identity.AddClaim(new Claim(Avatar, avatar));
        }
        return identity;
    }
}
