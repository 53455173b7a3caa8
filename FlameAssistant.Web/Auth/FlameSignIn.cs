using System.Security.Claims;
using FlameAssistant.Data.Members;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Web.Auth;

/// <summary>Signing in, by whatever way: the browser then speaks and looks as the person chose in their profile.</summary>
internal sealed class FlameSignIn(
    UserManager<User> users,
    IHttpContextAccessor http,
    IUserClaimsPrincipalFactory<User> claims,
    IOptions<IdentityOptions> options,
    ILogger<SignInManager<User>> logger,
    IAuthenticationSchemeProvider schemes,
    IUserConfirmation<User> confirmation
) : SignInManager<User>(users, http, claims, options, logger, schemes, confirmation)
{
    public override async Task SignInWithClaimsAsync(
        User user,
        AuthenticationProperties? authenticationProperties,
        IEnumerable<Claim> additionalClaims
    )
    {
        await base.SignInWithClaimsAsync(user, authenticationProperties, additionalClaims);
        if (user.Language is { } language)
        {
            Preferences.RememberLanguage(Context, language);
        }
        if (user.Theme is { } theme)
        {
            Preferences.RememberTheme(Context, theme);
        }
    }
}
