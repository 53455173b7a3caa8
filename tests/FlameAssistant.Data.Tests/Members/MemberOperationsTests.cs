using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Members;

public sealed class MemberOperationsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly string[] roles =
    [
        MemberRoles.Viewer,
        MemberRoles.Agent,
        MemberRoles.Manager,
        MemberRoles.Admin,
    ];

    public static TheoryData<string> WithoutPermission() =>
        [MemberRoles.Viewer, MemberRoles.Agent, MemberRoles.Manager];

    [Theory]
    [MemberData(nameof(WithoutPermission))]
    public async Task Every_operation_should_need_the_permission(string role)
    {
        var tenant = await database.EmptyTenantAsync();
        var actor = await database.NewMemberAsync(tenant, role);
        var other = await database.NewMemberAsync(tenant);
        var errors = new[]
        {
            (await database.RunAsync(tenant, actor, new InviteMember("x@y.test", role))).Error,
            (await database.RunAsync(tenant, actor, new ResendInvitation(other.Id))).Error,
            (await database.RunAsync(tenant, actor, new RevokeInvitation(other.Id))).Error,
            (await database.RunAsync(tenant, actor, new ChangeRole(other.Id, role))).Error,
            (await database.RunAsync(tenant, actor, new DeactivateMember(other.Id))).Error,
            (await database.RunAsync(tenant, actor, new ReactivateMember(other.Id))).Error,
            (await database.RunAsync(tenant, actor, new HandOverOwnership(other.Id))).Error,
            (
                await database.RunAsync(
                    tenant,
                    actor,
                    new ChangePermissions(other.Id, new HashSet<string>())
                )
            ).Error,
        };
        errors.ShouldAllBe(error => error!.Kind == ErrorKind.Forbidden);
        (await ListAsync(tenant, actor)).ShouldBeNull();
        (
            await database.AskAsync<long>(
                "SELECT count(*) FROM shared.users WHERE email = 'x@y.test'"
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task HandOverOwnership_should_be_the_owners_alone()
    {
        var tenant = await database.EmptyTenantAsync();
        var admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        var other = await database.NewMemberAsync(tenant);
        var error = (
            await database.RunAsync(tenant, admin, new HandOverOwnership(other.Id))
        ).Error.ShouldNotBeNull();
        error.Kind.ShouldBe(ErrorKind.Forbidden);
    }

    [Fact]
    public async Task Nobody_should_grant_above_themselves()
    {
        var tenant = await database.EmptyTenantAsync();
        // A manager who was given members:manage alone.
        var limited = await database.NewMemberAsync(tenant, MemberRoles.Manager);
        limited = limited with
        {
            Permissions = limited.Permissions.Append(MemberPermissions.MembersManage).ToHashSet(),
        };
        foreach (var role in roles)
        {
            var result = await database.RunAsync(
                tenant,
                limited,
                new InviteMember($"{role}@rank.test".Replace('_', '-'), role)
            );
            (result.Error?.Code).ShouldBe(
                role == MemberRoles.Admin ? "member.above_yourself"
                : result.IsOk ? null
                : "member.no_seat"
            );
        }
        (
            await database.RunAsync(
                tenant,
                limited,
                new InviteMember("s@rank.test", MemberRoles.SuperAdmin)
            )
        ).Error!.Code.ShouldBe("user.role");
    }

    [Fact]
    public async Task ChangePermissions_should_give_and_take_single_ones()
    {
        var (tenant, owner) = await NewAsync();
        var agent = await database.NewMemberAsync(tenant);
        var wanted = agent
            .Permissions.Append(MemberPermissions.TagsWrite)
            .Except([MemberPermissions.ContactsWrite])
            .ToHashSet();
        await database.DoAsync(tenant, owner, new ChangePermissions(agent.Id, wanted));

        (
            await database.AskAsync<string>(
                $"SELECT permissions::text FROM shared.tenant_users WHERE user_id = '{agent.Id}'"
            )
        ).ShouldBe("""{"tags:write": true, "contacts:write": false}""");
        var member = await database.Get<MemberDirectory>().FindAsync(tenant.Id, agent.Id, default);
        Actor.Member(member!).Permissions.SetEquals(wanted).ShouldBeTrue();
        var row = (await ListAsync(tenant, owner))!.Rows.Single(r => r.UserId == agent.Id);
        row.Allowed.SetEquals(wanted).ShouldBeTrue();

        // Another role is another start.
        await database.DoAsync(tenant, owner, new ChangeRole(agent.Id, MemberRoles.Viewer));
        (await ListAsync(tenant, owner))!
            .Rows.Single(r => r.UserId == agent.Id)
            .Allowed.SetEquals([MemberPermissions.ConversationsRead])
            .ShouldBeTrue();
    }

    [Fact]
    public async Task ChangePermissions_should_give_nothing_that_the_giver_lacks()
    {
        var tenant = await database.EmptyTenantAsync();
        var admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        var agent = await database.NewMemberAsync(tenant);
        (await CodeAsync([MemberPermissions.TenantExport])).ShouldBe("member.above_yourself");
        (await CodeAsync([MemberPermissions.Ownership])).ShouldBe("member.permission");
        (await CodeAsync([MemberPermissions.PlatformManage])).ShouldBe("member.permission");
        (await CodeAsync(["no:such"])).ShouldBe("member.permission");
        (await CodeAsync([MemberPermissions.AuditRead])).ShouldBeNull();

        async Task<string?> CodeAsync(string[] wanted) =>
            (
                await database.RunAsync(
                    tenant,
                    admin,
                    new ChangePermissions(agent.Id, wanted.ToHashSet())
                )
            )
                .Error
                ?.Code;
    }

    [Fact]
    public async Task Who_stands_above_should_stay_as_they_are()
    {
        var tenant = await database.EmptyTenantAsync();
        var manager = await database.NewMemberAsync(tenant, MemberRoles.Manager);
        manager = manager with
        {
            Permissions = manager.Permissions.Append(MemberPermissions.MembersManage).ToHashSet(),
        };
        var admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        foreach (
            var operation in new ITenantOperation<bool>[]
            {
                new ChangeRole(admin.Id, MemberRoles.Viewer),
                new DeactivateMember(admin.Id),
                new ChangePermissions(admin.Id, new HashSet<string>()),
            }
        )
        {
            (await database.RunAsync(tenant, manager, operation)).Error!.Code.ShouldBe(
                "member.above_yourself"
            );
        }
    }

    [Theory]
    [InlineData("""{"reports:read": false, "no:such": true, "plan:manage": "yes"}""")]
    [InlineData("""["plan:manage"]""")]
    [InlineData("null")]
    public void Permissions_should_be_read_whatever_a_script_wrote(string stored)
    {
        var read = MemberPermissions.Of(MemberRoles.Agent, isOwner: false, stored);
        read.IsSubsetOf(MemberPermissions.Of(MemberRoles.Agent, isOwner: false)).ShouldBeTrue();
        // An owner is one, whatever is written there.
        MemberPermissions
            .Of(MemberRoles.Admin, isOwner: true, """{"ownership": false, "plan:manage": false}""")
            .ShouldContain(MemberPermissions.PlanManage);
    }

    [Fact]
    public async Task InviteMember_should_store_only_the_tokens_hash()
    {
        var (tenant, owner) = await NewAsync();
        var made = await database.DoAsync(
            tenant,
            owner,
            new InviteMember(" Ana@Example.test ", MemberRoles.Agent)
        );
        made.Email.ShouldBe("Ana@Example.test");
        made.ExpiresAt.ShouldBe(database.Clock.GetUtcNow() + TimeSpan.FromDays(7));
        (
            await database.AskAsync<string>(
                $"SELECT invitation_token FROM shared.tenant_users WHERE user_id = '{made.UserId}'"
            )
        ).ShouldBe(InvitationToken.Hash(made.Token));
        // Until it is accepted it opens nothing.
        (
            await database.Get<MemberDirectory>().FindAsync(tenant.Id, made.UserId, default)
        ).ShouldBeNull();
        var row = (await ListAsync(tenant, owner))!.Rows.Single(r => r.UserId == made.UserId);
        (row.Name, row.State).ShouldBe(("Ana@Example.test", MemberState.Invited));
    }

    [Fact]
    public async Task InviteMember_should_say_why_an_address_is_taken()
    {
        var (tenant, owner) = await NewAsync();
        await database.DoAsync(tenant, owner, new InviteMember("a@taken.test", MemberRoles.Agent));
        (await CodeAsync(tenant, owner, "A@TAKEN.test")).ShouldBe("member.invited");
        (await CodeAsync(tenant, owner, "not an address")).ShouldBe("user.email");

        var member = await database.NewMemberAsync(tenant);
        var email = await EmailAsync(member.Id);
        (await CodeAsync(tenant, owner, email)).ShouldBe("member.exists");
        await database.DoAsync(tenant, owner, new DeactivateMember(member.Id));
        (await CodeAsync(tenant, owner, email)).ShouldBe("member.deactivated");
    }

    [Fact]
    public async Task Seats_should_count_open_invitations_and_hold_when_many_invite_at_once()
    {
        var (tenant, owner) = await NewAsync();
        var free = await FreeAsync(tenant, owner);
        var results = await Task.WhenAll(
            Enumerable
                .Range(0, free + 3)
                .Select(i =>
                    database.RunAsync(
                        tenant,
                        owner,
                        new InviteMember($"seat{i}@many.test", MemberRoles.Agent)
                    )
                )
        );
        results.Count(r => r.IsOk).ShouldBe(free);
        var refused = results.First(r => !r.IsOk).Error!;
        refused.Code.ShouldBe("member.no_seat");
        refused.Args.ShouldBe([5, 5]);
        (await FreeAsync(tenant, owner)).ShouldBe(0);

        // Revoked and expired ones give their seats back; an expired one needs a seat to be sent again.
        var first = results.First(r => r.IsOk).Value;
        await database.DoAsync(tenant, owner, new RevokeInvitation(first.UserId));
        (await FreeAsync(tenant, owner)).ShouldBe(1);
        await database.ExecuteAsync(
            $"UPDATE shared.tenant_users SET invitation_expires_at = now() - interval '1 day' WHERE tenant_id = '{tenant.Id}' AND invitation_token IS NOT NULL AND NOT is_owner"
        );
        (await FreeAsync(tenant, owner)).ShouldBe(free);
    }

    [Fact]
    public async Task ResendInvitation_should_void_the_old_link()
    {
        var (tenant, owner) = await NewAsync();
        var first = await database.DoAsync(
            tenant,
            owner,
            new InviteMember("again@resend.test", MemberRoles.Agent)
        );
        var second = await database.DoAsync(tenant, owner, new ResendInvitation(first.UserId));
        second.Email.ShouldBe("again@resend.test");
        second.Token.ShouldNotBe(first.Token);
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.tenant_users WHERE invitation_token = '{InvitationToken.Hash(first.Token)}'"
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task The_owner_should_stay_and_nobody_should_change_themselves()
    {
        var (tenant, owner) = await NewAsync();
        var admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        foreach (var actor in (Actor[])[owner, admin])
        {
            (
                await database.RunAsync(tenant, actor, new ChangeRole(actor.Id, MemberRoles.Viewer))
            ).Error!.Code.ShouldBe("member.yourself");
            (
                await database.RunAsync(tenant, actor, new DeactivateMember(actor.Id))
            ).Error!.Code.ShouldBe("member.yourself");
        }
        (
            await database.RunAsync(tenant, admin, new ChangeRole(owner.Id, MemberRoles.Agent))
        ).Error!.Code.ShouldBe("member.last_owner");
        (
            await database.RunAsync(tenant, admin, new DeactivateMember(owner.Id))
        ).Error!.Code.ShouldBe("member.last_owner");
    }

    [Fact]
    public async Task HandOverOwnership_should_leave_one_owner_when_two_are_asked_at_once()
    {
        var (tenant, owner) = await NewAsync();
        var first = await database.NewMemberAsync(tenant);
        var second = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        var results = await Task.WhenAll(
            database.RunAsync(tenant, owner, new HandOverOwnership(first.Id)),
            database.RunAsync(tenant, owner, new HandOverOwnership(second.Id))
        );
        results.Count(r => r.IsOk).ShouldBe(1);
        var rows = (await ListAsync(tenant, second))!.Rows;
        rows.Count(r => r.IsOwner && r.UserId != owner.Id).ShouldBe(1);
        rows.Single(r => r.UserId == owner.Id)
            .ShouldSatisfyAllConditions(
                r => r.IsOwner.ShouldBeFalse(),
                r => r.Role.ShouldBe(MemberRoles.Admin)
            );
    }

    [Fact]
    public async Task DeactivateMember_should_shut_out_at_once_and_leave_their_conversations_to_others()
    {
        var (tenant, owner) = await NewAsync();
        var agent = await database.NewMemberAsync(tenant);
        var channel = await database.NewChannelAsync(tenant);
        var open = await database.ReceiveAsync(tenant, channel, "5491100000001");
        await database.DoAsync(
            tenant,
            agent,
            new AssignConversation(open.ConversationId, agent.Id)
        );
        var directory = database.Get<MemberDirectory>();
        (await directory.FindAsync(tenant.Id, agent.Id, default)).ShouldNotBeNull();
        var heard = new List<LiveEvent>();
        using var subscription = database.Live.Subscribe(tenant.Id, heard.Add);

        await database.DoAsync(tenant, owner, new DeactivateMember(agent.Id));

        // No time passed: the live event emptied the cache.
        (await directory.FindAsync(tenant.Id, agent.Id, default)).ShouldBeNull();
        heard.ShouldContain(e => e.Kind == LiveKinds.Member && e.SubjectId == agent.Id);
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM conversations WHERE assigned_to = '{agent.Id}'",
                tenant
            )
        ).ShouldBe(0);
        (
            await database.AskAsync<bool>(
                $"SELECT is_active FROM profiles WHERE user_id = '{agent.Id}'",
                tenant
            )
        ).ShouldBeFalse();

        await database.DoAsync(tenant, owner, new ReactivateMember(agent.Id));
        (await directory.FindAsync(tenant.Id, agent.Id, default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task ReactivateMember_should_need_a_seat()
    {
        var (tenant, owner) = await NewAsync();
        var agent = await database.NewMemberAsync(tenant);
        await database.DoAsync(tenant, owner, new DeactivateMember(agent.Id));
        for (var i = await FreeAsync(tenant, owner); i > 0; i--)
        {
            await database.NewMemberAsync(tenant);
        }
        (
            await database.RunAsync(tenant, owner, new ReactivateMember(agent.Id))
        ).Error!.Code.ShouldBe("member.no_seat");
    }

    [Fact]
    public async Task Members_of_another_tenant_should_be_unknown()
    {
        var (tenant, owner) = await NewAsync();
        var (foreign, _) = await NewAsync();
        var stranger = await database.NewMemberAsync(foreign);
        foreach (
            var operation in (ITenantOperation<bool>[])
                [
                    new ChangeRole(stranger.Id, MemberRoles.Viewer),
                    new DeactivateMember(stranger.Id),
                    new ReactivateMember(stranger.Id),
                    new RevokeInvitation(stranger.Id),
                    new HandOverOwnership(stranger.Id),
                ]
        )
        {
            (await database.RunAsync(tenant, owner, operation)).Error!.Code.ShouldBe(
                "member.unknown"
            );
        }
        (await ListAsync(tenant, owner))!.Rows.ShouldNotContain(r => r.UserId == stranger.Id);
    }

    [Fact]
    public async Task MemberActivity_should_note_a_member_once_per_pause()
    {
        var (tenant, owner) = await NewAsync();
        var activity = database.Get<MemberActivity>();
        await activity.SeenAsync(tenant.Id, owner.Id, default);
        var first = database.Clock.GetUtcNow();
        database.Clock.Advance(TimeSpan.FromMinutes(1));
        await activity.SeenAsync(tenant.Id, owner.Id, default);
        var row = (await ListAsync(tenant, owner))!.Rows.Single(r => r.UserId == owner.Id);
        row.LastActiveAt.ShouldBe(first);
    }

    /// <summary>A tenant whose first, invited owner has been replaced by one who may act.</summary>
    private async Task<(TenantRef Tenant, Actor Owner)> NewAsync()
    {
        var tenant = await database.NewTenantAsync();
        await database.ExecuteAsync(
            $"DELETE FROM shared.tenant_users WHERE tenant_id = '{tenant.Id}'"
        );
        return (tenant, await database.NewMemberAsync(tenant, MemberRoles.Admin, isOwner: true));
    }

    private Task<MemberList?> ListAsync(TenantRef tenant, Actor actor) =>
        database.ReadAsync(tenant, unit => unit.ListMembersAsync(default), actor);

    private async Task<int> FreeAsync(TenantRef tenant, Actor actor)
    {
        var seats = (await ListAsync(tenant, actor))!.Seats;
        return seats.Allowed - seats.Used;
    }

    private async Task<string?> CodeAsync(TenantRef tenant, Actor actor, string email) =>
        (await database.RunAsync(tenant, actor, new InviteMember(email, MemberRoles.Agent)))
            .Error
            ?.Code;

    private async Task<string> EmailAsync(Guid user) =>
        (await database.AskAsync<string>($"SELECT email FROM shared.users WHERE id = '{user}'"))!;
}
