using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Tests.Shared;

/// <summary>Who may open which page; what they may do on it, the operations say.</summary>
public sealed class PageAccessTests
{
    /// <summary>Everything that opens without signing in. A new page is not among them unless it is written here.</summary>
    private static readonly string[] open =
    [
        "/account/confirm-email",
        "/account/denied",
        "/account/dev-mail",
        "/account/forgot-password",
        "/account/invitation",
        "/account/login",
        "/account/resend-confirmation",
        "/account/reset-password",
        "/account/second-step",
        "/account/upgrading",
        "/error",
        "/not-found",
    ];

    [Fact]
    public void Only_these_pages_should_open_without_signing_in() =>
        Pages()
            .Where(page => page.IsOpen)
            .Select(page => page.Route)
            .Order(StringComparer.Ordinal)
            .Except(open)
            .ShouldBeEmpty();

    [Fact]
    public void Every_page_should_say_who_may_open_it() =>
        Pages().Where(page => page.IsOpen == page.NeedsSignIn).ShouldBeEmpty();

    [Fact]
    public void Pages_of_a_workspace_should_stand_behind_its_gate() =>
        Pages()
            .Where(page =>
                page.NeedsSignIn
                && !page.Route.StartsWith("/account/", StringComparison.Ordinal)
                && !page.Route.StartsWith("/system", StringComparison.Ordinal)
            )
            .Where(page => Urls.SlugOf(page.Route) is null)
            .ShouldBeEmpty();

    private static List<(string Route, bool IsOpen, bool NeedsSignIn)> Pages() =>
        [
            .. typeof(App)
                .Assembly.GetTypes()
                .SelectMany(type =>
                    type.GetCustomAttributes(typeof(RouteAttribute), inherit: false)
                        .Cast<RouteAttribute>()
                        .Select(route =>
                            (
                                route.Template,
                                type.IsDefined(typeof(AllowAnonymousAttribute), inherit: true),
                                type.IsDefined(typeof(AuthorizeAttribute), inherit: true)
                            )
                        )
                ),
        ];
}
