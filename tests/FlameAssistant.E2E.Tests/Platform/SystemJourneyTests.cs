using System.Diagnostics;
using System.Text.RegularExpressions;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.E2E.Tests.Inbox;
using FlameAssistant.E2E.Tests.Tenancy;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Platform;

/// <summary>A super-admin runs the tenants, in a real browser.</summary>
public sealed class SystemJourneyTests(InboxApp fixture) : IClassFixture<InboxApp>
{
    [Theory]
    [InlineData(false, false, "en")]
    [InlineData(true, false, "en")]
    [InlineData(false, true, "es")]
    [InlineData(true, true, "es")]
    public async Task Every_page_should_be_accessible(bool dark, bool phone, string language)
    {
        var name = $"{(phone ? "phone" : "desktop")}-{(dark ? "dark" : "light")}-{language}";
        var page = await SignInAsync("/system", dark, phone, language);
        var problems = new List<string>();
        page.PageError += (_, error) => problems.Add(error);
        foreach (
            var (path, ready) in ((string, string)[])
                [
                    ("/system", "tile-outbox"),
                    ("/system/tenants", "tenants-table"),
                    ($"/system/tenants/{InboxApp.Slug}", "plan-history"),
                    ("/system/users", "person"),
                    ("/system/flags", "flag-work"),
                    ("/system/settings", "setting-tenants.grace_days"),
                    ("/system/plans", "plan-free"),
                    ("/system/health", "health-database"),
                    ("/system/audit", "audit-table"),
                ]
        )
        {
            await page.GotoAsync(path);
            await Expect(page.GetByTestId(ready).First).ToBeVisibleAsync();
            await page.ShouldBeAccessibleAsync(path);
            await Expect(page.Locator("[data-testid=system-nav] a.active")).ToBeInViewportAsync();
            // Nothing is wider than the screen.
            (
                await page.EvaluateAsync<int>(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
            ).ShouldBeLessThanOrEqualTo(0, path);
            await page.PictureAsync($"system{path.Replace('/', '-')}-{name}");
        }
        problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_tenant_should_be_made_suspended_and_resumed()
    {
        var root = await SignInAsync("/system/tenants");
        await root.GetByTestId("tenant-create").ClickAsync();
        await root.GetByTestId("tenant-name").FillAsync("Panadería Sol");
        await Expect(root.GetByTestId("tenant-slug")).ToHaveValueAsync("panaderia-sol");
        await root.GetByTestId("tenant-slug").FillAsync("api");
        await root.GetByTestId("tenant-owner").FillAsync("owner@sol.test");
        await root.GetByTestId("create-tenant-submit").ClickAsync();
        await Expect(root.GetByTestId("tenant-slug-problem")).ToContainTextAsync("reserved");
        await root.GetByTestId("tenant-slug").FillAsync(InboxApp.Slug);
        await root.GetByTestId("create-tenant-submit").ClickAsync();
        await Expect(root.GetByTestId("tenant-slug-problem")).ToContainTextAsync("taken");
        await root.GetByTestId("tenant-slug").FillAsync("panaderia-sol");
        await root.GetByTestId("create-tenant-submit").ClickAsync();
        await Expect(root.GetByTestId("tenant-created")).ToContainTextAsync("owner@sol.test");
        // The owner's letter, in the folder of Development.
        await Eventually.IsTrueAsync(async () =>
            (await fixture.App.Http.GetStringAsync("/account/dev-mail")).Contains(
                "owner@sol.test",
                StringComparison.Ordinal
            )
        );

        var agent = await fixture.NewAgentAsync();
        await root.GotoAsync($"/system/tenants/{InboxApp.Slug}");
        await root.GetByTestId("tenant-suspend").ClickAsync();
        await root.GetByTestId("suspend-reason").FillAsync("did not pay");
        await root.GetByTestId("suspend-dialog-submit").ClickAsync();
        var since = Stopwatch.GetTimestamp();
        await Expect(agent).ToHaveURLAsync(new Regex("/account/workspaces"));
        Promised.ShouldBeKept(since);
        await Expect(root.GetByTestId("tenant-suspended")).ToContainTextAsync("did not pay");

        await root.GetByTestId("tenant-resume").ClickAsync();
        await Expect(root.GetByTestId("tenant-suspend")).ToBeVisibleAsync();
        await agent.GotoAsync($"/t/{InboxApp.Slug}/inbox");
        await Expect(agent.GetByTestId("filter-open")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Support_access_should_be_asked_seen_and_ended()
    {
        var root = await SignInAsync("/system");
        (await root.GotoAsync("/t/other/inbox"))!.Status.ShouldBe(404);
        await root.GotoAsync("/system/tenants/other");
        await root.GetByTestId("tenant-support").ClickAsync();
        await root.GetByTestId("support-reason").FillAsync("short");
        await root.GetByTestId("support-dialog-submit").ClickAsync();
        await Expect(root.GetByTestId("support-reason-problem")).ToBeVisibleAsync();
        await root.GetByTestId("support-reason").FillAsync("Ticket 4711: nothing goes out");
        await root.GetByTestId("support-dialog-submit").ClickAsync();

        await Expect(root.GetByTestId("support-banner")).ToContainTextAsync("Ticket 4711");
        await root.ShouldBeAccessibleAsync("support");
        await root.GotoAsync("/t/other/settings/general");
        await Expect(root.GetByTestId("support-banner")).ToBeVisibleAsync();
        await root.GetByTestId("general-name").FillAsync("Other & Co");
        await root.GetByTestId("general-save").ClickAsync();
        await Expect(root.GetByTestId("danger")).ToHaveCountAsync(0);
        await root.ShouldBeAccessibleAsync("general");
        await root.GotoAsync("/t/other/settings/audit");
        await Expect(root.GetByTestId("audit-line").Filter(new() { HasText = "Other & Co" }))
            .ToBeVisibleAsync();
        await Expect(root.GetByTestId("audit-line").Filter(new() { HasText = "Ticket 4711" }))
            .ToBeVisibleAsync();
        await root.ShouldBeAccessibleAsync("audit");
        var csv = await root.APIRequest.GetAsync("/t/other/settings/audit.csv");
        csv.Status.ShouldBe(200);
        (await csv.TextAsync()).ShouldContain("support.begin");

        // A second window of it ends too, within five seconds.
        var second = await root.Context.NewPageAsync();
        await second.GotoAsync("/t/other/inbox");
        await Expect(second.GetByTestId("support-banner")).ToBeVisibleAsync();
        await root.GetByTestId("support-leave").ClickAsync();
        var since = Stopwatch.GetTimestamp();
        await Expect(root.GetByTestId("support-left")).ToBeVisibleAsync();
        await Expect(second).ToHaveURLAsync(new Regex("/system/tenants/other"));
        Promised.ShouldBeKept(since);
        (await root.GotoAsync("/t/other/inbox"))!.Status.ShouldBe(404);
        (await root.APIRequest.GetAsync("/t/other/settings/audit.csv")).Status.ShouldBe(404);

        await root.GotoAsync("/system/audit?tenant=system");
        await Expect(root.GetByTestId("audit-line").Filter(new() { HasText = "Ticket 4711" }).First)
            .ToBeVisibleAsync();
        var all = await root.APIRequest.GetAsync("/system/audit.csv?action=support.begin");
        all.Status.ShouldBe(200);
        (await all.TextAsync()).ShouldContain("Ticket 4711");
    }

    [Fact]
    public async Task An_access_that_expires_should_end_the_open_page()
    {
        var root = await SignInAsync("/system/tenants/other", who: "root2@flame.test");
        await root.GetByTestId("tenant-support").ClickAsync();
        await root.GetByTestId("support-reason").FillAsync("It will soon be over");
        await root.GetByTestId("support-dialog-submit").ClickAsync();
        await Expect(root.GetByTestId("support-banner")).ToBeVisibleAsync();

        await fixture.Database.ExecuteAsync(
            "UPDATE shared.support_access SET started_at = now() - interval '61 minutes', expires_at = now() - interval '1 minute' WHERE reason = 'It will soon be over'"
        );

        // What the node knew may be four seconds old, and the page looks every four and a half.
        await Expect(root)
            .ToHaveURLAsync(
                new Regex(@"/system/tenants/other\?left=true$"),
                new() { Timeout = 20_000 }
            );
    }

    [Fact]
    public async Task For_others_the_system_should_not_be_there()
    {
        var agent = await fixture.NewAgentAsync();

        foreach (
            var path in (string[])["/system", "/system/tenants", "/system/audit.csv", "/hangfire"]
        )
        {
            (await agent.APIRequest.GetAsync(path)).Status.ShouldBe(404, path);
        }
        (await agent.APIRequest.GetAsync($"/t/{InboxApp.Slug}/settings/audit.csv")).Status.ShouldBe(
            404
        );
        await Expect(agent.GetByTestId("menu-system")).ToHaveCountAsync(0);
    }

    private async Task<IPage> SignInAsync(
        string path,
        bool dark = false,
        bool phone = false,
        string language = "en",
        string who = "root@flame.test"
    )
    {
        await using (var scope = fixture.Database.Services.CreateAsyncScope())
        {
            await scope
                .ServiceProvider.GetRequiredService<CreateUser>()
                .RunAsync(
                    new NewUser(who, InboxApp.Password, IsSuperAdmin: true, FirstName: "Rosa"),
                    default
                );
        }
        var page = await fixture.NewPageAsync(dark, phone, language);
        await page.GotoAsync(path);
        await page.SignInAsync(who, InboxApp.Password);
        await Expect(page).ToHaveURLAsync(new Regex(Regex.Escape(path) + "$"));
        return page;
    }
}
