using FlameAssistant.Data.Members;
using FlameAssistant.Web.Auth;
using Microsoft.AspNetCore.Identity;

namespace FlameAssistant.Web.Features.Account;

public enum SignInOutcome
{
    Ok,
    Wrong,
    LockedOut,
    Inactive,
    NotAllowed,
    SecondStep,
    TooOften,
}

/// <param name="LockedFor">Only with <see cref="SignInOutcome.LockedOut"/> and <see cref="SignInOutcome.TooOften"/>.</param>
public readonly record struct SignInAnswer(SignInOutcome Outcome, TimeSpan LockedFor = default);

/// <summary>
/// Name and password become a cookie. An unknown name costs one hash and answers as a wrong password does,
/// so that nobody learns by answer or by time who has an account.
/// </summary>
internal sealed class SignInFlow(
    UserManager<User> users,
    SignInManager<User> signIn,
    IPasswordHasher<User> hasher,
    AccountLimits limits,
    IHttpContextAccessor http,
    TimeProvider time
)
{
    private static readonly User Nobody = new() { UserName = "nobody" };
    private static string? nobodysHash;

    public async Task<SignInAnswer> RunAsync(string name, string password, bool remember)
    {
        if (limits.SignIn(http.HttpContext?.Connection.RemoteIpAddress, name) is { } wait)
        {
            return new SignInAnswer(SignInOutcome.TooOften, wait);
        }
        var user = await FindAsync(name.Trim());
        if (user?.PasswordHash is null)
        {
            nobodysHash ??= hasher.HashPassword(Nobody, Guid.NewGuid().ToString());
            hasher.VerifyHashedPassword(Nobody, nobodysHash, password);
            return new SignInAnswer(SignInOutcome.Wrong);
        }

        var result = user.IsActive
            ? await signIn.PasswordSignInAsync(user, password, remember, lockoutOnFailure: true)
            : await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true);
        if (result.IsLockedOut)
        {
            var end = await users.GetLockoutEndDateAsync(user) ?? time.GetUtcNow();
            return new SignInAnswer(SignInOutcome.LockedOut, end - time.GetUtcNow());
        }

        if (result.Succeeded && user.IsActive)
        {
            user.LastLoginAt = time.GetUtcNow();
            await users.UpdateAsync(user);
        }

        return new SignInAnswer(
            result switch
            {
                { Succeeded: true } when !user.IsActive => SignInOutcome.Inactive,
                { Succeeded: true } => SignInOutcome.Ok,
                { RequiresTwoFactor: true } => SignInOutcome.SecondStep,
                { IsNotAllowed: true } when await users.CheckPasswordAsync(user, password) =>
                    SignInOutcome.NotAllowed,
                _ => SignInOutcome.Wrong,
            }
        );
    }

    /// <summary>User names have no @, so that one field cannot mean two people.</summary>
    private Task<User?> FindAsync(string name) =>
        name.Contains('@', StringComparison.Ordinal)
            ? users.FindByEmailAsync(name)
            : users.FindByNameAsync(name);
}
