using System.Security.Claims;
using FlameAssistant.Data.Members;
using Microsoft.AspNetCore.Identity;

namespace FlameAssistant.Web.Features.Account;

/// <summary>A person as they describe themselves. Null language, zone and theme follow the browser.</summary>
public sealed record ProfileView(
    string Email,
    string? FirstName,
    string? LastName,
    string? Language,
    string? TimeZone,
    string? Theme,
    bool HasTwoFactor
)
{
    public string Name => $"{FirstName} {LastName}".Trim() is { Length: > 0 } name ? name : Email;
}

/// <summary>Reads and keeps the profile; the cookie is made anew, so that pages follow at once.</summary>
internal sealed class ProfileFlow(UserManager<User> users, SignInManager<User> signIn)
{
    public async Task<ProfileView?> FindAsync(ClaimsPrincipal person) =>
        await users.GetUserAsync(person) is { } user
            ? new ProfileView(
                user.Email!,
                user.FirstName,
                user.LastName,
                user.Language,
                user.TimeZone,
                user.Theme,
                user.TwoFactorEnabled
            )
            : null;

    public async Task SaveAsync(ClaimsPrincipal person, ProfileView wanted)
    {
        if (await users.GetUserAsync(person) is not { } user)
        {
            return;
        }
        user.FirstName = wanted.FirstName;
        user.LastName = wanted.LastName;
        user.Language = wanted.Language;
        user.TimeZone = wanted.TimeZone;
        user.Theme = wanted.Theme;
        await users.UpdateAsync(user);
        await signIn.RefreshSignInAsync(user);
    }

    /// <summary>A new stamp: every session but this one ends within a minute.</summary>
    public async Task EndOtherSessionsAsync(ClaimsPrincipal person)
    {
        if (await users.GetUserAsync(person) is { } user)
        {
            await users.UpdateSecurityStampAsync(user);
            await signIn.RefreshSignInAsync(user);
        }
    }
}
