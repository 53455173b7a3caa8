using FlameAssistant.Data.Members;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Tenancy;

/// <summary>What super-admins ask and do about all tenants, and that nobody else can.</summary>
public sealed class SystemTenantsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Page_should_search_filter_sort_and_page()
    {
        var root = await NewSuperAdminAsync();
        var many = await database.NewTenantAsync(database.Next("zeta-"));
        var few = await database.NewTenantAsync(database.Next("zeta-"));
        await database.NewMemberAsync(many);
        await database.NewMemberAsync(many);
        await database.ExecuteAsync(
            $"""
            INSERT INTO shared.tenant_usage (tenant_id, storage_bytes, failing_channels, measured_at) VALUES ('{few.Id}', 7000000, 2, now());
            """
        );
        var queries = database.Get<SystemTenantQueries>();

        foreach (var sort in Enum.GetValues<TenantSort>())
        {
            foreach (var descending in (bool[])[false, true])
            {
                var page = await queries.PageAsync(
                    new TenantFilter("zeta-", Sort: sort, Descending: descending),
                    root,
                    default
                );
                page.Rows.Select(r => r.Slug)
                    .ShouldBe([many.Slug, few.Slug], ignoreOrder: true, $"{sort} {descending}");
            }
        }

        var byMembers = await queries.PageAsync(
            new TenantFilter("zeta-", Sort: TenantSort.Members, Descending: true),
            root,
            default
        );
        byMembers.Rows[0].Slug.ShouldBe(many.Slug);
        // The owner's invitation holds a place too.
        byMembers.Rows[0].Members.ShouldBe(3);
        var byStorage = await queries.PageAsync(
            new TenantFilter("ZETA-", Sort: TenantSort.Storage),
            root,
            default
        );
        // What was never measured comes last, either way.
        byStorage.Rows[0].StorageBytes.ShouldBe(7_000_000);
        byStorage.Rows[0].FailingChannels.ShouldBe(2);
        byStorage.Rows[1].StorageBytes.ShouldBeNull();

        (await queries.PageAsync(new TenantFilter($"owner@{few.Slug}"), root, default))
            .Rows.ShouldHaveSingleItem()
            .Slug.ShouldBe(few.Slug);
        (await queries.PageAsync(new TenantFilter("zeta%"), root, default)).Total.ShouldBe(0);
        (
            await queries.PageAsync(new TenantFilter("zeta-", "suspended"), root, default)
        ).Total.ShouldBe(0);
        (
            await queries.PageAsync(new TenantFilter("zeta-", Plan: "free"), root, default)
        ).Total.ShouldBe(2);
        // A page beyond the last is the last.
        (
            await queries.PageAsync(new TenantFilter("zeta-", Page: 99), root, default)
        ).Rows.Count.ShouldBe(2);
        (await queries.PageAsync(new TenantFilter(), root, default)).Rows.ShouldNotContain(r =>
            r.Slug == SystemTenant.Slug
        );
    }

    [Fact]
    public async Task A_tenants_life_should_be_told_with_its_history()
    {
        var root = await NewSuperAdminAsync();
        var tenant = await database.NewTenantAsync();
        (
            await database
                .Get<ChangePlan>()
                .RunAsync(tenant.Slug, Plans.Professional, root, default, notes: "a deal")
        ).IsOk.ShouldBeTrue();
        (
            await database.Get<SuspendTenant>().RunAsync(tenant.Slug, root, default, "did not pay")
        ).IsOk.ShouldBeTrue();

        var detail = await database
            .Get<SystemTenantQueries>()
            .FindAsync(tenant.Slug, root, default);

        detail.ShouldNotBeNull();
        detail.Row.Status.ShouldBe(TenantStatuses.Suspended);
        detail.SuspensionReason.ShouldBe("did not pay");
        detail.OwnerEmail.ShouldBe($"owner@{tenant.Slug}.test");
        detail.OwnerAccepted.ShouldBeFalse();
        detail.History.Select(h => h.ChangeType).ShouldBe(["upgrade", "creation"]);
        detail.History[0].Notes.ShouldBe("a deal");
        (
            await database.Get<ResumeTenant>().RunAsync(tenant.Slug, root, default)
        ).IsOk.ShouldBeTrue();
        (
            await database.Get<SystemTenantQueries>().FindAsync(tenant.Slug, root, default)
        )!.SuspensionReason.ShouldBeNull();
        // Every one of them carries the super-admin.
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.audit_logs WHERE tenant_id = '{tenant.Id}' AND user_id = '{root.Id}' AND resource_type = 'tenants'"
            )
        ).ShouldBe(3);
    }

    [Fact]
    public async Task A_smaller_plan_should_be_refused_where_more_is_used()
    {
        var root = await NewSuperAdminAsync();
        var tenant = await database.NewTenantAsync();
        (
            await database
                .Get<ChangePlan>()
                .RunAsync(tenant.Slug, Plans.Professional, root, default)
        ).IsOk.ShouldBeTrue();
        await database.ExecuteAsync(
            $"INSERT INTO shared.tenant_usage (tenant_id, storage_bytes, measured_at) VALUES ('{tenant.Id}', {60L << 30}, now())"
        );

        var refused = await database
            .Get<ChangePlan>()
            .RunAsync(tenant.Slug, Plans.Starter, root, default);

        refused.Error.ShouldNotBeNull().Code.ShouldBe("tenant.too_much_storage");
        refused.Error.Fields.ShouldNotBeNull().Keys.ShouldBe(["plan"]);
        refused.Error.Args.ShouldBe([50, 60L]);
    }

    [Fact]
    public async Task Overview_should_count_what_waits_and_name_what_is_wrong()
    {
        await using var own = await TestDatabase.CreateAsync();
        var root = await NewSuperAdminAsync(own);
        var tenant = await own.NewTenantAsync();
        await own.ExecuteAsync(
            $"""
            INSERT INTO shared.tenant_usage (tenant_id, storage_bytes, messages_in, messages_out, failing_channels, measured_at)
            VALUES ('{tenant.Id}', 5000, 7, 3, 1, now());
            INSERT INTO shared.outbox (id, tenant_id, kind, subject_id, order_key, available_at, attempts, last_error)
            VALUES (gen_random_uuid(), '{tenant.Id}', 'x', gen_random_uuid(), gen_random_uuid(), now(), 2, 'once more'),
                   (gen_random_uuid(), '{tenant.Id}', 'y', gen_random_uuid(), gen_random_uuid(), now(), 3, 'it threw');
            INSERT INTO shared.inbound_quarantine (id, provider, event_id, position, body, reason) VALUES (gen_random_uuid(), 'whatsapp', gen_random_uuid(), 0, '', 'no route');
            UPDATE shared.tenant_schemas SET state = 'failed', last_error = 'it broke' WHERE tenant_id = '{tenant.Id}';
            """
        );

        var overview = await own.Get<SystemOverviewQuery>().RunAsync(root, default);

        overview.ShouldNotBeNull();
        overview.Tenants.Single(t => t.Status == TenantStatuses.Active).Count.ShouldBe(1);
        overview.Outbox.Count.ShouldBe(2);
        overview.Outbox.OldestAt.ShouldNotBeNull();
        overview.Inbound.ShouldBe(new Backlog(0, null));
        overview.Quarantined.ShouldBe(1);
        overview.FailedUpgrades.ShouldBe(1);
        (overview.MessagesIn, overview.MessagesOut, overview.FailingChannels).ShouldBe((7, 3, 1));
        overview.Concerns.Select(c => c.Kind).ShouldBe(["upgrade", "work", "channels"]);
        overview.Concerns.Take(2).Select(c => c.Detail).ShouldBe(["it broke", "it threw"]);
        overview.Concerns[1].Used.ShouldBe(1);
    }

    [Fact]
    public async Task Measuring_should_count_the_tenants_own_and_be_due_again_after_a_change()
    {
        await using var own = await TestDatabase.CreateAsync();
        var tenant = await own.NewTenantAsync();
        var channel = await own.NewChannelAsync(tenant);
        await own.ReceiveAsync(tenant, channel, "5511999990001");
        await own.ExecuteAsync("UPDATE integrations SET status = 'error'", tenant);

        await MeasureAsync(own, tenant);

        (
            await own.AskAsync<string>(
                $"SELECT format('%s/%s/%s/%s', messages_in, messages_out, failing_channels, storage_bytes > 100000) FROM shared.tenant_usage WHERE tenant_id = '{tenant.Id}'"
            )
        ).ShouldBe("1/0/1/t");
        (
            await own.AskAsync<long>(
                $"SELECT count(*) FROM shared.tenants_to_measure(now() + interval '16 minutes', 100) t WHERE t = '{tenant.SchemaName}'"
            )
        ).ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_but_super_admins_should_ask_or_change()
    {
        var tenant = await database.NewTenantAsync();
        var admin = await database.NewMemberAsync(tenant, MemberRoles.Admin, isOwner: true);
        var support = Actor.Support(admin.Id);
        foreach (var actor in (Actor[])[admin, support])
        {
            (
                await database.Get<SystemTenantQueries>().PageAsync(new(), actor, default)
            ).Total.ShouldBe(0);
            (
                await database.Get<SystemTenantQueries>().FindAsync(tenant.Slug, actor, default)
            ).ShouldBeNull();
            (await database.Get<SystemOverviewQuery>().RunAsync(actor, default)).ShouldBeNull();
            (await database.Get<SystemFlagQueries>().ListAsync(actor, default)).ShouldBeEmpty();
            (
                await database.Get<SystemFlagQueries>().OfTenantAsync(tenant.Slug, actor, default)
            ).ShouldBeEmpty();
            (
                await database
                    .Get<SystemFlagQueries>()
                    .OverridesAsync(Features.Work, actor, default)
            ).ShouldBeEmpty();
            (await database.Get<SystemSettingQueries>().ListAsync(actor, default)).ShouldBeEmpty();
            (
                await database.Get<SystemPeopleQueries>().PageAsync(new(), actor, default)
            ).Total.ShouldBe(0);
            (
                await database.Get<SystemPeopleQueries>().FindAsync(admin.Id, actor, default)
            ).ShouldBeNull();
            foreach (
                var refused in (Error?[])
                    [
                        (
                            await database.ProvisionTenant.RunAsync(
                                new NewTenant("not-mine", "x", "a@b.test"),
                                default,
                                actor
                            )
                        ).Error,
                        (
                            await database
                                .Get<SuspendTenant>()
                                .RunAsync(tenant.Slug, actor, default)
                        ).Error,
                        (
                            await database.Get<ResumeTenant>().RunAsync(tenant.Slug, actor, default)
                        ).Error,
                        (
                            await database
                                .Get<SaveFlag>()
                                .RunAsync(Features.Work, false, 0, actor, default)
                        ).Error,
                        (
                            await database
                                .Get<OverrideFlag>()
                                .RunAsync(Features.Work, tenant.Slug, true, actor, default)
                        ).Error,
                        (
                            await database
                                .Get<SaveSetting>()
                                .RunAsync("tenants.grace_days", "1", null, actor, default)
                        ).Error,
                        (
                            await database.Get<UnlockPerson>().RunAsync(admin.Id, actor, default)
                        ).Error,
                        (
                            await database
                                .Get<NotePasswordReset>()
                                .RunAsync(admin.Id, actor, default)
                        ).Error,
                        (
                            await database
                                .Get<SetPersonActive>()
                                .RunAsync(Guid.NewGuid(), false, actor, default)
                        ).Error,
                        (
                            await database
                                .Get<SetSuperAdmin>()
                                .RunAsync(Guid.NewGuid(), true, actor, default)
                        ).Error,
                        (
                            await database
                                .Get<BeginSupportAccess>()
                                .RunAsync(tenant.Slug, "a reason long enough", actor, default)
                        ).Error,
                        (
                            await database
                                .Get<EndSupportAccess>()
                                .RunAsync(tenant.Slug, actor, default)
                        ).Error,
                    ]
            )
            {
                refused.ShouldNotBeNull().Kind.ShouldBe(ErrorKind.Forbidden);
            }
        }
    }

    [Fact]
    public async Task Flags_should_be_switched_and_overridden()
    {
        var root = await NewSuperAdminAsync();
        var tenant = await database.NewTenantAsync();
        var flags = database.Get<SystemFlagQueries>();

        (await database.Get<SaveFlag>().RunAsync(Features.Work, true, 101, root, default))
            .Error.ShouldNotBeNull()
            .Fields.ShouldNotBeNull()
            .Keys.ShouldContain("rollout");
        (await database.Get<OverrideFlag>().RunAsync(Features.Work, "nobody", true, root, default))
            .Error.ShouldNotBeNull()
            .Code.ShouldBe("flag.tenant");
        (
            await database.Get<SaveFlag>().RunAsync(Features.Work, false, 40, root, default)
        ).IsOk.ShouldBeTrue();
        (
            await database
                .Get<OverrideFlag>()
                .RunAsync(Features.Work, tenant.Slug, true, root, default)
        ).IsOk.ShouldBeTrue();

        var flag = (await flags.ListAsync(root, default)).Single(f => f.Name == Features.Work);
        (flag.IsEnabled, flag.RolloutPercentage, flag.Overrides).ShouldBe((false, 40, 1));
        (await flags.OverridesAsync(Features.Work, root, default)).ShouldBe([
            new FlagOverride(tenant.Slug, tenant.Name, true),
        ]);
        (
            await database.Get<FeatureFlags>().IsOnAsync(tenant, Features.Work, default)
        ).ShouldBeTrue();
        (
            await database
                .Get<OverrideFlag>()
                .RunAsync(Features.Work, tenant.Slug, null, root, default)
        ).IsOk.ShouldBeTrue();
        (
            await database.Get<FeatureFlags>().IsOnAsync(tenant, Features.Work, default)
        ).ShouldBeFalse();
    }

    [Theory]
    [InlineData("tenants.grace_days", "45", null, null)]
    [InlineData("tenants.grace_days", "-1", null, "value")]
    [InlineData("tenants.grace_days", "soon", null, "value")]
    [InlineData("retention.audit_logs", "400", "drop", null)]
    [InlineData("retention.audit_logs", "0", "drop", "value")]
    [InlineData("retention.audit_logs", "400", "burn", "then")]
    [InlineData("product.name", "", null, "value")]
    [InlineData("product.support_url", "javascript:alert(1)", null, "value")]
    [InlineData("product.support_url", "https://help.test/", null, null)]
    public async Task Settings_should_take_what_fits_their_kind(
        string key,
        string value,
        string? then,
        string? problem
    )
    {
        var root = await NewSuperAdminAsync();

        var saved = await database.Get<SaveSetting>().RunAsync(key, value, then, root, default);

        saved.Error?.Fields?.Keys.Single().ShouldBe(problem);
        saved.IsOk.ShouldBe(problem is null);
        if (saved.IsOk)
        {
            var row = (await database.Get<SystemSettingQueries>().ListAsync(root, default)).Single(
                s => s.Key == key
            );
            (row.Value, row.Then).ShouldBe((value, then));
            row.UpdatedBy.ShouldNotBeNull();
        }
    }

    private static async Task MeasureAsync(TestDatabase own, TenantRef tenant)
    {
        await using var command = own.Sources.Worker.CreateCommand(
            "SELECT shared.measure_tenant($1, now())"
        );
        command.Parameters.Add(new() { Value = tenant.SchemaName });
        await command.ExecuteNonQueryAsync();
    }

    private Task<Actor> NewSuperAdminAsync() => NewSuperAdminAsync(database);

    internal static async Task<Actor> NewSuperAdminAsync(TestDatabase database)
    {
        await using var scope =
            Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.CreateAsyncScope(
                database.Services
            );
        var made = await Microsoft
            .Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<CreateUser>(
                scope.ServiceProvider
            )
            .RunAsync(
                new NewUser(
                    $"{database.Next("root-")}@flame.test",
                    "flame-test-2026",
                    IsSuperAdmin: true
                ),
                default
            );
        return Actor.SuperAdmin(made.Value);
    }
}
