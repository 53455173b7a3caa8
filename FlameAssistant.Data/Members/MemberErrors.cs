using System.Net.Mail;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Members;

public static class MemberErrors
{
    public static bool IsEmail(string? text) =>
        text is { Length: > 2 and <= 255 }
        && MailAddress.TryCreate(text, out var address)
        && address.Address == text
        && !text.Any(char.IsWhiteSpace);

    public static Error NotAnEmail(string text) =>
        Error.Invalid("user.email", $"'{text}' is not an e-mail address.", "email");

    public static Error UnknownRole(string role) =>
        Error.Invalid(
            "user.role",
            $"'{role}' is no role: use one of {string.Join(", ", MemberRoles.OfTenants)}.",
            "role"
        );

    public static Error WeakPassword(string reasons) =>
        Error.Invalid("user.password", $"The password is too weak: {reasons}", "password");
}
