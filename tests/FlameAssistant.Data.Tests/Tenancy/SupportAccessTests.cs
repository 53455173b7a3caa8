using FlameAssistant.Data.Audit;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Tenancy;

public sealed class SupportAccessTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Reason = "Ticket 4711: nothing goes out";

    [Fact]
    public async Task Access_should_last_an_hour_at_most_and_end_by_itself()
    {
        var root = await SystemTenantsTests.NewSuperAdminAsync(database);
        var tenant = await database.NewTenantAsync();
        var directory = database.Get<SupportDirectory>();
        (await directory.FindAsync(tenant.Id, root.Id, default)).ShouldBeNull();

        var begun = await database
            .Get<BeginSupportAccess>()
            .RunAsync(tenant.Slug, Reason, root, default, TimeSpan.FromHours(9));

        begun.Value.ExpiresAt.ShouldBe(database.Clock.GetUtcNow().AddMinutes(60));
        (await directory.FindAsync(tenant.Id, root.Id, default))
            .ShouldNotBeNull()
            .Reason.ShouldBe(Reason);
        database.Clock.Advance(TimeSpan.FromMinutes(60));
        (await directory.FindAsync(tenant.Id, root.Id, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Access_should_be_written_in_both_audits_with_the_super_admin()
    {
        var root = await SystemTenantsTests.NewSuperAdminAsync(database);
        var tenant = await database.NewTenantAsync();
        var begun = await database
            .Get<BeginSupportAccess>()
            .RunAsync(tenant.Slug, Reason, root, default);
        await database.DoAsync(
            tenant,
            Actor.Support(root.Id),
            new InviteMember("new@acme.test", MemberRoles.Agent)
        );
        (
            await database.Get<EndSupportAccess>().RunAsync(tenant.Slug, root, default)
        ).Value.ShouldBeTrue();
        (
            await database.Get<EndSupportAccess>().RunAsync(tenant.Slug, root, default)
        ).Value.ShouldBeFalse();

        var mine = await database
            .Get<SystemAuditQueries>()
            .PageAsync(
                new AuditFilter(SystemTenant.Id, root.Id, ResourceType: "support_access"),
                null,
                10,
                root,
                default
            );
        mine.Lines.Select(l => l.Action).ShouldBe(["support.end", "support.begin"]);
        mine.Lines.ShouldAllBe(l => l.ResourceId == begun.Value.Id.ToString());
        mine.Lines[1].NewValues.ShouldNotBeNull().ShouldContain(Reason);
        mine.Lines[1].NewValues!.ShouldContain(tenant.Slug);

        var theirs = await database.ReadAsync(
            tenant,
            unit => unit.ListAuditAsync(new AuditFilter(UserId: root.Id), null, 10, default)
        );
        theirs
            .Lines.Where(l => l.ResourceType != "users")
            .Select(l => (l.Action, l.ResourceType, l.ActorKind))
            .ShouldBe([
                ("support.end", "support_access", "support"),
                ("INSERT", "tenant_users", "support"),
                ("support.begin", "support_access", "support"),
            ]);
        theirs.Lines[^1].NewValues.ShouldNotBeNull().ShouldContain("@flame.test");
    }

    [Fact]
    public async Task Leaving_should_hold_at_once_and_tell_the_open_pages()
    {
        var root = await SystemTenantsTests.NewSuperAdminAsync(database);
        var tenant = await database.NewTenantAsync();
        await database.Get<BeginSupportAccess>().RunAsync(tenant.Slug, Reason, root, default);
        (
            await database.Get<SupportDirectory>().FindAsync(tenant.Id, root.Id, default)
        ).ShouldNotBeNull();
        var told = new List<LiveEvent>();
        using var subscription = database.Live.Subscribe(tenant.Id, told.Add);

        await database.Get<EndSupportAccess>().RunAsync(tenant.Slug, root, default);

        told.ShouldContain(e => e.Kind == LiveKinds.Member && e.SubjectId == root.Id);
        (
            await database.Get<SupportDirectory>().FindAsync(tenant.Id, root.Id, default)
        ).ShouldBeNull();
    }

    [Fact]
    public async Task A_second_access_should_take_the_place_of_the_first()
    {
        var root = await SystemTenantsTests.NewSuperAdminAsync(database);
        var tenant = await database.NewTenantAsync();
        await database.Get<BeginSupportAccess>().RunAsync(tenant.Slug, Reason, root, default);
        var second = await database
            .Get<BeginSupportAccess>()
            .RunAsync(tenant.Slug, "Another reason for it", root, default);

        (await database.Get<SupportDirectory>().FindAsync(tenant.Id, root.Id, default)).ShouldBe(
            second.Value
        );
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.support_access WHERE tenant_id = '{tenant.Id}' AND ended_at IS NULL"
            )
        ).ShouldBe(1);
    }

    [Theory]
    [InlineData("too short", "support.reason")]
    [InlineData("   spaces     ", "support.reason")]
    public async Task A_reason_should_be_given(string reason, string code)
    {
        var root = await SystemTenantsTests.NewSuperAdminAsync(database);
        var tenant = await database.NewTenantAsync();

        var refused = await database
            .Get<BeginSupportAccess>()
            .RunAsync(tenant.Slug, reason, root, default);

        refused.Error.ShouldNotBeNull().Code.ShouldBe(code);
        refused.Error.Fields.ShouldNotBeNull().Keys.ShouldContain("reason");
    }

    [Fact]
    public async Task Closed_and_hidden_tenants_should_not_be_entered()
    {
        var root = await SystemTenantsTests.NewSuperAdminAsync(database);
        var suspended = await database.NewTenantAsync(status: TenantStatuses.Suspended);
        var begin = database.Get<BeginSupportAccess>();

        (await begin.RunAsync(suspended.Slug, Reason, root, default))
            .Error.ShouldNotBeNull()
            .Code.ShouldBe("support.closed");
        (await begin.RunAsync(SystemTenant.Slug, Reason, root, default))
            .Error.ShouldNotBeNull()
            .Code.ShouldBe("tenant.unknown");
        (await begin.RunAsync("nobody", Reason, root, default))
            .Error.ShouldNotBeNull()
            .Code.ShouldBe("tenant.unknown");
    }

    [Fact]
    public async Task A_super_admin_no_more_should_lose_it()
    {
        var (root, other) = (
            await SystemTenantsTests.NewSuperAdminAsync(database),
            await SystemTenantsTests.NewSuperAdminAsync(database)
        );
        var tenant = await database.NewTenantAsync();
        await database.Get<BeginSupportAccess>().RunAsync(tenant.Slug, Reason, other, default);
        (
            await database.Get<SupportDirectory>().FindAsync(tenant.Id, other.Id, default)
        ).ShouldNotBeNull();

        (
            await database.Get<SetSuperAdmin>().RunAsync(other.Id, false, root, default)
        ).Value.ShouldBeTrue();

        (
            await database.Get<SupportDirectory>().FindAsync(tenant.Id, other.Id, default)
        ).ShouldBeNull();
    }

    [Fact]
    public async Task Support_should_do_what_an_admin_may_and_nothing_of_the_owners()
    {
        var root = await SystemTenantsTests.NewSuperAdminAsync(database);
        var tenant = await database.NewTenantAsync();
        var member = await database.NewMemberAsync(tenant);
        var support = Actor.Support(root.Id);
        var change = database.Get<ChangeTenantSettings>();
        var settings = new TenantSettings("New name", "America/Bogota", "es", null);

        // Without an open access the actor alone is worth nothing.
        (await change.RunAsync(tenant.Slug, settings, support, default)).IsOk.ShouldBeFalse();
        await database.Get<BeginSupportAccess>().RunAsync(tenant.Slug, Reason, root, default);
        (await change.RunAsync(tenant.Slug, settings, support, default)).Value.Name.ShouldBe(
            "New name"
        );

        (
            await database.RunAsync(tenant, support, new HandOverOwnership(member.Id))
        ).IsOk.ShouldBeFalse();
        (
            await database.Get<DeleteTenant>().RunAsync(tenant.Slug, tenant.Slug, support, default)
        ).IsOk.ShouldBeFalse();
        (
            await database.AskAsync<string>(
                $"SELECT actor_kind || ':' || actor_id FROM shared.audit_logs WHERE tenant_id = '{tenant.Id}' AND resource_type = 'tenants' ORDER BY created_at DESC LIMIT 1"
            )
        ).ShouldBe($"support:{root.Id}");
    }
}
