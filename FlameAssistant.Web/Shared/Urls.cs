using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace FlameAssistant.Web.Shared;

/// <summary>Addresses of the product's pages. Every link is made here.</summary>
public static class Urls
{
    public const string SignIn = "/account/login";
    public const string SignOut = "/account/logout";
    public const string Denied = "/account/denied";
    public const string Upgrading = "/account/upgrading";
    public const string Workspaces = "/account/workspaces";
    public const string Theme = "/account/theme";
    public const string Language = "/account/language";
    public const string NotFound = "/not-found";
    public const string Broken = "/error";

    public static string SignInThen(string returnUrl) =>
        QueryHelpers.AddQueryString(SignIn, "returnUrl", returnUrl);

    public static string Inbox(string slug, long? number = null, string? query = null) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"/t/{slug}/inbox{(number is null ? "" : "/")}{number}{query}"
        );

    /// <summary>The slug of an address under <c>/t/{slug}</c>, or null.</summary>
    public static string? SlugOf(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts is ["t", var slug, ..] ? slug.Split('?', '#')[0] : null;
    }

    /// <summary>An address on this site, or the fallback: a link cannot send a signed-in person elsewhere.</summary>
    public static string LocalOr(string? url, string fallback) => IsLocal(url) ? url! : fallback;

    private static bool IsLocal(string? url) =>
        url is ['/', ..]
        && (url.Length == 1 || url[1] is not ('/' or '\\'))
        && !url.Any(char.IsControl);
}
