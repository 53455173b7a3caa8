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
    IUserConfirmation<User> confirmation,
    UserSessions sessions
) : SignInManager<User>(users, http, claims, options, logger, schemes, confirmation)
{
    private bool isRefresh;

    /// <summary>The cookie is made anew; the session stays the same.</summary>
    public override async Task RefreshSignInAsync(User user)
    {
        isRefresh = true;
        await base.RefreshSignInAsync(user);
        isRefresh = false;
    }

    public override async Task SignOutAsync()
    {
        if (Guid.TryParse(UserManager.GetUserId(Context.User), out var userId))
        {
            await sessions.EndAsync(userId, FlameSessions.IdOf(Context.User), default);
        }
        await base.SignOutAsync();
    }

    public override async Task SignInWithClaimsAsync(
        User user,
        AuthenticationProperties? authenticationProperties,
        IEnumerable<Claim> additionalClaims
    )
    {
        var session = await SessionAsync(user);
        await base.SignInWithClaimsAsync(
            user,
            authenticationProperties,
            additionalClaims.Append(new Claim(FlameSessions.ClaimType, session.ToString()))
        );
        if (user.Language is { } language)
        {
            Preferences.RememberLanguage(Context, language);
        }
        if (user.Theme is { } theme)
        {
            Preferences.RememberTheme(Context, theme);
        }
    }

    private async Task<Guid> SessionAsync(User user)
    {
        var kept = FlameSessions.IdOf(Context.User);
        if (isRefresh && kept != Guid.Empty)
        {
            await sessions.RenewAsync(kept, user, Context.RequestAborted);
            return kept;
        }
        if (Guid.TryParse(UserManager.GetUserId(Context.User), out var former))
        {
            // The new cookie takes the place of the old one.
            await sessions.EndAsync(former, kept, Context.RequestAborted);
        }
        return await sessions.BeginAsync(
            user,
            Context.Request.Headers.UserAgent,
            Context.Connection.RemoteIpAddress,
            Context.RequestAborted
        );
    }
}
