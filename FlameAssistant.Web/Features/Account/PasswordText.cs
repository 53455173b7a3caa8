using FlameAssistant.Data.Members;
using Microsoft.Extensions.Localization;

namespace FlameAssistant.Web.Features.Account;

internal static class PasswordText
{
    /// <summary>What is wrong with a new password, in the reader's language; null when it is good enough.</summary>
    public static string? WhyWeak(this IStringLocalizer<AccountText> texts, string? password) =>
        PasswordRules.Check(password ?? "") switch
        {
            PasswordWeakness.TooShort => texts[
                "Password.TooShort",
                PasswordRules.MinimumLength
            ].Value,
            PasswordWeakness.TooLong => texts[
                "Password.TooLong",
                PasswordRules.MaximumLength
            ].Value,
            PasswordWeakness.TooFewCharacters => texts["Password.TooFewCharacters"].Value,
            _ => null,
        };
}
