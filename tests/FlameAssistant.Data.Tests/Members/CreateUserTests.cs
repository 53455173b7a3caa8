using FlameAssistant.Data.Members;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Data.Tests.Members;

public sealed class CreateUserTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Password = "a long enough password";

    [Fact]
    public async Task RunAsync_should_make_the_person_and_their_place()
    {
        var tenant = await database.NewTenantAsync();
        var id = (
            await RunAsync(
                new NewUser(
                    "Ana@Example.test",
                    Password,
                    tenant,
                    MemberRoles.Agent,
                    FirstName: "Ana"
                )
            )
        ).Value;

        var user = await UserAsync("ana@example.TEST");
        user.Id.ShouldBe(id);
        user.EmailConfirmed.ShouldBeTrue();
        user.UserName!.ShouldNotContain("@");
        database
            .Get<IPasswordHasher<User>>()
            .VerifyHashedPassword(user, user.PasswordHash!, Password)
            .ShouldBe(PasswordVerificationResult.Success);
        (await database.Get<MemberDirectory>().FindAsync(tenant.Id, id, default)).ShouldBe(
            new MemberRef(id, "Ana", MemberRoles.Agent, IsOwner: false)
        );
    }

    [Fact]
    public async Task RunAsync_should_change_nothing_when_run_again()
    {
        var tenant = await database.NewTenantAsync();
        var asked = new NewUser("again@example.test", Password, tenant, MemberRoles.Agent);
        var first = (await RunAsync(asked)).Value;
        var before = await UserAsync(asked.Email);

        (await RunAsync(asked with { Email = "AGAIN@example.test" })).Value.ShouldBe(first);

        var after = await UserAsync(asked.Email);
        (after.PasswordHash, after.SecurityStamp, after.Email).ShouldBe(
            (before.PasswordHash, before.SecurityStamp, before.Email)
        );
        (await MembershipsAsync(first)).ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_should_end_the_sessions_of_an_old_password_and_the_lockout()
    {
        var asked = new NewUser("changed@example.test", Password);
        await RunAsync(asked);
        await database.ExecuteAsync(
            "UPDATE shared.users SET failed_login_attempts = 4, locked_until = now() + interval '1 hour' WHERE email = 'changed@example.test'"
        );
        var before = await UserAsync(asked.Email);

        await RunAsync(asked with { Password = "another good password" });

        var after = await UserAsync(asked.Email);
        after.SecurityStamp.ShouldNotBe(before.SecurityStamp);
        (after.AccessFailedCount, after.LockoutEnd).ShouldBe((0, null));
    }

    [Fact]
    public async Task RunAsync_should_survive_two_at_once()
    {
        var tenant = await database.NewTenantAsync();
        var asked = new NewUser("twins@example.test", Password, tenant, MemberRoles.Agent);
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunAsync(asked)));
        results.Select(r => r.Value).Distinct().ShouldHaveSingleItem();
        (await MembershipsAsync(results[0].Value)).ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_should_leave_an_owner_the_owner()
    {
        var tenant = await database.NewTenantAsync();
        var asked = new NewUser(
            "boss@example.test",
            Password,
            tenant,
            MemberRoles.Admin,
            IsOwner: true
        );
        var id = (await RunAsync(asked)).Value;
        await RunAsync(asked with { Role = MemberRoles.Viewer, IsOwner = false });
        var member = await database.Get<MemberDirectory>().FindAsync(tenant.Id, id, default);
        (member!.Role, member.IsOwner).ShouldBe((MemberRoles.Admin, true));
    }

    [Fact]
    public async Task RunAsync_should_make_a_super_admin_of_the_system_only()
    {
        var id = (
            await RunAsync(new NewUser("root@example.test", Password, IsSuperAdmin: true))
        ).Value;
        (await database.Get<MemberDirectory>().IsSuperAdminAsync(id, default)).ShouldBeTrue();
        (await database.Get<MemberDirectory>().WorkspacesAsync(id, default)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("no-mail", Password, MemberRoles.Agent, "user.email")]
    [InlineData("a b@example.test", Password, MemberRoles.Agent, "user.email")]
    [InlineData("Ana <ana@example.test>", Password, MemberRoles.Agent, "user.email")]
    [InlineData("x@example.test", "short", MemberRoles.Agent, "user.password")]
    [InlineData("x@example.test", "aaaaaaaaaaaaaaaa", MemberRoles.Agent, "user.password")]
    [InlineData("x@example.test", Password, "boss", "user.role")]
    [InlineData("x@example.test", Password, MemberRoles.SuperAdmin, "user.role")]
    [InlineData("x@example.test", Password, null, "user.role")]
    public async Task RunAsync_should_refuse_bad_input_and_make_nothing(
        string email,
        string password,
        string? role,
        string code
    )
    {
        var tenant = await database.EmptyTenantAsync();
        var error = (
            await RunAsync(new NewUser(email, password, tenant, role))
        ).Error.ShouldNotBeNull();
        (error.Code, error.Kind).ShouldBe((code, ErrorKind.Invalid));
        error.Message.ShouldNotContain(Password);
        (
            await database.AskAsync<long>(
                "SELECT count(*) FROM shared.users WHERE email = 'x@example.test'"
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task The_audit_should_know_the_person_and_never_the_password()
    {
        var id = (await RunAsync(new NewUser("audited@example.test", Password))).Value;
        var user = await UserAsync("audited@example.test");
        var trail = await database.AskAsync<string>(
            $"SELECT string_agg(to_jsonb(a)::text, ' ') FROM shared.audit_logs a WHERE resource_id = '{id}'"
        );
        trail.ShouldNotBeNull().ShouldContain("audited@example.test");
        trail.ShouldNotContain(user.PasswordHash!);
        trail.ShouldNotContain(user.SecurityStamp!);
    }

    [Fact]
    public async Task EnsureProfile_should_make_one_and_follow_the_name()
    {
        var tenant = await database.NewTenantAsync();
        var person = Guid.NewGuid();
        (
            await database.DoAsync(tenant, Actor.System, new EnsureProfile(person, "Ana"))
        ).ShouldBeTrue();
        (
            await database.DoAsync(tenant, Actor.System, new EnsureProfile(person, "Ana"))
        ).ShouldBeFalse();
        (
            await database.DoAsync(tenant, Actor.System, new EnsureProfile(person, "Ana B"))
        ).ShouldBeTrue();
        (
            await database.AskAsync<string>(
                $"SELECT string_agg(display_name, ',') FROM profiles WHERE user_id = '{person}'",
                tenant
            )
        ).ShouldBe("Ana B");
    }

    [Fact]
    public async Task MemberDirectory_should_hear_of_a_deactivation_within_five_seconds()
    {
        var tenant = await database.NewTenantAsync();
        var member = await database.NewMemberAsync(tenant);
        var directory = database.Get<MemberDirectory>();
        (await directory.FindAsync(tenant.Id, member.Id, default)).ShouldNotBeNull();
        await database.ExecuteAsync(
            $"UPDATE shared.tenant_users SET is_active = false WHERE user_id = '{member.Id}'"
        );
        database.Clock.Advance(TimeSpan.FromSeconds(5));
        (await directory.FindAsync(tenant.Id, member.Id, default)).ShouldBeNull();
    }

    private async Task<Result<Guid>> RunAsync(NewUser asked)
    {
        await using var scope = database.Services.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<CreateUser>()
            .RunAsync(asked, default);
    }

    private async Task<User> UserAsync(string email)
    {
        await using var db = await database
            .Get<IDbContextFactory<PlatformDb>>()
            .CreateDbContextAsync();
        var normalized = email.ToUpperInvariant();
        return await db.Users.SingleAsync(u => u.NormalizedEmail == normalized);
    }

    private Task<long> MembershipsAsync(Guid user) =>
        database.AskAsync<long>(
            $"SELECT count(*) FROM shared.tenant_users WHERE user_id = '{user}'"
        );
}
