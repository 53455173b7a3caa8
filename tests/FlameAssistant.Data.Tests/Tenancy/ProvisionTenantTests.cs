using FlameAssistant.Data.Members;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FlameAssistant.Data.Tests.Tenancy;

public sealed class ProvisionTenantTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task RunAsync_should_make_row_schema_and_owner()
    {
        var made = (await RunAsync("acme-shop", "new@acme.test")).Value;

        made.Tenant.SchemaName.ShouldBe("tenant_acme_shop");
        (await database.Catalog.FindAsync("acme-shop", default)).ShouldBe(made.Tenant);
        (
            await database.AskAsync<string>(
                "SELECT slug || ' ' || schema_name FROM tenant_info",
                made.Tenant
            )
        ).ShouldBe("acme-shop tenant_acme_shop");
        (
            await database.AskAsync<string>(
                $"SELECT role || ' ' || is_owner FROM shared.tenant_users WHERE tenant_id = '{made.Tenant.Id}'"
            )
        ).ShouldBe("tenant_admin true");
        made.InvitationToken.ShouldNotBeNull();
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.tenant_users WHERE invitation_token = '{made.InvitationToken}'"
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task RunAsync_should_not_invite_an_owner_who_has_a_password()
    {
        var first = (await RunAsync("first-one")).Value;
        await database.ExecuteAsync(
            $"UPDATE shared.users SET password_hash = 'x' WHERE id = '{first.OwnerId}'"
        );
        var second = (await RunAsync("second-one")).Value;
        second.OwnerId.ShouldBe(first.OwnerId);
        second.InvitationToken.ShouldBeNull();
    }

    [Fact]
    public async Task RunAsync_should_let_one_of_two_win_a_slug()
    {
        var results = await Task.WhenAll(RunAsync("wanted"), RunAsync("wanted"));
        results.Count(r => r.IsOk).ShouldBe(1);
        results.Single(r => !r.IsOk).Error.ShouldNotBeNull().Code.ShouldBe("tenant.slug_taken");
        (await RunAsync("wanted")).Error.ShouldNotBeNull().Code.ShouldBe("tenant.slug_taken");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("Acme")]
    [InlineData("1acme")]
    [InlineData("-acme")]
    [InlineData("acme shop")]
    [InlineData("acme_shop")]
    [InlineData("acme'")]
    [InlineData("acme\"; DROP SCHEMA shared; --")]
    [InlineData("acme\n")]
    [InlineData("ácme")]
    [InlineData("аcme")]
    [InlineData("acme🔥")]
    [InlineData("abcdefghijabcdefghijabcdefghijabcdefghijk")]
    [InlineData("system")]
    [InlineData("template")]
    [InlineData("api")]
    [InlineData("www")]
    [InlineData("admin")]
    public async Task RunAsync_should_refuse_bad_slugs(string slug)
    {
        var error = (await RunAsync(slug)).Error.ShouldNotBeNull();
        error.Kind.ShouldBe(ErrorKind.Invalid);
        error.Fields!.Keys.ShouldBe(["slug"]);
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("a-1")]
    [InlineData("abcdefghijabcdefghijabcdefghijabcdefghij")]
    public async Task RunAsync_should_take_slugs_at_the_limits(string slug) =>
        (await RunAsync(slug)).IsOk.ShouldBeTrue();

    [Fact]
    public async Task RunAsync_should_name_every_problem_at_once()
    {
        var error = (
            await database.ProvisionTenant.RunAsync(
                new NewTenant("NO", " ", "nobody", "gold", "sleeping"),
                default
            )
        ).Error.ShouldNotBeNull();
        error.Fields!.Keys.ShouldBe(["slug", "name", "owner", "plan", "status"], ignoreOrder: true);
    }

    [Fact]
    public async Task RunAsync_should_leave_nothing_of_a_fault_in_the_middle()
    {
        await database.ExecuteAsync(
            """
            CREATE FUNCTION shared.fail_for_the_test() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF EXISTS (SELECT FROM shared.tenants WHERE id = NEW.tenant_id AND slug = 'unlucky') THEN RAISE 'by the test'; END IF;
              RETURN NEW;
            END $$;
            GRANT EXECUTE ON FUNCTION shared.fail_for_the_test() TO flame_platform;
            CREATE TRIGGER fail_for_the_test BEFORE INSERT ON shared.tenant_users FOR EACH ROW EXECUTE FUNCTION shared.fail_for_the_test();
            """
        );

        await Should.ThrowAsync<DbUpdateException>(() => RunAsync("unlucky", "unlucky@owner.test"));

        (
            await database.AskAsync<long>(
                """
                SELECT (SELECT count(*) FROM shared.tenants WHERE slug = 'unlucky')
                  + (SELECT count(*) FROM pg_namespace WHERE nspname = 'tenant_unlucky')
                  + (SELECT count(*) FROM shared.tenant_schemas WHERE schema_name = 'tenant_unlucky')
                  + (SELECT count(*) FROM shared.users WHERE email = 'unlucky@owner.test')
                  + (SELECT count(*) FROM shared.audit_logs WHERE new_values ->> 'slug' = 'unlucky')
                """
            )
        ).ShouldBe(0);
        await database.ExecuteAsync("DROP TRIGGER fail_for_the_test ON shared.tenant_users");
        (await RunAsync("unlucky", "unlucky@owner.test")).IsOk.ShouldBeTrue();
    }

    [Fact]
    public async Task Create_tenant_schema_should_leave_nothing_of_a_failing_script()
    {
        await database.ExecuteAsync(
            "INSERT INTO shared.tenant_scripts (version, name, checksum, body) VALUES (999, 'broken', 'x', 'SELECT 1 / 0')"
        );
        try
        {
            await Should.ThrowAsync<PostgresException>(() => RunAsync("broken-script"));
        }
        finally
        {
            await database.ExecuteAsync("DELETE FROM shared.tenant_scripts WHERE version = 999");
        }
        (
            await database.AskAsync<long>(
                "SELECT count(*) FROM pg_namespace WHERE nspname = 'tenant_broken_script'"
            )
        ).ShouldBe(0);
    }

    [Theory]
    [InlineData("tenant_system", PostgresErrorCodes.InsufficientPrivilege)]
    [InlineData("tenant_template", PostgresErrorCodes.InsufficientPrivilege)]
    [InlineData("tenant_nobody", PostgresErrorCodes.UndefinedObject)]
    [InlineData("shared", PostgresErrorCodes.UndefinedObject)]
    [InlineData("public", PostgresErrorCodes.UndefinedObject)]
    [InlineData("x\"; DROP SCHEMA shared CASCADE; --", PostgresErrorCodes.UndefinedObject)]
    public async Task Drop_tenant_schema_should_refuse_what_is_no_tenants(
        string schema,
        string state
    )
    {
        await using var command = database.Sources.Platform.CreateCommand(
            "SELECT shared.drop_tenant_schema($1)"
        );
        command.Parameters.Add(new() { Value = schema });
        (
            await Should.ThrowAsync<PostgresException>(command.ExecuteNonQueryAsync())
        ).SqlState.ShouldBe(state);
    }

    [Fact]
    public async Task Drop_tenant_schema_should_drop_this_one_only()
    {
        var (gone, kept) = (await database.NewTenantAsync(), await database.NewTenantAsync());
        await using var command = database.Sources.Platform.CreateCommand(
            "SELECT drop_tenant_schema($1)"
        );
        command.Parameters.Add(new() { Value = gone.SchemaName });
        await command.ExecuteNonQueryAsync();
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM pg_namespace WHERE nspname IN ('{gone.SchemaName}', '{kept.SchemaName}')"
            )
        ).ShouldBe(1);
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.tenant_schemas WHERE schema_name = '{gone.SchemaName}'"
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task Catalog_should_hide_the_system_and_deleted_tenants()
    {
        (await database.Catalog.FindAsync("system", default)).ShouldBeNull();
        (await database.Catalog.FindAsync("nobody-here", default)).ShouldBeNull();
        var tenant = await database.NewTenantAsync();
        await database.ExecuteAsync(
            $"UPDATE shared.tenants SET deleted_at = now() WHERE id = '{tenant.Id}'"
        );
        (await database.Catalog.FindAsync(tenant.Slug, default)).ShouldBeNull();
        (await database.Catalog.FindAsync(tenant.Id, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Catalog_should_hear_of_a_suspension_within_five_seconds()
    {
        var tenant = await database.NewTenantAsync();
        (await database.Catalog.FindAsync(tenant.Slug, default))!.MaySend.ShouldBeTrue();
        await database.ExecuteAsync(
            $"UPDATE shared.tenants SET status = 'suspended' WHERE id = '{tenant.Id}'"
        );
        database.Clock.Advance(TimeSpan.FromSeconds(5));
        (await database.Catalog.FindAsync(tenant.Slug, default))!.MaySend.ShouldBeFalse();
    }

    private Task<Result<ProvisionedTenant>> RunAsync(
        string slug,
        string owner = "owner@acme.test"
    ) => database.ProvisionTenant.RunAsync(new NewTenant(slug, "Acme", owner), default);
}
