using System.Diagnostics;
using System.Text.RegularExpressions;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.E2E.Tests.Inbox;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Tenancy;

/// <summary>An inbox that is open in a browser when its workspace or its person is closed, from another node.</summary>
public sealed class EndedCircuitTests(InboxApp fixture) : IClassFixture<InboxApp>
{
    [Fact]
    public async Task An_open_inbox_should_end_by_itself_when_its_tenant_is_suspended()
    {
        var agent = await fixture.NewAgentAsync();
        var since = Stopwatch.GetTimestamp();
        var suspended = await fixture
            .Database.Get<SuspendTenant>()
            .RunAsync(InboxApp.Slug, Actor.System, default);
        try
        {
            suspended.IsOk.ShouldBeTrue();
            await ShouldEndAsync(agent, since);
        }
        finally
        {
            await fixture
                .Database.Get<ResumeTenant>()
                .RunAsync(InboxApp.Slug, Actor.System, default);
        }
    }

    [Fact]
    public async Task An_open_inbox_should_end_by_itself_when_its_person_is_deactivated()
    {
        // As in a node: operations within a tenant are told by the relay.
        using var relay = fixture
            .Database.Services.GetServices<IHostedService>()
            .OfType<LiveRelay>()
            .Single();
        await relay.StartAsync(default);
        var agent = await fixture.NewAgentAsync();
        var userId = await fixture.Database.AskAsync<Guid>(
            $"SELECT id FROM shared.users WHERE email = '{InboxApp.Agent}'"
        );
        var admin = await fixture.Database.NewMemberAsync(fixture.Tenant, MemberRoles.Admin);
        var since = Stopwatch.GetTimestamp();
        await fixture.Database.DoAsync(fixture.Tenant, admin, new DeactivateMember(userId));
        try
        {
            await ShouldEndAsync(agent, since);
        }
        finally
        {
            await fixture.Database.DoAsync(fixture.Tenant, admin, new ReactivateMember(userId));
            // The app has heard it, before the relay that tells it stops.
            await Eventually.IsTrueAsync(async () =>
                (
                    await agent.Context.APIRequest.GetAsync(
                        $"{fixture.App.Url}/t/{InboxApp.Slug}/inbox"
                    )
                ).Status == 200
            );
            await relay.StopAsync(default);
        }
    }

    private static async Task ShouldEndAsync(IPage agent, long since)
    {
        await Expect(agent).ToHaveURLAsync(new Regex(@"/account/workspaces\?ended=true$"));
        Promised.ShouldBeKept(since);
    }
}
