using System.Collections.Concurrent;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FlameAssistant.Data.Tests.Tenancy;

public sealed class TenantLifeTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task ProvisionTenant_should_write_limits_features_and_history()
    {
        var by = await SystemTenantsTests.NewSuperAdminAsync(database);
        var made = await database.ProvisionTenant.RunAsync(
            new NewTenant(database.Next("five-steps-"), "Five", "five@steps.test", Plans.Starter),
            default,
            by
        );
        var tenant = made.Value.Tenant;
        (
            await AskAsync(
                "max_users || ' ' || max_storage_gb || ' ' || (trial_ends_at > now())",
                tenant
            )
        ).ShouldBe("10 50 true");
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.tenant_features WHERE tenant_id = '{tenant.Id}' AND is_enabled"
            )
        ).ShouldBe(7);
        (await HistoryAsync(tenant)).ShouldBe(["creation  starter"]);
        (
            await database.AskAsync<string>(
                $"SELECT actor_kind || ':' || actor_id || ' ' || user_id FROM shared.audit_logs WHERE resource_type = 'tenants' AND resource_id = '{tenant.Id}'"
            )
        ).ShouldBe($"member:{by.Id} {by.Id}");
    }

    [Fact]
    public async Task SuspendTenant_should_close_it_and_ResumeTenant_open_it_as_it_was()
    {
        var tenant = await database.NewTenantAsync(status: TenantStatuses.Trial);
        var heard = new List<LiveEvent>();
        using var listening = database.Live.SubscribeAll(heard.Add);

        foreach (var _ in (int[])[1, 2])
        {
            var suspended = (await SuspendAsync(tenant, Actor.System)).Value;
            (suspended.IsOpen, suspended.MaySend).ShouldBe((false, false));
        }
        (await AskAsync("suspended_at IS NOT NULL", tenant)).ShouldBe("true");
        heard.ShouldContain(e => e.TenantId == tenant.Id && e.Kind == LiveKinds.Tenant);
        (await database.Catalog.FindAsync(tenant.Slug, default))!.MaySend.ShouldBeFalse();

        (await ResumeAsync(tenant)).Value.Status.ShouldBe(TenantStatuses.Trial);
        (await ResumeAsync(tenant)).Value.Status.ShouldBe(TenantStatuses.Trial);
        (await AskAsync("suspended_at IS NULL AND metadata = '{}'", tenant)).ShouldBe("true");
        (await database.Catalog.FindAsync(tenant.Slug, default))!.MaySend.ShouldBeTrue();
    }

    [Fact]
    public async Task ResumeTenant_should_not_bring_an_ended_trial_back()
    {
        var tenant = await database.NewTenantAsync(status: TenantStatuses.Trial);
        await SuspendAsync(tenant, Actor.System);
        await database.ExecuteAsync(
            $"UPDATE shared.tenants SET trial_ends_at = now() - interval '1 day' WHERE id = '{tenant.Id}'"
        );
        (await ResumeAsync(tenant)).Value.Status.ShouldBe(TenantStatuses.Expired);
    }

    [Fact]
    public async Task SuspendTenant_should_keep_what_comes_in_and_refuse_what_goes_out()
    {
        var tenant = await database.NewTenantAsync();
        var channel = await database.NewChannelAsync(tenant);
        var before = await database.ReceiveAsync(tenant, channel, "5511999990001");
        var suspended = (await SuspendAsync(tenant, Actor.System)).Value;
        await database.ReceiveAsync(suspended, channel, "5511999990001", "still here");
        (
            await database.RunAsync(
                suspended,
                Actor.System,
                new Data.Conversations.SendMessage(before.ConversationId, "no", "key-1")
            )
        ).IsOk.ShouldBeFalse();
        (await database.AskAsync<long>("SELECT count(*) FROM messages", tenant)).ShouldBe(2);
    }

    [Theory]
    [InlineData(MemberRoles.Agent, false, false, false)]
    [InlineData(MemberRoles.Admin, false, true, false)]
    [InlineData(MemberRoles.Admin, true, true, true)]
    public async Task Members_should_do_what_their_role_allows(
        string role,
        bool isOwner,
        bool mayPlan,
        bool mayDelete
    )
    {
        var tenant = await database.NewTenantAsync();
        var member = await database.NewMemberAsync(tenant, role, isOwner);
        (await SuspendAsync(tenant, member)).Error!.Kind.ShouldBe(ErrorKind.Forbidden);
        (await PlanAsync(tenant, Plans.Starter, member)).IsOk.ShouldBe(mayPlan);
        // The owner of one is nobody in another.
        var other = await database.NewTenantAsync();
        (await DeleteAsync(other, other.Slug, member)).Error!.Kind.ShouldBe(ErrorKind.Forbidden);
        (await PlanAsync(other, Plans.Starter, member)).Error!.Kind.ShouldBe(ErrorKind.Forbidden);
        (await DeleteAsync(tenant, tenant.Slug, member)).IsOk.ShouldBe(mayDelete);
    }

    [Fact]
    public async Task Every_node_should_hear_of_each_change_also_of_a_process_without_a_relay()
    {
        // A command is such a process: no relay runs beside the operations of this test.
        await using var node = database.NewServices();
        var heard = new ConcurrentQueue<Guid>();
        using var listening = node.GetRequiredService<LiveHub>()
            .SubscribeAll(e =>
            {
                if (e.Kind == LiveKinds.Resync)
                {
                    heard.Enqueue(Guid.Empty);
                }
                if (e.Kind == LiveKinds.Tenant)
                {
                    heard.Enqueue(e.TenantId);
                }
            });
        using var relay = node.GetServices<IHostedService>().OfType<LiveRelay>().Single();
        await relay.StartAsync(default);
        await HeardAsync(Guid.Empty);

        var tenant = await database.NewTenantAsync();
        await HeardAsync(tenant.Id);
        var known = node.GetRequiredService<TenantCatalog>();
        (await known.FindAsync(tenant.Slug, default))!.IsOpen.ShouldBeTrue();
        await SuspendAsync(tenant, Actor.System);
        await HeardAsync(tenant.Id);
        // The clock of the test stands still: what was kept did not merely grow old.
        (await known.FindAsync(tenant.Slug, default))!.IsOpen.ShouldBeFalse();
        await ResumeAsync(tenant);
        await HeardAsync(tenant.Id);
        await PlanAsync(tenant, Plans.Starter, Actor.System);
        await HeardAsync(tenant.Id);
        await DeleteAsync(tenant, tenant.Slug, Actor.System);
        await HeardAsync(tenant.Id);
        (await known.FindAsync(tenant.Slug, default)).ShouldBeNull();
        await DropAsync(tenant, now: true);
        await HeardAsync(tenant.Id);
        await relay.StopAsync(default);

        async Task HeardAsync(Guid id)
        {
            await Eventually.IsTrueAsync(() => heard.Contains(id));
            heard.Clear();
        }
    }

    [Fact]
    public async Task Operations_should_not_find_the_system_and_unknown_tenants()
    {
        foreach (var slug in (string[])["system", "nobody-at-all", "'; DROP SCHEMA shared; --"])
        {
            (
                await database.Get<SuspendTenant>().RunAsync(slug, Actor.System, default)
            ).Error.ShouldBe(TenantErrors.Unknown(slug));
            (
                await database.Get<DropTenant>().RunAsync(slug, now: true, Actor.System, default)
            ).Error.ShouldBe(TenantErrors.Unknown(slug));
        }
    }

    [Fact]
    public async Task ChangePlan_should_set_limits_and_features_and_write_history()
    {
        var tenant = await database.NewTenantAsync();
        await database.ExecuteAsync(
            "INSERT INTO shared.feature_flags (name, is_enabled, rollout_percentage, plans) VALUES ('gold', true, 100, '{enterprise}'), ('chosen', true, 100, '{enterprise}')"
        );
        await PlanAsync(
            tenant,
            Plans.Enterprise,
            Actor.System,
            new Payment(99.5m, "EUR", "card", "t-1")
        );
        (await AskAsync("subscription_plan || ' ' || max_users", tenant)).ShouldBe(
            "enterprise 1000"
        );
        (await database.Get<FeatureFlags>().IsOnAsync(tenant, "gold", default)).ShouldBeTrue();
        await database.ExecuteAsync(
            $"UPDATE shared.tenant_features SET enabled_by = (SELECT id FROM shared.users LIMIT 1) WHERE tenant_id = '{tenant.Id}' AND feature_id = (SELECT id FROM shared.feature_flags WHERE name = 'chosen')"
        );
        await PlanAsync(tenant, Plans.Free, Actor.System);
        await PlanAsync(tenant, Plans.Free, Actor.System);
        (await database.Get<FeatureFlags>().IsOnAsync(tenant, "gold", default)).ShouldBeFalse();
        (await database.Get<FeatureFlags>().IsOnAsync(tenant, "chosen", default)).ShouldBeTrue();
        (await HistoryAsync(tenant)).ShouldBe([
            "creation  free",
            "upgrade free enterprise",
            "downgrade enterprise free",
            "renewal free free",
        ]);
        (
            await database.AskAsync<string>(
                $"SELECT price_paid || currency || payment_method || transaction_id FROM shared.subscription_history WHERE tenant_id = '{tenant.Id}' AND change_type = 'upgrade'"
            )
        ).ShouldBe("99.50EURcardt-1");
        (await PlanAsync(tenant, "gold", Actor.System)).Error.ShouldBe(TenantErrors.UnknownPlan);
        await database.ExecuteAsync(
            "DELETE FROM shared.feature_flags WHERE name IN ('gold', 'chosen')"
        );
    }

    [Fact]
    public async Task ChangePlan_should_say_how_many_members_are_too_many()
    {
        var tenant = await database.NewTenantAsync();
        for (var i = 0; i < 5; i++)
        {
            await database.NewMemberAsync(tenant);
        }
        var error = (await PlanAsync(tenant, Plans.Free, Actor.System)).Error!;
        error.Message.ShouldContain("allows 5");
        error.Message.ShouldContain("has 6");
    }

    [Fact]
    public async Task DeleteTenant_should_ask_for_the_slug_and_hide_the_tenant()
    {
        var tenant = await database.NewTenantAsync();
        (await DeleteAsync(tenant, "other", Actor.System)).Error!.Code.ShouldBe(
            "tenant.not_confirmed"
        );
        (await DeleteAsync(tenant, tenant.Slug, Actor.System)).IsOk.ShouldBeTrue();
        (await database.Catalog.FindAsync(tenant.Slug, default)).ShouldBeNull();
        (await HistoryAsync(tenant)).ShouldBe(["creation  free", "cancellation free free"]);
        (await DeleteAsync(tenant, tenant.Slug, Actor.System)).Error.ShouldBe(
            TenantErrors.Unknown(tenant.Slug)
        );
        (await SuspendAsync(tenant, Actor.System)).IsOk.ShouldBeFalse();
    }

    [Fact]
    public async Task DropTenant_should_wait_for_the_grace_period_and_leave_nothing_but_the_audit()
    {
        var tenant = await database.NewTenantAsync();
        var channel = await database.NewChannelAsync(tenant);
        await database.ReceiveAsync(tenant, channel, "5511999990002");
        (await DropAsync(tenant)).Error.ShouldBe(TenantErrors.NotDeleted(tenant.Slug));
        await DeleteAsync(tenant, tenant.Slug, Actor.System);
        (await DropAsync(tenant)).Error!.Code.ShouldBe("tenant.in_grace");
        (await database.Get<DropTenant>().RunDueAsync(default)).ShouldNotContain(d =>
            d.Slug == tenant.Slug
        );

        database.Clock.Advance(TimeSpan.FromDays(31));
        (await database.Get<DropTenant>().RunDueAsync(default)).ShouldContain((tenant.Slug, null));

        (await LeftAsync(tenant)).ShouldBe(0);
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.audit_logs WHERE tenant_id = '{tenant.Id}' AND action = 'DELETE' AND resource_type = 'tenants'"
            )
        ).ShouldBe(1);
        (await database.NewTenantAsync(tenant.Slug)).Id.ShouldNotBe(tenant.Id);
    }

    [Theory]
    [InlineData("tenant_schemas")]
    [InlineData("tenant_users")]
    [InlineData("tenant_features")]
    [InlineData("subscription_history")]
    [InlineData("channel_routes")]
    [InlineData("tenants")]
    public async Task DropTenant_should_keep_everything_when_a_step_fails(string table)
    {
        var tenant = await database.NewTenantAsync();
        await database.NewChannelAsync(tenant);
        await DeleteAsync(tenant, tenant.Slug, Actor.System);
        var before = await LeftAsync(tenant);
        before.ShouldBeGreaterThan(20);
        await using (await FaultAsync(table, "DELETE"))
        {
            await Should.ThrowAsync<Exception>(() => DropAsync(tenant, now: true));
        }
        (await LeftAsync(tenant)).ShouldBe(before);
        (await DropAsync(tenant, now: true)).IsOk.ShouldBeTrue();
        (await LeftAsync(tenant)).ShouldBe(0);
    }

    [Theory]
    [InlineData("tenants")]
    [InlineData("tenant_schemas")]
    [InlineData("users")]
    [InlineData("tenant_users")]
    [InlineData("tenant_features")]
    [InlineData("subscription_history")]
    public async Task ProvisionTenant_should_leave_nothing_when_a_step_fails(string table)
    {
        var slug = database.Next("unlucky-");
        await using (await FaultAsync(table, "INSERT"))
        {
            await Should.ThrowAsync<Exception>(() => database.NewTenantAsync(slug));
        }
        (
            await database.AskAsync<long>(
                $"""
                SELECT (SELECT count(*) FROM shared.tenants WHERE slug = '{slug}') + (SELECT count(*) FROM shared.users WHERE email LIKE '%{slug}%')
                  + (SELECT count(*) FROM pg_namespace WHERE nspname = 'tenant_{slug.Replace(
                    '-',
                    '_'
                )}')
                  + (SELECT count(*) FROM shared.tenant_schemas WHERE schema_name = 'tenant_{slug.Replace(
                    '-',
                    '_'
                )}')
                  + (SELECT count(*) FROM shared.audit_logs WHERE new_values::text LIKE '%{slug}%')
                """
            )
        ).ShouldBe(0);
        (await database.NewTenantAsync(slug)).Slug.ShouldBe(slug);
    }

    /// <summary>Until it is disposed, every such statement on the table fails.</summary>
    private async Task<IAsyncDisposable> FaultAsync(string table, string statement)
    {
        await database.ExecuteAsync(
            $"""
            CREATE OR REPLACE FUNCTION shared.fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'by the test'; END $$;
            GRANT EXECUTE ON FUNCTION shared.fault() TO flame_platform;
            CREATE TRIGGER fault BEFORE {statement} ON shared.{table} FOR EACH ROW EXECUTE FUNCTION shared.fault();
            """
        );
        return new Mended(() => database.ExecuteAsync($"DROP TRIGGER fault ON shared.{table}"));
    }

    /// <summary>Everything of the tenant: tables of its schema, and rows of shared that name it.</summary>
    private async Task<long> LeftAsync(TenantRef tenant)
    {
        var tables = await database.AskAsync<string[]>(
            """
            SELECT array_agg(c.oid::regclass::text) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
             WHERE c.relnamespace = 'shared'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'audit_logs'
            """
        );
        var sum = string.Join(
            " + ",
            tables!.Select(t => $"(SELECT count(*) FROM {t} WHERE tenant_id = '{tenant.Id}')")
        );
        return await database.AskAsync<long>(
            $"""
            SELECT {sum} + (SELECT count(*) FROM shared.tenants WHERE id = '{tenant.Id}')
              + (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '{tenant.SchemaName}')
              + (SELECT count(*) FROM pg_namespace WHERE nspname = '{tenant.SchemaName}')
            """
        );
    }

    private async Task<List<string>> HistoryAsync(TenantRef tenant) =>
        [
            .. await database.AskAsync<string[]>(
                $"SELECT array_agg(concat_ws(' ', change_type, coalesce(plan_from, ''), plan_to) ORDER BY created_at) FROM shared.subscription_history WHERE tenant_id = '{tenant.Id}'"
            ) ?? [],
        ];

    private Task<string?> AskAsync(string expression, TenantRef tenant) =>
        database.AskAsync<string>(
            $"SELECT ({expression})::text FROM shared.tenants WHERE id = '{tenant.Id}'"
        );

    private Task<Result<TenantRef>> SuspendAsync(TenantRef tenant, Actor actor) =>
        database.Get<SuspendTenant>().RunAsync(tenant.Slug, actor, default);

    private Task<Result<TenantRef>> ResumeAsync(TenantRef tenant) =>
        database.Get<ResumeTenant>().RunAsync(tenant.Slug, Actor.System, default);

    private Task<Result<TenantRef>> DeleteAsync(TenantRef tenant, string typed, Actor actor) =>
        database.Get<DeleteTenant>().RunAsync(tenant.Slug, typed, actor, default);

    private Task<Result<TenantRef>> DropAsync(TenantRef tenant, bool now = false) =>
        database.Get<DropTenant>().RunAsync(tenant.Slug, now, Actor.System, default);

    private Task<Result<TenantRef>> PlanAsync(
        TenantRef tenant,
        string plan,
        Actor actor,
        Payment? payment = null
    ) => database.Get<ChangePlan>().RunAsync(tenant.Slug, plan, actor, default, payment);

    private sealed class Mended(Func<Task> mend) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await mend();
    }
}
