using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FlameAssistant.Data.Tests.Platform;

/// <summary>
/// A tenant that has no script after <see cref="Migrator.MinimumTenantVersion"/>, as it is while an upgrade is under way or
/// has failed: this build must work in it.
/// </summary>
public sealed class MinimumVersionTests(MinimumVersionTests.Old database)
    : IClassFixture<MinimumVersionTests.Old>
{
    [Fact]
    public void Minimum_should_be_a_version_that_this_build_can_make() =>
        Migrator.MinimumTenantVersion.ShouldBeInRange(1, Migrator.TenantVersion);

    [Fact]
    public async Task Everything_mapped_should_be_in_a_tenant_at_the_minimum()
    {
        await using var db = new TenantDb(
            new DbContextOptionsBuilder<TenantDb>()
                .UseNpgsql(database.Sources.App)
                .UseSnakeCaseNamingConvention()
                .Options
        );
        var missing = new List<string>();
        foreach (
            var column in db
                .Model.GetRelationalModel()
                .Tables.Where(t => t.Schema is null)
                .SelectMany(t => t.Columns)
        )
        {
            if (
                await database.AskAsync<long>(
                    $"SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass('{database.Tenant.SchemaName}.{column.Table.Name}') AND attname = '{column.Name}'"
                ) == 0
            )
            {
                missing.Add($"{column.Table.Name}.{column.Name}");
            }
        }
        missing.ShouldBeEmpty();
    }

    [Fact]
    public async Task Work_should_go_on_in_a_tenant_at_the_minimum()
    {
        var tenant = (await database.Catalog.FindAsync(database.Tenant.Slug, default))!;
        (tenant.SchemaVersion, tenant.IsOpen, tenant.MaySend).ShouldBe(
            (Migrator.MinimumTenantVersion, true, true)
        );
        var agent = await database.NewMemberAsync(tenant, MemberRoles.Manager);
        var channel = await database.NewChannelAsync(tenant);
        var received = await database.ReceiveAsync(tenant, channel, "5511999990001", "Bom dia");
        await database.DoAsync(
            tenant,
            agent,
            new SendMessage(received.ConversationId, "Olá", "key-1")
        );

        await database.ReadAsync(
            tenant,
            async unit =>
            {
                var listed = (
                    await unit.ListConversationsAsync(new ConversationFilter(), null, default)
                ).Rows.ShouldHaveSingleItem();
                (await unit.FindConversationAsync(listed.Number, default)).ShouldNotBeNull();
                await unit.CountConversationsAsync(default);
                (
                    await unit.ReadThreadAsync(received.ConversationId, null, default)
                ).Messages.Count.ShouldBe(2);
                foreach (
                    var function in (string[])
                        ["search_messages('bom')", "search_contacts('5511999990001')"]
                )
                {
                    await using var search = new NpgsqlCommand(
                        $"SELECT count(*) FROM {function}",
                        await unit.ConnectionAsync(default)
                    );
                    (await search.ExecuteScalarAsync()).ShouldBe(1L, function);
                }
                return true;
            },
            agent
        );

        // What comes by the clock takes it with its reports, and passes it over without.
        var reports = await database.AskAsync<long>(
            "SELECT count(*) FROM pg_class WHERE oid = to_regclass('dashboard_stats')",
            tenant
        );
        await using var stale = database.Sources.Worker.CreateCommand(
            $"SELECT count(*) FROM shared.stale_tenant_views(now(), 1000) s WHERE s = '{tenant.SchemaName}'"
        );
        (await stale.ExecuteScalarAsync()).ShouldBe(reports);
    }

    public sealed class Old : TestDatabase, IAsyncLifetime
    {
        public TenantRef Tenant { get; private set; } = null!;

        async ValueTask IAsyncLifetime.InitializeAsync()
        {
            await InitializeAsync();
            await ExecuteAsync(
                $"CREATE TABLE shared.later AS SELECT * FROM shared.tenant_scripts WHERE version > {Migrator.MinimumTenantVersion}; DELETE FROM shared.tenant_scripts WHERE version > {Migrator.MinimumTenantVersion}"
            );
            Tenant = await NewTenantAsync();
            await ExecuteAsync(
                "INSERT INTO shared.tenant_scripts SELECT * FROM shared.later; DROP TABLE shared.later"
            );
        }
    }
}
