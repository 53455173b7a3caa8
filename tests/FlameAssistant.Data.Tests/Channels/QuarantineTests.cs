using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Channels;

public sealed class QuarantineTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private TenantRef tenant = null!;
    private Actor admin = null!;
    private Actor root = null!;

    public async ValueTask InitializeAsync()
    {
        await database.ExecuteAsync("DELETE FROM shared.inbound_quarantine");
        tenant = await database.EmptyTenantAsync();
        admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
        root = Actor.SuperAdmin(admin.Id);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task List_should_show_a_tenants_own_newest_first_in_pages()
    {
        var stranger = await database.NewTenantAsync();
        await NewAsync(stranger);
        await NewAsync(null);
        var channel = await database.NewChannelAsync(tenant, "Shop");
        await database.ExecuteAsync(
            $"""
            INSERT INTO shared.inbound_quarantine (id, tenant_id, provider, channel_id, event_id, position, body, reason, created_at)
            SELECT gen_random_uuid(), '{tenant.Id}', 'whatsapp', '{channel}', gen_random_uuid(), 0, 'x', 'Reason ' || n, now() - n * interval '1 minute'
              FROM generate_series(1, {QuarantineQueries.PageSize + 5}) n
            """
        );

        var first = await ListAsync();
        first.Rows.Count.ShouldBe(QuarantineQueries.PageSize);
        (first.Rows[0].Reason, first.Rows[0].ChannelName, first.Rows[0].Bytes).ShouldBe(
            ("Reason 1", "Shop", 1)
        );
        var second = await ListAsync(first.Next);
        second.Rows.Count.ShouldBe(5);
        second.Next.ShouldBeNull();
        (
            await database.ReadAsync(tenant, unit => unit.CountQuarantineAsync(default), admin)
        ).ShouldBe(new QuarantineCounts(QuarantineQueries.PageSize + 5, 0, 0));
    }

    [Fact]
    public async Task Foreign_rows_should_neither_be_read_replayed_nor_put_aside()
    {
        var stranger = await database.NewTenantAsync();
        var theirs = await NewAsync(stranger);
        var nobodys = await NewAsync(null);
        foreach (var id in (Guid[])[theirs, nobodys])
        {
            (await BodyAsync(id, admin)).ShouldBeNull();
            (await database.RunAsync(tenant, admin, new AskForReplay([id]))).Error.ShouldBe(
                QuarantineErrors.Gone
            );
            (await database.RunAsync(tenant, admin, new DismissQuarantined([id]))).Error.ShouldBe(
                QuarantineErrors.Gone
            );
        }
        (await StateAsync(theirs)).ShouldBe("open");
    }

    [Fact]
    public async Task Dismissed_should_stay_to_be_read_and_be_in_the_audit()
    {
        var id = await NewAsync(tenant);
        (await database.DoAsync(tenant, admin, new DismissQuarantined([id]))).ShouldBe(1);
        (await StateAsync(id)).ShouldBe("dismissed");
        (await database.RunAsync(tenant, admin, new DismissQuarantined([id]))).Error.ShouldBe(
            QuarantineErrors.Gone
        );
        (await BodyAsync(id, admin)).ShouldNotBeNull();
        (
            await database.AskAsync<string>(
                $"SELECT action FROM activity_log WHERE resource_type = 'inbound_quarantine' AND resource_id = '{id}' AND user_id = '{admin.Id}'",
                tenant
            )
        ).ShouldBe("quarantine.dismissed");
    }

    [Theory]
    [InlineData(MemberRoles.Manager, true)]
    [InlineData(MemberRoles.Agent, false)]
    [InlineData(MemberRoles.Viewer, false)]
    public async Task Managers_should_read_and_only_admins_decide(string role, bool reads)
    {
        var id = await NewAsync(tenant);
        var member = await database.NewMemberAsync(tenant, role);
        (await BodyAsync(id, member) is not null).ShouldBe(reads);
        (
            await database.ReadAsync(
                tenant,
                unit => unit.ListQuarantineAsync("open", null, default),
                member
            )
        ).Rows.Count.ShouldBe(reads ? 1 : 0);
        (
            await database.RunAsync(tenant, member, new DismissQuarantined([id]))
        ).Error!.Kind.ShouldBe(ErrorKind.Forbidden);
        (await database.RunAsync(tenant, member, new AskForReplay(null))).Error!.Kind.ShouldBe(
            ErrorKind.Forbidden
        );
    }

    [Fact]
    public async Task System_should_see_all_by_tenant_and_without_one()
    {
        var system = database.Get<SystemQuarantine>();
        var (mine, nobodys) = (await NewAsync(tenant), await NewAsync(null));

        (await system.ListAsync("open", null, null, root, default))
            .Rows.Select(r => r.Id)
            .ShouldBe([nobodys, mine], ignoreOrder: true);
        var own = (
            await system.ListAsync("open", tenant.Slug, null, root, default)
        ).Rows.ShouldHaveSingleItem();
        (own.Id, own.TenantSlug).ShouldBe((mine, tenant.Slug));
        (await system.ListAsync("open", "", null, root, default))
            .Rows.ShouldHaveSingleItem()
            .Id.ShouldBe(nobodys);
        (await system.CountAsync(root, default)).Open.ShouldBe(2);
        (await system.ReadAsync(nobodys, root, default)).ShouldNotBeNull();

        (await system.DismissAsync([nobodys], root, default)).Value.ShouldBe(1);
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.audit_logs WHERE action = 'quarantine.dismissed' AND resource_id = '{nobodys}'"
            )
        ).ShouldBe(1);
        (await system.AskForReplayAsync(null, root, default)).Value.ShouldBe([mine]);
    }

    [Fact]
    public async Task System_should_be_closed_to_everybody_else()
    {
        var system = database.Get<SystemQuarantine>();
        var id = await NewAsync(tenant);
        (await system.ListAsync("open", null, null, admin, default)).Rows.ShouldBeEmpty();
        (await system.CountAsync(admin, default)).Open.ShouldBe(0);
        (await system.ReadAsync(id, admin, default)).ShouldBeNull();
        (await system.DismissAsync([id], admin, default)).Error!.Kind.ShouldBe(ErrorKind.Forbidden);
        (await system.AskForReplayAsync([id], admin, default)).Error!.Kind.ShouldBe(
            ErrorKind.Forbidden
        );
    }

    private async Task<Guid> NewAsync(TenantRef? of)
    {
        var id = Guid.CreateVersion7();
        await database.ExecuteAsync(
            $"""
            INSERT INTO shared.inbound_quarantine (id, tenant_id, provider, event_id, position, body, reason)
            VALUES ('{id}', {(
                of is null ? "NULL" : $"'{of.Id}'"
            )}, 'whatsapp', gen_random_uuid(), 0, 'body', 'The reason')
            """
        );
        return id;
    }

    private Task<QuarantinePage> ListAsync(QuarantineCursor? after = null) =>
        database.ReadAsync(
            tenant,
            unit => unit.ListQuarantineAsync(QuarantineStates.Open, after, default),
            admin
        );

    private Task<QuarantinedBody?> BodyAsync(Guid id, Actor actor) =>
        database.ReadAsync(tenant, unit => unit.ReadQuarantinedAsync(id, default), actor);

    private Task<string?> StateAsync(Guid id) =>
        database.AskAsync<string>($"SELECT state FROM shared.inbound_quarantine WHERE id = '{id}'");
}
