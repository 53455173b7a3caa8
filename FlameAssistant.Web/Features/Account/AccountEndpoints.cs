using System.Net.Mime;
using FlameAssistant.Data.Members;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace FlameAssistant.Web.Features.Account;

/// <summary>What the account pages post to. Forms carry the antiforgery token; answers lead only to addresses of this site.</summary>
public static class AccountEndpoints
{
    public static IServiceCollection AddAccount(this IServiceCollection services) =>
        services
            .AddScoped<SignInFlow>()
            .AddScoped<PasswordFlow>()
            .AddScoped<ConfirmationFlow>()
            .AddScoped<InvitationFlow>()
            .AddScoped<TwoFactorFlow>()
            .AddScoped<ProfileFlow>()
            .AddScoped<SessionsFlow>()
            .AddScoped<PasskeyFlow>()
            .AddSingleton<IWorkspaceDirectory, Workspaces>();

    public static IEndpointRouteBuilder MapAccount(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Urls.SignOut, SignOutAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost(Urls.Theme, SetTheme).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost(Urls.Language, SetLanguage).AllowAnonymous().ExcludeFromDescription();
        routes
            .MapPost(Urls.PasskeyCreation, PasskeyCreationAsync)
            .RequireAuthorization()
            .ExcludeFromDescription();
        routes
            .MapPost(Urls.PasskeyRequest, PasskeyRequestAsync)
            .AllowAnonymous()
            .ExcludeFromDescription();
        routes.MapAvatars();
        return routes;
    }

    /// <summary>A form parameter, even an unused one, is what makes the framework check the antiforgery token.</summary>
    private static async Task<RedirectHttpResult> SignOutAsync(
        SignInManager<User> signIn,
        [FromForm] string? returnUrl
    )
    {
        await signIn.SignOutAsync();
        return TypedResults.LocalRedirect(Urls.LocalOr(returnUrl, Urls.SignIn));
    }

    private static async Task<Results<ContentHttpResult, NotFound>> PasskeyCreationAsync(
        HttpContext context,
        PasskeyFlow flow,
        [FromForm(Name = "Add.Name")] string? name
    ) =>
        await flow.CreationOptionsAsync(context.User) is { } options
            ? TypedResults.Content(options, MediaTypeNames.Application.Json)
            : TypedResults.NotFound();

    private static async Task<Results<ContentHttpResult, StatusCodeHttpResult>> PasskeyRequestAsync(
        HttpContext context,
        PasskeyFlow flow,
        [FromForm(Name = "Passkey.Credential")] string? credential
    ) =>
        await flow.RequestOptionsAsync(context.Connection.RemoteIpAddress) is { } options
            ? TypedResults.Content(options, MediaTypeNames.Application.Json)
            : TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);

    private static Results<RedirectHttpResult, BadRequest> SetTheme(
        HttpContext context,
        [FromForm] string theme,
        [FromForm] string? returnUrl
    )
    {
        if (!Preferences.Themes.Contains(theme, StringComparer.Ordinal))
        {
            return TypedResults.BadRequest();
        }

        Preferences.RememberTheme(context, theme);
        return TypedResults.LocalRedirect(Urls.LocalOr(returnUrl, "/"));
    }

    private static Results<RedirectHttpResult, BadRequest> SetLanguage(
        HttpContext context,
        [FromForm] string language,
        [FromForm] string? returnUrl
    )
    {
        if (!Preferences.Languages.Contains(language, StringComparer.Ordinal))
        {
            return TypedResults.BadRequest();
        }

        Preferences.RememberLanguage(context, language);
        return TypedResults.LocalRedirect(Urls.LocalOr(returnUrl, "/"));
    }
}
