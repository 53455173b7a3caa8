using System.Globalization;
using System.Security.Claims;
using FlameAssistant.Data.Members;
using FlameAssistant.Jobs.Mail;
using FlameAssistant.Web.Platform;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Identity;

namespace FlameAssistant.Web.Features.Account;

public enum PasswordOutcome
{
    Ok,
    BadLink,
    WrongPassword,
}

/// <summary>Passwords that are forgotten, and those that are changed. A new one ends the other sessions.</summary>
internal sealed class PasswordFlow(
    UserManager<User> users,
    SignInManager<User> signIn,
    MailQueue mails,
    PublicAddress address,
    TimeProvider clock
)
{
    // Longer than the work of a known address, so that time does not tell who has an account.
    private static readonly TimeSpan AnswerAfter = TimeSpan.FromMilliseconds(400);

    /// <summary>Theirs, whoever asks; where they chose none, the browser's that asks.</summary>
    private static string LanguageOf(User user) =>
        user.Language ?? CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;

    public Task AskAsync(string email) =>
        Task.WhenAll(MailLinkAsync(email.Trim()), Task.Delay(AnswerAfter, clock));

    public async Task<PasswordOutcome> ResetAsync(Guid userId, string code, string password)
    {
        var user = await users.FindByIdAsync(userId.ToString());
        if (
            user is not { IsActive: true }
            || LinkCode.Read(code) is not { } token
            || !(await users.ResetPasswordAsync(user, token, password)).Succeeded
        )
        {
            return PasswordOutcome.BadLink;
        }
        // The link came by mail: the address is theirs.
        user.EmailConfirmed = true;
        user.EmailVerifiedAt ??= clock.GetUtcNow();
        user.LockoutEnd = null;
        user.AccessFailedCount = 0;
        await users.UpdateAsync(user);
        TellChanged(user);
        return PasswordOutcome.Ok;
    }

    public async Task<PasswordOutcome> ChangeAsync(
        ClaimsPrincipal person,
        string current,
        string password
    )
    {
        var user = await users.GetUserAsync(person);
        if (user is null || !(await users.ChangePasswordAsync(user, current, password)).Succeeded)
        {
            return PasswordOutcome.WrongPassword;
        }
        // This session stays; the new stamp ends all others.
        await signIn.RefreshSignInAsync(user);
        TellChanged(user);
        return PasswordOutcome.Ok;
    }

    private async Task MailLinkAsync(string email)
    {
        var user = await users.FindByEmailAsync(email);
        if (user is { IsActive: true })
        {
            var code = LinkCode.Write(await users.GeneratePasswordResetTokenAsync(user));
            mails.Send(
                MailTemplates.PasswordReset(
                    LanguageOf(user),
                    user.Email!,
                    address.Of($"{Urls.ResetPassword}?user={user.Id}&code={code}")
                )
            );
        }
    }

    private void TellChanged(User user) =>
        mails.Send(
            MailTemplates.PasswordChanged(
                LanguageOf(user),
                user.Email!,
                address.Of(Urls.ForgotPassword)
            )
        );
}
