using FlameAssistant.Data.Members;
using FlameAssistant.Data.Platform;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Identity;

namespace FlameAssistant.Web.Auth;

/// <summary>Sign-in: Identity over shared.users, by cookie.</summary>
internal static class FlameIdentity
{
    public const string SuperAdminPolicy = "super-admin";

    public static void AddFlameIdentity(
        this IServiceCollection services,
        IConfiguration configuration
    )
    {
        services
            .AddIdentityCore<User>(options =>
            {
                options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
                options.User.RequireUniqueEmail = true;
                options.SignIn.RequireConfirmedEmail = true;
                options.Lockout.MaxFailedAccessAttempts = 6;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(10);
                options.Password.RequiredLength = PasswordRules.MinimumLength;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                options.Password.RequiredUniqueChars = 4;
            })
            .AddUserStore<UserSecrets>()
            .AddSignInManager<FlameSignIn>()
            .AddDefaultTokenProviders()
            .AddClaimsPrincipalFactory<FlameClaims>();
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 210_000);
        services.Configure<DataProtectionTokenProviderOptions>(token =>
            token.TokenLifespan = TimeSpan.FromHours(2)
        );
        services.Configure<IdentityPasskeyOptions>(passkeys =>
        {
            // It takes the place of password and second step, and names its person by itself.
            passkeys.UserVerificationRequirement = "required";
            passkeys.ResidentKeyRequirement = "required";
            passkeys.ServerDomain = Uri.TryCreate(
                configuration["Flame:PublicUrl"],
                UriKind.Absolute,
                out var publicUrl
            )
                ? publicUrl.Host
                : null;
        });
        services.AddSingleton<AccountLimits>();
        services.Configure<SecurityStampValidatorOptions>(stamp =>
        {
            stamp.ValidationInterval = TimeSpan.FromMinutes(1);
            // The principal that is made anew is of the same session.
            stamp.OnRefreshingPrincipal = context =>
            {
                foreach (var claim in context.CurrentPrincipal!.FindAll(FlameSessions.ClaimType))
                {
                    context.NewPrincipal!.Identities.First().AddClaim(claim);
                }
                return Task.CompletedTask;
            };
        });

        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        // __Host- needs Secure, which a plain http address on one's own machine has not.
        var isHttps =
            configuration["Flame:PublicUrl"]
                ?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true;
        services.ConfigureApplicationCookie(cookie =>
        {
            cookie.Cookie.Name = isHttps ? "__Host-flame" : "flame";
            cookie.Cookie.SecurePolicy = isHttps
                ? CookieSecurePolicy.Always
                : CookieSecurePolicy.SameAsRequest;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.ExpireTimeSpan = TimeSpan.FromDays(14);
            cookie.LoginPath = Shared.Urls.SignIn;
            cookie.AccessDeniedPath = Shared.Urls.Denied;
            cookie.ReturnUrlParameter = "returnUrl";
            cookie.Events.OnValidatePrincipal = FlameSessions.ValidateAsync;
        });
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = isHttps ? "__Host-flame-form" : "flame-form";
            antiforgery.Cookie.SecurePolicy = isHttps
                ? CookieSecurePolicy.Always
                : CookieSecurePolicy.SameAsRequest;
        });

        services
            .AddAuthorizationBuilder()
            .AddPolicy(
                SuperAdminPolicy,
                policy =>
                    policy.RequireAuthenticatedUser().AddRequirements(new SuperAdminRequirement())
            );
        services.AddSingleton<IAuthorizationHandler, SuperAdminHandler>();
        services.AddScoped<SystemSession>();
        services.AddScoped<ClientAddress>();
        services.AddScoped<CircuitHandler>(provider =>
            provider.GetRequiredService<ClientAddress>()
        );
        services.AddScoped<AuthenticationStateProvider, CircuitRevalidation>();
    }
}
