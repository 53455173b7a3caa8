using Microsoft.AspNetCore.Localization;

namespace FlameAssistant.Web.Shared;

/// <summary>What the browser remembers about looks. Read on the server, so that a page never flashes in the wrong theme.</summary>
public static class Preferences
{
    public const string ThemeCookie = "flame_theme";
    public const string System = "system";

    public static readonly IReadOnlyList<string> Themes = ["light", "dark", System];

    public static readonly IReadOnlyList<string> Languages = ["en", "es"];

    /// <summary>Each language in its own words: who cannot read this one still finds theirs.</summary>
    public static string LanguageName(string language) =>
        string.Equals(language, "es", StringComparison.Ordinal) ? "Español" : "English";

    public static string ThemeOf(HttpContext? context) =>
        context?.Request.Cookies[ThemeCookie] is { } theme
        && Themes.Contains(theme, StringComparer.Ordinal)
            ? theme
            : System;

    public static void RememberTheme(HttpContext context, string theme) =>
        Remember(context, ThemeCookie, theme);

    public static void RememberLanguage(HttpContext context, string language) =>
        Remember(
            context,
            CookieRequestCultureProvider.DefaultCookieName,
            CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language))
        );

    private static void Remember(HttpContext context, string name, string value) =>
        context.Response.Cookies.Append(
            name,
            value,
            new CookieOptions
            {
                Path = "/",
                MaxAge = TimeSpan.FromDays(365),
                SameSite = SameSiteMode.Lax,
                HttpOnly = true,
                Secure = context.Request.IsHttps,
                IsEssential = true,
            }
        );
}
