using FlameAssistant.Data.Members;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tests.Shared;

namespace FlameAssistant.Web.Tests.Account;

/// <summary>Where signing in leads.</summary>
public sealed class WorkspacesTests(SiteHost site) : IClassFixture<SiteHost>
{
    [Fact]
    public async Task Who_runs_the_installation_should_find_it_after_signing_in()
    {
        await site.NewUserAsync("root@spaces.test", role: null, isSuperAdmin: true);
        using var root = await site.NewVisitorAsync("root@spaces.test");

        root.Path.ShouldBe(Urls.Workspaces);
        root.See("to-system").GetAttribute("href").ShouldBe(Urls.System);
        root.Find("no-workspaces").ShouldBeNull();
    }

    [Fact]
    public async Task Who_works_in_two_should_choose_and_who_works_nowhere_be_told_what_to_do()
    {
        var other = await site.Database.NewTenantAsync("second-space");
        await site.NewUserAsync("both@spaces.test");
        await site.NewUserAsync("both@spaces.test", MemberRoles.Viewer, tenant: other);
        using var both = await site.NewVisitorAsync("both@spaces.test");
        both.Path.ShouldBe(Urls.Workspaces);
        both.Page.QuerySelectorAll("[data-testid=workspace]")
            .Select(card => card.GetAttribute("data-slug"))
            .ShouldBe(["acme", "second-space"], ignoreOrder: true);
        both.Find("to-system").ShouldBeNull();

        await site.NewUserAsync("none@spaces.test", role: null);
        using var none = await site.NewVisitorAsync("none@spaces.test");
        none.See("no-workspaces").TextContent.ShouldContain("invitation");
    }
}
