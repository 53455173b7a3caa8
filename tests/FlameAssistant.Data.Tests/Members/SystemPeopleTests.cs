using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Data.Tests.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Members;

public sealed class SystemPeopleTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task People_should_be_found_with_their_places_and_state()
    {
        var root = await SystemTenantsTests.NewSuperAdminAsync(database);
        var (one, two) = (await database.NewTenantAsync(), await database.NewTenantAsync());
        var person = await database.NewMemberAsync(one, displayName: "Zacarías");
        await database.ExecuteAsync(
            $"""
            INSERT INTO shared.tenant_users (id, tenant_id, user_id, role) VALUES (gen_random_uuid(), '{two.Id}', '{person.Id}', 'tenant_viewer');
            UPDATE shared.users SET locked_until = '{database.Clock.GetUtcNow().AddMinutes(
                5
            ):O}', failed_login_attempts = 6 WHERE id = '{person.Id}';
            """
        );
        var people = database.Get<SystemPeopleQueries>();

        var row = (
            await people.PageAsync(new PersonFilter("zacar"), root, default)
        ).Rows.ShouldHaveSingleItem();

        (row.Id, row.Name, row.State, row.Workspaces).ShouldBe(
            (person.Id, "Zacarías", PersonState.Locked, 2)
        );
        (
            await people.PageAsync(new PersonFilter("zacar", PersonState.Active), root, default)
        ).Total.ShouldBe(0);
        (
            await people.PageAsync(new PersonFilter(State: PersonState.Locked), root, default)
        ).Rows.ShouldContain(r => r.Id == person.Id);
        (
            await people.PageAsync(new PersonFilter(SuperAdminsOnly: true), root, default)
        ).Rows.ShouldContain(r => r.Id == root.Id);

        (await database.Get<UnlockPerson>().RunAsync(person.Id, root, default)).IsOk.ShouldBeTrue();
        var detail = await people.FindAsync(person.Id, root, default);
        detail.ShouldNotBeNull();
        (detail.Row.State, detail.FailedAttempts).ShouldBe((PersonState.Invited, 0));
        detail
            .Memberships.Select(m => m.Role)
            .ShouldBe([MemberRoles.Agent, MemberRoles.Viewer], ignoreOrder: true);
        (await CountAuditAsync("unlock", person.Id)).ShouldBe(1);
    }

    [Fact]
    public async Task A_disabled_person_should_be_out_everywhere()
    {
        var root = await SystemTenantsTests.NewSuperAdminAsync(database);
        var tenant = await database.NewTenantAsync();
        var person = await database.NewMemberAsync(tenant);
        var directory = database.Get<MemberDirectory>();
        (await directory.FindAsync(tenant.Id, person.Id, default)).ShouldNotBeNull();

        (
            await database.Get<SetPersonActive>().RunAsync(person.Id, false, root, default)
        ).Value.ShouldBeTrue();

        (await directory.FindAsync(tenant.Id, person.Id, default)).ShouldBeNull();
        (await CountAuditAsync("UPDATE", person.Id)).ShouldBe(1);
        (await database.Get<NotePasswordReset>().RunAsync(person.Id, root, default)).Error.ShouldBe(
            PersonErrors.Disabled
        );
        (
            await database.Get<SetPersonActive>().RunAsync(person.Id, true, root, default)
        ).Value.ShouldBeTrue();
        (await directory.FindAsync(tenant.Id, person.Id, default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Nobody_should_shut_themselves_out()
    {
        var root = await SystemTenantsTests.NewSuperAdminAsync(database);

        (
            await database.Get<SetPersonActive>().RunAsync(root.Id, false, root, default)
        ).Error.ShouldBe(PersonErrors.Yourself);
        (
            await database.Get<SetSuperAdmin>().RunAsync(root.Id, false, root, default)
        ).Error.ShouldBe(PersonErrors.Yourself);
    }

    [Fact]
    public async Task The_last_super_admin_should_stay()
    {
        await using var own = await TestDatabase.CreateAsync();
        var (one, two) = (
            await SystemTenantsTests.NewSuperAdminAsync(own),
            await SystemTenantsTests.NewSuperAdminAsync(own)
        );

        // Two that remove each other at the same moment.
        var results = await Task.WhenAll(
            own.Get<SetSuperAdmin>().RunAsync(one.Id, false, two, default),
            own.Get<SetSuperAdmin>().RunAsync(two.Id, false, one, default)
        );

        results.Count(r => r.IsOk).ShouldBe(1);
        (
            await own.AskAsync<long>(
                "SELECT count(*) FROM shared.tenant_users WHERE role = 'super_admin'"
            )
        ).ShouldBe(1);
        var last = results[0].IsOk ? two : one;
        (
            await own.Get<SetSuperAdmin>().RunAsync(last.Id, false, Actor.System, default)
        ).Error.ShouldBe(PersonErrors.LastSuperAdmin);
        (
            await own.Get<SetPersonActive>().RunAsync(last.Id, false, Actor.System, default)
        ).Error.ShouldBe(PersonErrors.LastSuperAdmin);
    }

    [Fact]
    public async Task Only_accounts_with_a_password_should_become_super_admins()
    {
        var root = await SystemTenantsTests.NewSuperAdminAsync(database);
        var tenant = await database.NewTenantAsync();
        var person = await database.NewMemberAsync(tenant);

        (
            await database.Get<SetSuperAdmin>().RunAsync(person.Id, true, root, default)
        ).Error.ShouldBe(PersonErrors.NotReady);
        await database.ExecuteAsync(
            $"UPDATE shared.users SET password_hash = 'x' WHERE id = '{person.Id}'"
        );
        (
            await database.Get<SetSuperAdmin>().RunAsync(person.Id, true, root, default)
        ).Value.ShouldBeTrue();
        (
            await database.Get<MemberDirectory>().IsSuperAdminAsync(person.Id, default)
        ).ShouldBeTrue();
        (
            await database.Get<SetSuperAdmin>().RunAsync(person.Id, false, root, default)
        ).Value.ShouldBeTrue();
        (
            await database.Get<MemberDirectory>().IsSuperAdminAsync(person.Id, default)
        ).ShouldBeFalse();
    }

    private Task<long> CountAuditAsync(string action, Guid userId) =>
        database.AskAsync<long>(
            $"SELECT count(*) FROM shared.audit_logs WHERE action = '{action}' AND resource_type = 'users' AND resource_id = '{userId}'"
        );
}
