using System.Buffers.Text;
using System.Net;
using System.Security.Claims;
using FlameAssistant.Data.Members;
using FlameAssistant.Web.Auth;
using Microsoft.AspNetCore.Identity;

namespace FlameAssistant.Web.Features.Account;

/// <param name="Id">The credential's id, base64url.</param>
internal sealed record PasskeyView(string Id, string? Name, DateTimeOffset CreatedAt);

public enum PasskeyOutcome
{
    Ok,
    Failed,
    TooMany,
    BadName,
}

/// <summary>
/// Passkeys: a key that stays on the person's device and signs what this site asks. It is proof of having the device and of
/// being the person (user verification is required), so that no second step follows.
/// </summary>
internal sealed class PasskeyFlow(
    UserManager<User> users,
    SignInManager<User> signIn,
    AccountLimits limits,
    TimeProvider time
)
{
    public const int MaxName = 60;
    private const int MaxPasskeys = 10;

    // An attestation of a security key is some 2 kB.
    private const int MaxCredential = 16_384;

    public async Task<IReadOnlyList<PasskeyView>> ListAsync(ClaimsPrincipal person) =>
        await users.GetUserAsync(person) is { } user
            ?
            [
                .. (await users.GetPasskeysAsync(user))
                    .OrderBy(p => p.CreatedAt)
                    .Select(p => new PasskeyView(
                        Base64Url.EncodeToString(p.CredentialId),
                        p.Name,
                        p.CreatedAt
                    )),
            ]
            : [];

    /// <returns>What the browser's dialog is asked, JSON; the answer must come from this browser.</returns>
    public async Task<string?> CreationOptionsAsync(ClaimsPrincipal person) =>
        await users.GetUserAsync(person) is { } user
            ? await signIn.MakePasskeyCreationOptionsAsync(
                new PasskeyUserEntity
                {
                    Id = user.Id.ToString(),
                    Name = user.Email!,
                    DisplayName = user.DisplayName,
                }
            )
            : null;

    public async Task<PasskeyOutcome> AddAsync(
        ClaimsPrincipal person,
        string? credential,
        string? name
    )
    {
        if (await users.GetUserAsync(person) is not { } user || !IsCredential(credential))
        {
            return PasskeyOutcome.Failed;
        }
        if (Clean(name) is not { } clean)
        {
            return PasskeyOutcome.BadName;
        }
        if ((await users.GetPasskeysAsync(user)).Count >= MaxPasskeys)
        {
            return PasskeyOutcome.TooMany;
        }
        var made = await signIn.PerformPasskeyAttestationAsync(credential!);
        if (!made.Succeeded || made.UserEntity.Id != user.Id.ToString())
        {
            return PasskeyOutcome.Failed;
        }
        made.Passkey.Name = clean;
        return (await users.AddOrUpdatePasskeyAsync(user, made.Passkey)).Succeeded
            ? PasskeyOutcome.Ok
            : PasskeyOutcome.Failed;
    }

    public async Task<PasskeyOutcome> RenameAsync(ClaimsPrincipal person, string id, string? name)
    {
        if (Clean(name) is not { } clean)
        {
            return PasskeyOutcome.BadName;
        }
        if (
            await users.GetUserAsync(person) is not { } user
            || IdOf(id) is not { } credential
            || await users.GetPasskeyAsync(user, credential) is not { } passkey
        )
        {
            return PasskeyOutcome.Failed;
        }
        passkey.Name = clean;
        await users.AddOrUpdatePasskeyAsync(user, passkey);
        return PasskeyOutcome.Ok;
    }

    public async Task RemoveAsync(ClaimsPrincipal person, string id)
    {
        if (await users.GetUserAsync(person) is { } user && IdOf(id) is { } credential)
        {
            await users.RemovePasskeyAsync(user, credential);
        }
    }

    /// <returns>The question for whoever holds a passkey of this site; null when asked too often.</returns>
    public async Task<string?> RequestOptionsAsync(IPAddress? address) =>
        limits.SignIn(address) is null ? await signIn.MakePasskeyRequestOptionsAsync(null) : null;

    public async Task<SignInAnswer> SignInAsync(string? credential, IPAddress? address)
    {
        if (limits.SignIn(address) is { } wait)
        {
            return new SignInAnswer(SignInOutcome.TooOften, wait);
        }
        var found = IsCredential(credential)
            ? await signIn.PerformPasskeyAssertionAsync(credential!)
            : null;
        if (found is not { Succeeded: true, User: { } user })
        {
            return new SignInAnswer(SignInOutcome.Wrong);
        }
        if (!user.IsActive)
        {
            return new SignInAnswer(SignInOutcome.Inactive);
        }
        if (!await signIn.CanSignInAsync(user))
        {
            return new SignInAnswer(SignInOutcome.NotAllowed);
        }
        // Its counter went on: a copy that lags behind is refused next time.
        await users.AddOrUpdatePasskeyAsync(user, found.Passkey);
        user.LastLoginAt = time.GetUtcNow();
        await users.UpdateAsync(user);
        await signIn.SignInAsync(user, isPersistent: false, "hwk");
        return new SignInAnswer(SignInOutcome.Ok);
    }

    private static bool IsCredential(string? credential) =>
        credential is { Length: > 0 and <= MaxCredential };

    private static string? Clean(string? name) =>
        name?.Trim() is { Length: > 0 and <= MaxName } clean && !clean.Any(char.IsControl)
            ? clean
            : null;

    private static byte[]? IdOf(string id) =>
        Base64Url.IsValid(id) ? Base64Url.DecodeFromChars(id) : null;
}
