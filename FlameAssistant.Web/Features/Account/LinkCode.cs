using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace FlameAssistant.Web.Features.Account;

/// <summary>A token as part of an address, and back; what is no code is no token.</summary>
internal static class LinkCode
{
    public static string Write(string token) =>
        WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(token));

    public static string? Read(string? code)
    {
        try
        {
            return string.IsNullOrEmpty(code)
                ? null
                : Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(code));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
