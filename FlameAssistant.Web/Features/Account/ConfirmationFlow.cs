using System.Globalization;
using FlameAssistant.Data.Members;
using FlameAssistant.Jobs.Mail;
using FlameAssistant.Web.Platform;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Identity;

namespace FlameAssistant.Web.Features.Account;

/// <summary>Whether an e-mail address is somebody's own.</summary>
internal sealed class ConfirmationFlow(
    UserManager<User> users,
    MailQueue mails,
    PublicAddress address,
    TimeProvider clock
)
{
    private static readonly TimeSpan AnswerAfter = TimeSpan.FromMilliseconds(400);

    public Task AskAsync(string email) =>
        Task.WhenAll(MailLinkAsync(email.Trim()), Task.Delay(AnswerAfter, clock));

    public async Task<bool> ConfirmAsync(Guid userId, string? code)
    {
        var user = await users.FindByIdAsync(userId.ToString());
        if (
            user is null
            || LinkCode.Read(code) is not { } token
            || !(await users.ConfirmEmailAsync(user, token)).Succeeded
        )
        {
            return false;
        }
        user.EmailVerifiedAt ??= clock.GetUtcNow();
        await users.UpdateAsync(user);
        return true;
    }

    private async Task MailLinkAsync(string email)
    {
        var user = await users.FindByEmailAsync(email);
        if (user is { IsActive: true, EmailConfirmed: false })
        {
            var code = LinkCode.Write(await users.GenerateEmailConfirmationTokenAsync(user));
            mails.Send(
                MailTemplates.ConfirmEmail(
                    user.Language ?? CultureInfo.CurrentUICulture.TwoLetterISOLanguageName,
                    user.Email!,
                    address.Of($"{Urls.ConfirmEmail}?user={user.Id}&code={code}")
                )
            );
        }
    }
}
