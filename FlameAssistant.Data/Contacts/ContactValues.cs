using System.Net.Mail;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Contacts;

/// <summary>What somebody typed, or a file holds, of one contact: cleaned, with its problems by field.</summary>
internal sealed record ContactValues(
    string? Name,
    string? Phone,
    string? Email,
    IReadOnlyDictionary<string, string> Problems
)
{
    private const int MaxLength = 255;

    public static ContactValues Read(string? name, string? phone, string? email, string? region)
    {
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        var cleanName = Clean(name);
        if (cleanName?.Length > MaxLength)
        {
            problems["name"] = $"A name has at most {MaxLength} characters.";
        }
        var typedPhone = Clean(phone);
        var number = typedPhone is null ? null : PhoneText.Read(typedPhone, region);
        if (typedPhone is not null && number is null)
        {
            problems["phone"] =
                "This is no telephone number. Write it with its country, such as +55 11 98765-4321.";
        }
        var address = Clean(email);
        if (address is not null && !IsAddress(address))
        {
            problems["email"] = "This is no e-mail address.";
        }
        return new ContactValues(cleanName, number, address, problems);
    }

    private static string? Clean(string? text) =>
        StorableText.Clean(text)?.ReplaceLineEndings(" ").Trim() is { Length: > 0 } clean
            ? clean
            : null;

    private static bool IsAddress(string text) =>
        text.Length <= MaxLength
        && !text.Any(char.IsWhiteSpace)
        && MailAddress.TryCreate(text, out var address)
        && address.Address == text
        && address.Host.Contains('.', StringComparison.Ordinal);
}
