using FlameAssistant.Data.Audit;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Data.Tests.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Audit;

public sealed class AuditTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_tenants_audit_should_hold_both_trails_newest_first_and_page()
    {
        var tenant = await database.NewTenantAsync();
        var admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        await database.NewChannelAsync(tenant);

        var all = await PageAsync(tenant, admin, new AuditFilter(), null, 100);
        // tenants and tenant_users are in shared, profiles and integrations in the tenant's own.
        all.Lines.Select(l => l.ResourceType)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ShouldBe([
                "channel_routes",
                "integrations",
                "profiles",
                "subscription_history",
                "tenant_features",
                "tenant_users",
                "tenants",
            ]);
        all.Lines.Select(l => l.CreatedAt).ShouldBeInOrder(SortDirection.Descending);

        var paged = new List<AuditLine>();
        AuditPosition? after = null;
        do
        {
            var page = await PageAsync(tenant, admin, new AuditFilter(), after, 2);
            paged.AddRange(page.Lines);
            after = page.Next;
        } while (after is not null);
        paged.Select(l => l.Id).ShouldBe(all.Lines.Select(l => l.Id));

        (
            await PageAsync(tenant, admin, new AuditFilter(ResourceType: "profiles"), null, 10)
        ).Lines.ShouldAllBe(l => l.ResourceType == "profiles");
        (
            await PageAsync(tenant, admin, new AuditFilter(UserId: Guid.NewGuid()), null, 10)
        ).Lines.ShouldBeEmpty();
        (
            await PageAsync(
                tenant,
                admin,
                new AuditFilter(To: DateTimeOffset.UtcNow.AddDays(-1)),
                null,
                10
            )
        ).Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_tenants_audit_should_be_closed_to_agents_and_to_others()
    {
        var (tenant, other) = (await database.NewTenantAsync(), await database.NewTenantAsync());
        var agent = await database.NewMemberAsync(tenant);
        var admin = await database.NewMemberAsync(other, MemberRoles.Admin);

        (await PageAsync(tenant, agent, new AuditFilter(), null, 10)).Lines.ShouldBeEmpty();
        var theirs = await PageAsync(other, admin, new AuditFilter(), null, 100);
        theirs.Lines.ShouldNotBeEmpty();
        theirs.Lines.ShouldAllBe(l => l.NewValues == null || !l.NewValues.Contains(tenant.Slug));
    }

    [Fact]
    public async Task The_installations_audit_should_filter_by_tenant_and_person()
    {
        var root = await SystemTenantsTests.NewSuperAdminAsync(database);
        var tenant = await database.NewTenantAsync();
        await database.Get<SuspendTenant>().RunAsync(tenant.Slug, root, default, "a test");
        var queries = database.Get<SystemAuditQueries>();
        var names = await queries.NamesAsync(tenant.Slug, "NOBODY@flame.test", root, default);
        names.ShouldBe(new AuditNames(tenant.Id, null));

        var lines = (
            await queries.PageAsync(new AuditFilter(tenant.Id, root.Id), null, 10, root, default)
        ).Lines;

        var line = lines.ShouldHaveSingleItem();
        (line.Tenant, line.Action, line.ResourceType).ShouldBe((tenant.Slug, "UPDATE", "tenants"));
        line.Who.ShouldNotBeNull().ShouldEndWith("@flame.test");
        line.NewValues.ShouldNotBeNull().ShouldContain("a test");
        var admin = await database.NewMemberAsync(tenant, MemberRoles.Admin, isOwner: true);
        (
            await queries.PageAsync(new AuditFilter(tenant.Id), null, 10, admin, default)
        ).Lines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+49 30", "'+49 30")]
    [InlineData("-2", "'-2")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("  =1", "'  =1")]
    [InlineData("\tx", "\"'\tx\"")]
    [InlineData("a,\"b\"", "\"a,\"\"b\"\"\"")]
    [InlineData("a\r\nb", "\"a\r\nb\"")]
    [InlineData("plain", "plain")]
    [InlineData(null, "")]
    public void Cells_should_be_no_formulas(string? value, string cell) =>
        AuditCsv.Cell(value).ShouldBe(cell);

    [Theory]
    [InlineData("", "UTC", "en", "name")]
    [InlineData("Acme", "Mars/Olympus", "en", "timeZone")]
    [InlineData("Acme", "UTC", "xx", "language")]
    public async Task Settings_of_a_tenant_should_be_checked(
        string name,
        string zone,
        string language,
        string field
    )
    {
        var tenant = await database.NewTenantAsync();
        var admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);

        var refused = await database
            .Get<ChangeTenantSettings>()
            .RunAsync(tenant.Slug, new TenantSettings(name, zone, language, null), admin, default);

        refused.Error.ShouldNotBeNull().Fields.ShouldNotBeNull().Keys.ShouldBe([field]);
    }

    [Fact]
    public async Task Settings_of_a_tenant_should_be_its_admins_only()
    {
        var (tenant, other) = (await database.NewTenantAsync(), await database.NewTenantAsync());
        var agent = await database.NewMemberAsync(tenant);
        var stranger = await database.NewMemberAsync(other, MemberRoles.Admin, isOwner: true);
        var admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        var change = database.Get<ChangeTenantSettings>();
        var asked = new TenantSettings(" Ñandú ", "America/Lima", "es", " Brand ");

        (await change.RunAsync(tenant.Slug, asked, agent, default)).IsOk.ShouldBeFalse();
        (await change.RunAsync(tenant.Slug, asked, stranger, default)).IsOk.ShouldBeFalse();
        (await change.RunAsync(tenant.Slug, asked, admin, default)).Value.Name.ShouldBe("Ñandú");

        (await database.Get<TenantSettingsQuery>().RunAsync(tenant, admin, default)).ShouldBe(
            new TenantSettings("Ñandú", "America/Lima", "es", "Brand")
        );
        (await database.Get<TenantSettingsQuery>().RunAsync(tenant, agent, default)).ShouldBeNull();
        (await database.AskAsync<string>("SELECT name FROM tenant_info", tenant)).ShouldBe("Ñandú");
    }

    private Task<AuditPage> PageAsync(
        TenantRef tenant,
        Actor actor,
        AuditFilter filter,
        AuditPosition? after,
        int size
    ) =>
        database.ReadAsync(
            tenant,
            unit => unit.ListAuditAsync(filter, after, size, default),
            actor
        );
}
