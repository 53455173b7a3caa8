using System.Globalization;
using System.Net;
using System.Security.Claims;
using System.Text;
using FlameAssistant.Data.Members;
using FlameAssistant.Web.Auth;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Identity;

namespace FlameAssistant.Web.Features.Account;

/// <param name="QrSvg">Our own drawing of the key, safe to put into the page.</param>
public sealed record TwoFactorView(bool IsOn, int CodesLeft, string Key, string QrSvg);

/// <summary>The second step: an authenticator's codes, and recovery codes for the day it is lost.</summary>
internal sealed class TwoFactorFlow(
    UserManager<User> users,
    SignInManager<User> signIn,
    AccountLimits limits,
    IHttpContextAccessor http
)
{
    private const int RecoveryCodes = 10;

    public async Task<TwoFactorView?> FindAsync(ClaimsPrincipal person)
    {
        if (await users.GetUserAsync(person) is not { } user)
        {
            return null;
        }
        if (user.TwoFactorEnabled)
        {
            return new TwoFactorView(true, await users.CountRecoveryCodesAsync(user), "", "");
        }
        var key = await users.GetAuthenticatorKeyAsync(user);
        if (key is null)
        {
            await users.ResetAuthenticatorKeyAsync(user);
            await signIn.RefreshSignInAsync(user);
            key = (await users.GetAuthenticatorKeyAsync(user))!;
        }
        return new TwoFactorView(
            false,
            0,
            InGroups(key),
            QrDrawing.Of(AddressOf(user.Email!, key))
        );
    }

    /// <returns>The recovery codes, shown once; null when the code is not right.</returns>
    public async Task<IReadOnlyList<string>?> TurnOnAsync(ClaimsPrincipal person, string code)
    {
        var user = await users.GetUserAsync(person);
        if (
            user is null
            || !await users.VerifyTwoFactorTokenAsync(
                user,
                users.Options.Tokens.AuthenticatorTokenProvider,
                Digits(code)
            )
        )
        {
            return null;
        }
        await users.SetTwoFactorEnabledAsync(user, enabled: true);
        var codes = await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes);
        await signIn.RefreshSignInAsync(user);
        return [.. codes!];
    }

    /// <summary>Needs the password: an unlocked computer is not enough.</summary>
    public async Task<bool> TurnOffAsync(ClaimsPrincipal person, string password)
    {
        var user = await users.GetUserAsync(person);
        if (user is null || !await users.CheckPasswordAsync(user, password))
        {
            return false;
        }
        await users.SetTwoFactorEnabledAsync(user, enabled: false);
        await users.ResetAuthenticatorKeyAsync(user);
        await signIn.RefreshSignInAsync(user);
        return true;
    }

    public async Task<IReadOnlyList<string>?> NewCodesAsync(ClaimsPrincipal person, string password)
    {
        var user = await users.GetUserAsync(person);
        return user is { TwoFactorEnabled: true } && await users.CheckPasswordAsync(user, password)
            ? [.. (await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes))!]
            : null;
    }

    /// <summary>After the password: a code of the authenticator, or a recovery code.</summary>
    public async Task<SignInAnswer> SignInAsync(string code, bool remember)
    {
        if (await signIn.GetTwoFactorAuthenticationUserAsync() is not { IsActive: true } user)
        {
            return new SignInAnswer(SignInOutcome.NotAllowed);
        }
        var address = http.HttpContext?.Connection.RemoteIpAddress;
        if (limits.SignIn(address, user.Id.ToString()) is { } wait)
        {
            return new SignInAnswer(SignInOutcome.TooOften, wait);
        }
        var digits = Digits(code);
        var result =
            digits.Length == 6 && digits.All(char.IsAsciiDigit)
                ? await signIn.TwoFactorAuthenticatorSignInAsync(
                    digits,
                    remember,
                    rememberClient: false
                )
                : await signIn.TwoFactorRecoveryCodeSignInAsync(code.Trim());
        return new SignInAnswer(
            result switch
            {
                { Succeeded: true } => SignInOutcome.Ok,
                { IsLockedOut: true } => SignInOutcome.LockedOut,
                _ => SignInOutcome.Wrong,
            },
            TimeSpan.FromMinutes(10)
        );
    }

    private static string AddressOf(string email, string key) =>
        $"otpauth://totp/{WebUtility.UrlEncode("Flame Assistant").Replace("+", "%20", StringComparison.Ordinal)}:{WebUtility.UrlEncode(email)}?secret={key}&issuer=Flame%20Assistant&digits=6";

    private static string InGroups(string key) =>
        string.Join(' ', key.Chunk(4).Select(c => new string(c)));

    private static string Digits(string code) =>
        string.Concat(code.Where(c => !char.IsWhiteSpace(c)));
}
