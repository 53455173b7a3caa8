using System.Globalization;
using System.Text;
using System.Text.Json;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Jobs.Channels.WebChat;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;
using Microsoft.Net.Http.Headers;

namespace FlameAssistant.Web.Widget;

/// <summary>What a site's page loads: the script, the frame that it opens, and a page to try both.</summary>
internal static class ScriptEndpoints
{
    private const string ConfigPlace = "/*{config}*/";

    /// <summary>The one script on a site's page. It knows how the channel looks, and asks for nothing until it is used.</summary>
    public static async Task<IResult> LoaderAsync(
        HttpContext context,
        WidgetDirectory directory,
        IStringLocalizer<WidgetText> texts,
        string? key
    )
    {
        var headers = context.Response.Headers;
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        if (await directory.FindAsync(key, context.RequestAborted) is not { } channel)
        {
            headers.CacheControl = "no-store";
            return TypedResults.Text(
                "console.warn(\"Flame Assistant: there is no active web chat with this key. Copy the snippet again from the channel's settings.\");",
                "text/javascript",
                Encoding.UTF8,
                StatusCodes.Status404NotFound
            );
        }
        var config = JsonSerializer.Serialize(
            new
            {
                Key = key,
                Base = $"{context.Request.Scheme}://{context.Request.Host}",
                channel.Settings.Color,
                channel.Settings.Ink,
                Left = channel.Settings.IsLeft,
                channel.Settings.Origins,
                Fallback = WidgetLanguage.Of(locale: null, channel.Tenant.Defaults.Language),
                Texts = WidgetLanguage.All.ToDictionary(
                    language => language,
                    language => Texts(texts, language, "Launcher."),
                    StringComparer.Ordinal
                ),
            },
            WidgetJson.Options
        );
        var script = WidgetAsset.Of(
            "text/javascript; charset=utf-8",
            Encoding.UTF8.GetBytes(
                WidgetAssets
                    .Text(WidgetAssets.Loader)
                    .Replace(ConfigPlace, config, StringComparison.Ordinal)
            )
        );
        headers.CacheControl = "public, max-age=300";
        headers.Vary = "Host";
        return TypedResults.Bytes(
            script.Bytes,
            script.ContentType,
            entityTag: new EntityTagHeaderValue($"\"{script.Hash}\"")
        );
    }

    /// <summary>The chat itself. Its policy names the sites that may show it: a browser refuses it to every other one.</summary>
    public static async Task<IResult> FrameAsync(
        HttpContext context,
        WidgetDirectory directory,
        IStringLocalizer<WidgetText> texts,
        TimeProvider clock,
        string? key,
        string? lang
    )
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-cache";
        if (await directory.FindAsync(key, context.RequestAborted) is not { } channel)
        {
            return TypedResults.NotFound();
        }
        var language = LanguageOf(context, channel, lang);
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src blob:; "
            + "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
            + $"frame-ancestors {string.Join(' ', channel.Settings.Origins.Prepend("'self'"))}";
        headers["X-Robots-Tag"] = "noindex";
        // Nobody reads which page of a shop led here.
        headers["Referrer-Policy"] = "no-referrer";
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = WidgetLanguage.Culture(
            language
        );
        var config = JsonSerializer.Serialize(
            new
            {
                Key = key,
                Language = language,
                Locale = lang is { Length: > 0 and <= 35 } ? lang : language,
                channel.Settings.Ink,
                channel.Settings.Away,
                channel.Settings.Origins,
                Look = SessionEndpoints.Config(channel, language, clock.GetUtcNow(), texts),
                Texts = Texts(texts, language, "Frame."),
            },
            WidgetJson.Options
        );
        return new RazorComponentResult<FramePage>(
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                [nameof(FramePage.Language)] = language,
                [nameof(FramePage.Title)] = channel.Settings.Title ?? channel.Tenant.Brand,
                [nameof(FramePage.Config)] = config,
            }
        );
    }

    /// <summary>A pretended shop with a policy as strict as any, to try the widget on.</summary>
    public static async Task<IResult> DemoAsync(
        HttpContext context,
        WidgetDirectory directory,
        Guid channelId
    )
    {
        if (await directory.FindAsync(channelId, context.RequestAborted) is not { } channel)
        {
            return TypedResults.NotFound();
        }
        var language = LanguageOf(context, channel, context.Request.Query["lang"]);
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = WidgetLanguage.Culture(
            language
        );
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'";
        context.Response.Headers["X-Robots-Tag"] = "noindex";
        return new RazorComponentResult<DemoPage>(
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                [nameof(DemoPage.Language)] = language,
                [nameof(DemoPage.Brand)] = channel.Tenant.Brand,
                [nameof(DemoPage.Key)] = WidgetKey.Of(channelId),
            }
        );
    }

    public static IResult Asset(HttpContext context, string name)
    {
        if (WidgetAssets.Find(name) is not { } asset)
        {
            return TypedResults.NotFound();
        }
        context.Response.Headers.CacheControl =
            context.Request.Query["v"] == asset.Hash
                ? "public, max-age=31536000, immutable"
                : "no-cache";
        return TypedResults.Bytes(
            asset.Bytes,
            asset.ContentType,
            entityTag: new EntityTagHeaderValue($"\"{asset.Hash}\"")
        );
    }

    /// <summary>By the page that shows it; else by the browser; else the workspace's.</summary>
    private static string LanguageOf(HttpContext context, WidgetChannel channel, string? asked) =>
        WidgetLanguage.Of(
            !string.IsNullOrEmpty(asked)
                ? asked
                : context
                    .Request.GetTypedHeaders()
                    .AcceptLanguage.OrderByDescending(l => l.Quality ?? 1)
                    .Select(l => l.Value.ToString())
                    .FirstOrDefault(l => WidgetLanguage.Of(l, fallback: null) == l.Split('-')[0]),
            channel.Tenant.Defaults.Language
        );

    private static Dictionary<string, string> Texts(
        IStringLocalizer<WidgetText> texts,
        string language,
        string prefix
    )
    {
        var culture = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = WidgetLanguage.Culture(language);
            return texts
                .GetAllStrings(includeParentCultures: true)
                .Where(text => text.Name.StartsWith(prefix, StringComparison.Ordinal))
                .ToDictionary(
                    text => text.Name[prefix.Length..],
                    text => text.Value,
                    StringComparer.Ordinal
                );
        }
        finally
        {
            CultureInfo.CurrentUICulture = culture;
        }
    }
}
