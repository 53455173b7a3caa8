using FlameAssistant.Web.Features.Account;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor;
using MudBlazor.Services;

namespace FlameAssistant.Web.Shared;

/// <summary>The door of the pages: what they need, and where they stand in the pipeline.</summary>
public static class WebShell
{
    public static IServiceCollection AddWebShell(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddCascadingAuthenticationState();
        services.AddHttpContextAccessor();
        services.AddLocalization();
        services.AddMudServices(options =>
        {
            options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.TopCenter;
            options.SnackbarConfiguration.ShowTransitionDuration = 150;
            options.SnackbarConfiguration.HideTransitionDuration = 150;
            options.SnackbarConfiguration.PreventDuplicates = true;
        });
        services.Configure<RequestLocalizationOptions>(options =>
        {
            string[] cultures = [.. Preferences.Languages];
            options
                .SetDefaultCulture("en")
                .AddSupportedCultures(cultures)
                .AddSupportedUICultures(cultures);
            options.RequestCultureProviders =
            [
                new CookieRequestCultureProvider(),
                new AcceptLanguageHeaderRequestCultureProvider(),
            ];
        });
        services.AddScoped<BrowserTime>();
        services.AddScoped<ICommandSource, PageCommands>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddAccount();
        return services;
    }

    /// <summary>Surprises show the page that says so; in Development they show themselves.</summary>
    public static WebApplication UseErrorPage(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
        {
            app.UseExceptionHandler(Urls.Broken, createScopeForErrors: true);
        }
        return app;
    }

    /// <summary>Before authentication: language first, so that even refusals are understood; unknown addresses get the 404 page.</summary>
    public static WebApplication UseWebShell(this WebApplication app)
    {
        app.UseRequestLocalization();
        app.UseStatusCodePagesWithReExecute(Urls.NotFound, createScopeForStatusCodePages: true);
        app.Use(OnlyForPeople);
        return app;
    }

    /// <summary>After authentication and authorization.</summary>
    public static WebApplication MapWebShell(this WebApplication app)
    {
        app.MapStaticAssets();
        app.MapGet("/", () => Results.LocalRedirect(Urls.Workspaces)).ExcludeFromDescription();
        app.MapAccount();
        // Its own frame-ancestors header would take the place of ours, which says that and the rest.
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(server =>
                server.ContentSecurityFrameAncestorsPolicy = null
            );
        return app;
    }

    /// <summary>The API, inbound webhooks and health answer a 404 their own way.</summary>
    private static Task OnlyForPeople(HttpContext context, RequestDelegate next)
    {
        if (
            !context
                .Request.Headers.Accept.ToString()
                .Contains("text/html", StringComparison.Ordinal)
            && context.Features.Get<IStatusCodePagesFeature>() is { } pages
        )
        {
            pages.Enabled = false;
        }

        return next(context);
    }
}
