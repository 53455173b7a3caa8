using System.Net;
using System.Security.Claims;
using FlameAssistant.Data.Members;
using FlameAssistant.Testing;
using FlameAssistant.Web.Features.Audit;
using FlameAssistant.Web.Features.Channels;
using FlameAssistant.Web.Features.Contacts;
using FlameAssistant.Web.Features.Conversations;
using FlameAssistant.Web.Features.Members;
using FlameAssistant.Web.Features.Notifications;
using FlameAssistant.Web.Features.Templates;
using FlameAssistant.Web.Features.Tenancy;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlameAssistant.Web.Tests.Shared;

/// <summary>Every page × everybody: at the door by its address, and inside by what it shows. Made from the routes.</summary>
public sealed class PageRightsTests(SiteHost site) : IClassFixture<SiteHost>
{
    /// <summary>What one needs to use a page of a workspace; null is being a member. A new page fails until it is here.</summary>
    private static readonly Dictionary<Type, string?> needed = new()
    {
        [typeof(InboxPage)] = null,
        [typeof(ContactsPage)] = null,
        [typeof(ContactPage)] = null,
        // Who sees all channels, which comes with a role and not with a permission: the roles are those that write tags.
        [typeof(ImportPage)] = MemberPermissions.TagsWrite,
        [typeof(TemplatesPage)] = null,
        [typeof(NotificationSettingsPage)] = null,
        [typeof(TagsPage)] = MemberPermissions.TagsWrite,
        [typeof(FieldsPage)] = MemberPermissions.TagsWrite,
        [typeof(ChannelsPage)] = MemberPermissions.ChannelsManage,
        [typeof(NewChannelPage)] = MemberPermissions.ChannelsManage,
        [typeof(ChannelPage)] = MemberPermissions.ChannelsManage,
        [typeof(ChannelTemplatesPage)] = MemberPermissions.ChannelsManage,
        // Managers read it by audit:read; what they may do with it is less.
        [typeof(TenantQuarantinePage)] = MemberPermissions.AuditRead,
        [typeof(RoutingPage)] = MemberPermissions.ChannelsManage,
        [typeof(TeamsPage)] = MemberPermissions.MembersManage,
        [typeof(MembersPage)] = MemberPermissions.MembersManage,
        [typeof(GeneralPage)] = MemberPermissions.MembersManage,
        [typeof(TenantAuditPage)] = MemberPermissions.AuditRead,
    };

    public static TheoryData<Type> WorkspacePages =>
        new(Routes().Where(r => Urls.SlugOf(r.Path) is not null).Select(r => r.Page).Distinct());

    [Fact]
    public async Task Door_should_answer_each_visitor_as_designed()
    {
        await site.NewUserAsync("agent@door.test");
        await site.NewUserAsync("root@door.test", role: null, isSuperAdmin: true);
        var other = await site.Database.NewTenantAsync("other-door");
        await site.NewUserAsync("stranger@door.test", MemberRoles.Admin, tenant: other);
        using var nobody = site.NewVisitor();
        using var agent = await site.NewVisitorAsync("agent@door.test");
        using var stranger = await site.NewVisitorAsync("stranger@door.test");
        using var root = site.NewVisitor();
        await root.SignInAsync("root@door.test");
        var wrong = new List<string>();

        foreach (var (page, path) in Routes().Where(r => Needs<AuthorizeAttribute>(r.Page)))
        {
            await ExpectAsync("nobody", nobody, path, "sign-in");
            var isSystem = path.StartsWith(Urls.System, StringComparison.Ordinal);
            var isWorkspace = Urls.SlugOf(path) is not null;
            await ExpectAsync("agent", agent, path, isSystem ? "404" : "open");
            await ExpectAsync("stranger", stranger, path, isSystem || isWorkspace ? "404" : "open");
            await ExpectAsync("super-admin", root, path, isWorkspace ? "404" : "open");
        }
        wrong.ShouldBeEmpty();

        async Task ExpectAsync(string who, Visitor visitor, string path, string expected)
        {
            var (status, location) = await visitor.AskAsync(path);
            var found = status switch
            {
                HttpStatusCode.NotFound => "404",
                HttpStatusCode.OK => "open",
                HttpStatusCode.Redirect when location!.Contains(Urls.SignIn) => "sign-in",
                // From the list of workspaces to the only one.
                HttpStatusCode.Redirect => "open",
                _ => status.ToString(),
            };
            if (found != expected)
            {
                wrong.Add($"{who} at {path}: {found}, expected {expected}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(WorkspacePages))]
    public async Task Page_should_show_itself_to_who_may_and_say_so_to_others(Type page)
    {
        needed.ShouldContainKey(page, $"Say in this test what {page.Name} needs.");
        var path = Routes().First(r => r.Page == page).Path;
        var wrong = new List<string>();
        foreach (
            var (role, isOwner) in MemberRoles
                .OfTenants.Select(role => (role, false))
                .Append((MemberRoles.Admin, true))
        )
        {
            var member = await site.Database.NewMemberAsync(site.Tenant, role, isOwner);
            var html = await RenderAsync(page, path, member.Id);
            var may = needed[page] is not { } permission || member.May(permission);
            if (html.Contains("-denied\"") == may)
            {
                wrong.Add($"{role}{(isOwner ? " (owner)" : "")}: {(may ? "denied" : "shown")}");
            }
        }
        wrong.ShouldBeEmpty();
    }

    /// <summary>As a circuit would, but for what only a browser can.</summary>
    private async Task<string> RenderAsync(Type page, string path, Guid userId)
    {
        await using var scope = site.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        // With a zone of their own nobody asks the browser for one.
        var person = new ClaimsPrincipal(
            new ClaimsIdentity(
                [
                    new Claim(ClaimTypes.NameIdentifier, userId.ToString()),
                    new Claim(BrowserTime.ZoneClaim, "UTC"),
                ],
                "test"
            )
        );
        (
            (IHostEnvironmentAuthenticationStateProvider)
                services.GetRequiredService<AuthenticationStateProvider>()
        ).SetAuthenticationState(Task.FromResult(new AuthenticationState(person)));
        (
            (IHostEnvironmentNavigationManager)services.GetRequiredService<NavigationManager>()
        ).Initialize("http://acme.test/", $"http://acme.test{path}");
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (
                await renderer.RenderComponentAsync(
                    page,
                    ParameterView.FromDictionary(
                        new Dictionary<string, object?> { ["Slug"] = site.Tenant.Slug }
                    )
                )
            ).ToHtmlString()
        );
    }

    private static IEnumerable<(Type Page, string Path)> Routes() =>
        typeof(App)
            .Assembly.GetTypes()
            .SelectMany(page =>
                page.GetCustomAttributes(typeof(RouteAttribute), inherit: false)
                    .Cast<RouteAttribute>()
                    .Select(route => (page, PathOf(route.Template)))
            );

    private static string PathOf(string template) =>
        string.Join(
                '/',
                template
                    .Split('/')
                    .Select(part =>
                        part switch
                        {
                            "{Slug}" => "acme",
                            _ when part.EndsWith("?}", StringComparison.Ordinal) => "",
                            _ when part.EndsWith(":long}", StringComparison.Ordinal) => "1",
                            _ when part.EndsWith(":guid}", StringComparison.Ordinal) =>
                                Guid.Empty.ToString(),
                            _ => part,
                        }
                    )
            )
            .TrimEnd('/');

    private static bool Needs<T>(Type page)
        where T : Attribute => page.IsDefined(typeof(T), inherit: true);
}
