using System.Globalization;
using System.Security.Claims;
using Bunit;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using FlameAssistant.Web.Auth;
using FlameAssistant.Web.Features.Members;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tenancy;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Web.Tests.Shared;

/// <summary>The bar by its keys, over a real workspace.</summary>
public sealed class CommandBarTests(SiteHost site) : IClassFixture<SiteHost>, IAsyncLifetime
{
    private readonly BunitContext context = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    [Fact]
    public async Task Bar_should_offer_only_what_the_person_may_open()
    {
        var admin = await OpenAsync(MemberRoles.Admin);
        Texts(admin).ShouldContain("Members");
        await using var second = new BunitContext();
        var agent = await OpenAsync(MemberRoles.Agent, second);
        Texts(agent).ShouldNotContain("Members");
        Texts(agent).ShouldContain("Inbox");
    }

    [Fact]
    public async Task Letters_should_narrow_it_and_arrows_go_round()
    {
        var bar = await OpenAsync(MemberRoles.Admin);
        var all = Texts(bar).Count;
        bar.Find("input").KeyDown("ArrowUp");
        Chosen(bar).ShouldBe(Texts(bar)[^1]);
        bar.Find("input").KeyDown("ArrowDown");
        Chosen(bar).ShouldBe(Texts(bar)[0]);

        await bar.Find("input").InputAsync(new ChangeEventArgs { Value = "audit" });

        Texts(bar).Count.ShouldBeLessThan(all);
        Chosen(bar).ShouldBe("Audit");
        bar.Find("input").GetAttribute("aria-activedescendant").ShouldBe("command-0");
        await bar.Find("input").InputAsync(new ChangeEventArgs { Value = "no such thing" });
        bar.Find(".none").TextContent.ShouldNotBeEmpty();
        bar.Find("input").GetAttribute("aria-activedescendant").ShouldBeNull();
    }

    [Fact]
    public async Task Enter_should_lead_there_and_closing_should_forget_the_letters()
    {
        var bar = await OpenAsync(MemberRoles.Admin);
        await bar.Find("input").InputAsync(new ChangeEventArgs { Value = "audit" });

        await bar.Find("input")
            .KeyDownAsync(
                new Microsoft.AspNetCore.Components.Web.KeyboardEventArgs { Key = "Enter" }
            );

        context
            .Services.GetRequiredService<NavigationManager>()
            .Uri.ShouldEndWith(Urls.Audit(site.Tenant.Slug));
        await bar.InvokeAsync(bar.Instance.Closed);
        Texts(bar).ShouldBeEmpty();
        bar.Find("input").GetAttribute("value").ShouldBeNullOrEmpty();
    }

    private async Task<IRenderedComponent<CommandBar>> OpenAsync(
        string role,
        BunitContext? own = null
    )
    {
        var used = own ?? context;
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo("en");
        used.JSInterop.Mode = JSRuntimeMode.Loose;
        used.Services.AddLocalization();
        used.Services.AddSingleton(site.Get<TenantCatalog>());
        used.Services.AddSingleton(site.Get<MemberDirectory>());
        used.Services.AddSingleton(site.Get<MemberActivity>());
        used.Services.AddSingleton(site.Get<SupportDirectory>());
        used.Services.AddSingleton(site.Get<TenantUnits>());
        used.Services.AddHttpContextAccessor();
        used.Services.AddScoped<ClientAddress>();
        used.Services.AddScoped<SystemSession>();
        used.Services.AddScoped<TenantSession>();
        used.Services.AddScoped<ICommandSource, PageCommands>();
        used.Services.AddScoped<ICommandSource, MemberCommands>();
        var member = await site.Database.NewMemberAsync(site.Tenant, role);
        used.AddAuthorization()
            .SetAuthorized("somebody")
            .SetClaims(new Claim(ClaimTypes.NameIdentifier, member.Id.ToString()));
        used.Services.GetRequiredService<NavigationManager>()
            .NavigateTo(Urls.Inbox(site.Tenant.Slug));
        var bar = used.Render<CommandBar>();
        await bar.InvokeAsync(bar.Instance.OpenAsync);
        return bar;
    }

    private static List<string> Texts(IRenderedComponent<CommandBar> bar) =>
        [
            .. bar.FindAll("[data-testid=command-item]")
                .Select(item => item.QuerySelector("span")!.TextContent),
        ];

    private static string Chosen(IRenderedComponent<CommandBar> bar) =>
        bar.Find("[aria-selected=true] span").TextContent;
}
