using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tests.Tenancy;

public sealed class FeatureFlagsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Theory]
    [InlineData(false, 100, null, null, false)]
    [InlineData(false, 100, true, null, true)]
    [InlineData(false, 100, null, true, false)]
    [InlineData(true, 0, null, null, false)]
    [InlineData(true, 0, null, true, true)]
    [InlineData(true, 100, null, null, true)]
    [InlineData(true, 100, null, false, false)]
    [InlineData(true, 100, false, true, false)]
    [InlineData(true, 0, true, false, true)]
    public void IsOnFor_should_ask_override_switch_tenant_and_rollout_in_this_order(
        bool isEnabled,
        int rollout,
        bool? overrides,
        bool? tenantValue,
        bool isOn
    ) =>
        new FeatureState("x", isEnabled, rollout, overrides, tenantValue)
            .IsOnFor(Guid.NewGuid())
            .ShouldBe(isOn);

    [Fact]
    public void IsOnFor_should_give_each_tenant_a_lasting_place_in_the_rollout()
    {
        var tenants = Enumerable.Range(0, 2000).Select(_ => Guid.NewGuid()).ToList();
        var earlier = new HashSet<Guid>();
        foreach (var percentage in (int[])[0, 10, 50, 100])
        {
            var on = tenants
                .Where(t => new FeatureState("x", true, percentage, null, null).IsOnFor(t))
                .ToHashSet();
            on.IsSupersetOf(earlier).ShouldBeTrue();
            on.Count.ShouldBeInRange(percentage * 20 - 120, percentage * 20 + 120);
            earlier = on;
        }
        // Two features do not choose the same tenants.
        tenants
            .Count(t => FeatureState.Place("x", t) < 50 == FeatureState.Place("y", t) < 50)
            .ShouldBeInRange(850, 1150);
        FeatureState
            .Place("x", new Guid("00000000-0000-7000-8000-000000000001"))
            .ShouldBe(FeatureState.Place("x", new Guid("00000000-0000-7000-8000-000000000001")));
    }

    [Fact]
    public async Task IsOnAsync_should_read_the_flag_its_override_and_the_tenants_row()
    {
        var (tenant, other) = (await database.NewTenantAsync(), await database.NewTenantAsync());
        var flags = database.Get<FeatureFlags>();
        (await flags.IsOnAsync(tenant, Features.Assistants, default)).ShouldBeTrue();
        (await flags.IsOnAsync(tenant, "unheard_of", default)).ShouldBeFalse();

        await database.ExecuteAsync(
            $$"""UPDATE shared.feature_flags SET is_enabled = false, tenant_overrides = '{"{{tenant.Id}}": true}' WHERE name = 'reports'"""
        );
        await database.ExecuteAsync(
            $"UPDATE shared.tenant_features SET is_enabled = false WHERE tenant_id = '{other.Id}' AND feature_id = (SELECT id FROM shared.feature_flags WHERE name = 'work')"
        );
        database.Clock.Advance(TimeSpan.FromSeconds(5));
        (await flags.IsOnAsync(tenant, Features.Reports, default)).ShouldBeTrue();
        (await flags.IsOnAsync(other, Features.Reports, default)).ShouldBeFalse();
        (await flags.IsOnAsync(other, Features.Work, default)).ShouldBeFalse();
        (await flags.IsOnAsync(tenant, Features.Work, default)).ShouldBeTrue();
    }

    [Fact]
    public async Task Tenant_flags_should_show_a_tenant_its_own_override_only()
    {
        var (tenant, other) = (await database.NewTenantAsync(), await database.NewTenantAsync());
        await database.ExecuteAsync(
            $$"""UPDATE shared.feature_flags SET tenant_overrides = '{"{{tenant.Id}}": false}' WHERE name = 'api'"""
        );
        foreach (var (asking, expected) in new[] { (tenant, "false"), (other, "") })
        {
            (
                await database.ReadAsync(
                    asking,
                    async unit =>
                        (
                            await unit
                                .Db.Database.SqlQuery<string>(
                                    $"""SELECT coalesce(override_value::text, '') AS "Value" FROM shared.tenant_flags WHERE name = 'api'"""
                                )
                                .ToListAsync()
                        ).Single()
                )
            ).ShouldBe(expected);
        }
    }
}
