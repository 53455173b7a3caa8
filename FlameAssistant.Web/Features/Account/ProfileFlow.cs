using System.Security.Claims;
using FlameAssistant.Data.Members;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FlameAssistant.Web.Features.Account;

/// <summary>A person as they describe themselves. Null language, zone and theme follow the browser.</summary>
public sealed record ProfileView(
    string Email,
    string? FirstName,
    string? LastName,
    string? UserName,
    string? Language,
    string? TimeZone,
    string? Theme,
    bool HasTwoFactor,
    int Passkeys,
    string? Avatar
)
{
    public string Name => $"{FirstName} {LastName}".Trim() is { Length: > 0 } name ? name : Email;
}

/// <summary>Reads and keeps the profile; the cookie is made anew, so that pages follow at once.</summary>
internal sealed class ProfileFlow(
    UserManager<User> users,
    SignInManager<User> signIn,
    UserAvatars avatars
)
{
    public async Task<ProfileView?> FindAsync(ClaimsPrincipal person) =>
        await users.GetUserAsync(person) is { } user
            ? new ProfileView(
                user.Email!,
                user.FirstName,
                user.LastName,
                UserNames.IsMade(user.UserName!) ? null : user.UserName,
                user.Language,
                user.TimeZone,
                user.Theme,
                user.TwoFactorEnabled,
                (await users.GetPasskeysAsync(user)).Count,
                await avatars.UrlOfAsync(user.Id, default)
            )
            : null;

    /// <returns>False when the user name is somebody else's; nothing is kept then.</returns>
    public async Task<bool> SaveAsync(ClaimsPrincipal person, ProfileView wanted)
    {
        if (await users.GetUserAsync(person) is not { } user)
        {
            return true;
        }
        user.UserName = wanted.UserName ?? UserNames.Made(user.Id);
        user.FirstName = wanted.FirstName;
        user.LastName = wanted.LastName;
        user.Language = wanted.Language;
        user.TimeZone = wanted.TimeZone;
        user.Theme = wanted.Theme;
        try
        {
            if (!(await users.UpdateAsync(user)).Succeeded)
            {
                return false;
            }
        }
        catch (DbUpdateException ex)
            when (ex.InnerException
                    is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
            )
        {
            // Two chose it at the same moment.
            return false;
        }
        await signIn.RefreshSignInAsync(user);
        return true;
    }
}
