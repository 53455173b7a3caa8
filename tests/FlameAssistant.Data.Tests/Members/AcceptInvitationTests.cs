using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Data.Tests.Members;

public sealed class AcceptInvitationTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Password = "a long enough password";

    [Fact]
    public async Task A_new_person_should_get_name_password_and_place()
    {
        var (tenant, invitation) = await InviteAsync("new@accept.test");
        var view = (await FindAsync(invitation.Token)).ShouldNotBeNull();
        (view.Email, view.Slug, view.NeedsPassword).ShouldBe(
            ("new@accept.test", tenant.Slug, true)
        );

        var accepted = (await AcceptAsync(New(invitation.Token))).Value;

        accepted.UserId.ShouldBe(invitation.UserId);
        (
            await database.Get<MemberDirectory>().FindAsync(tenant.Id, invitation.UserId, default)
        ).ShouldBe(new MemberRef(invitation.UserId, "Ana Ruiz", MemberRoles.Agent, false));
        (
            await database.AskAsync<bool>(
                $"SELECT is_verified AND password_hash IS NOT NULL FROM shared.users WHERE id = '{accepted.UserId}'"
            )
        ).ShouldBeTrue();
    }

    [Fact]
    public async Task A_token_should_work_once_even_for_two_at_once()
    {
        var (_, invitation) = await InviteAsync("twice@accept.test");
        var results = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => AcceptAsync(New(invitation.Token)))
        );
        results.Count(r => r.IsOk).ShouldBe(1);
        (await AcceptAsync(New(invitation.Token))).Error!.Code.ShouldBe("invitation.bad");
        (await FindAsync(invitation.Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Expired_revoked_and_invented_tokens_should_be_one_and_the_same()
    {
        var (tenant, revoked) = await InviteAsync("revoked@accept.test");
        await database.DoAsync(tenant, Actor.System, new RevokeInvitation(revoked.UserId));
        (await AcceptAsync(New(revoked.Token))).Error!.Code.ShouldBe("invitation.bad");
        (await AcceptAsync(New("invented"))).Error!.Code.ShouldBe("invitation.bad");

        var (_, expired) = await InviteAsync("expired@accept.test");
        await database.ExecuteAsync(
            $"UPDATE shared.tenant_users SET invitation_expires_at = '{database.Clock.GetUtcNow():O}' WHERE user_id = '{expired.UserId}'"
        );
        (await AcceptAsync(New(expired.Token))).Error!.Code.ShouldBe("invitation.bad");
    }

    [Fact]
    public async Task A_known_person_should_accept_only_when_signed_in_as_themselves()
    {
        var (_, first) = await InviteAsync("known@accept.test");
        await AcceptAsync(New(first.Token));
        var (tenant, second) = await InviteAsync("known@accept.test");
        (await FindAsync(second.Token))!.NeedsPassword.ShouldBeFalse();

        // Neither a new password nor somebody else's sign-in takes the account over.
        (
            await AcceptAsync(New(second.Token) with { Password = "taken over by Eve" })
        ).Error!.Code.ShouldBe("invitation.sign_in_first");
        (
            await AcceptAsync(new Acceptance(second.Token, SignedInAs: Guid.NewGuid()))
        ).Error!.Code.ShouldBe("invitation.sign_in_first");
        (
            await AcceptAsync(new Acceptance(second.Token, SignedInAs: second.UserId))
        ).IsOk.ShouldBeTrue();
        (
            await database.Get<MemberDirectory>().WorkspacesAsync(second.UserId, default)
        ).ShouldContain(w => w.Slug == tenant.Slug);
    }

    [Fact]
    public async Task Bad_input_should_be_answered_all_at_once_and_leave_the_invitation_open()
    {
        var (_, invitation) = await InviteAsync("bad@accept.test");
        var error = (
            await AcceptAsync(new Acceptance(invitation.Token, FirstName: " ", Password: "short"))
        ).Error.ShouldNotBeNull();
        error.Kind.ShouldBe(ErrorKind.Invalid);
        error.Fields!.Keys.Order().ShouldBe(["firstName", "password"]);
        (await FindAsync(invitation.Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task The_owner_of_a_new_tenant_should_accept_by_the_printed_token()
    {
        var made = (
            await database.ProvisionTenant.RunAsync(
                new NewTenant("printed", "Printed", "boss@printed.test"),
                default
            )
        ).Value;
        (await AcceptAsync(New(made.InvitationToken!))).Value.IsOwner.ShouldBeTrue();
        (
            await database.Get<MemberDirectory>().FindAsync(made.Tenant.Id, made.OwnerId, default)
        )!.IsOwner.ShouldBeTrue();
    }

    private static Acceptance New(string token) =>
        new(token, FirstName: "Ana", LastName: "Ruiz", Password: Password);

    private async Task<(TenantRef, MemberInvitation)> InviteAsync(string email)
    {
        var tenant = await database.NewTenantAsync();
        return (
            tenant,
            await database.DoAsync(tenant, Actor.System, new InviteMember(email, MemberRoles.Agent))
        );
    }

    private async Task<InvitationView?> FindAsync(string token)
    {
        await using var scope = database.Services.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<AcceptInvitation>()
            .FindAsync(token, default);
    }

    private async Task<Result<InvitationView>> AcceptAsync(Acceptance asked)
    {
        await using var scope = database.Services.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<AcceptInvitation>()
            .RunAsync(asked, default);
    }
}
