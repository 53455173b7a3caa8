using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Analytics;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FlameAssistant.Jobs.Tests.Analytics;

public sealed class RefreshViewsJobTests(JobsDatabase database) : IClassFixture<JobsDatabase>
{
    [Fact]
    public async Task RunAsync_should_refresh_the_tenants_that_changed_until_none_is_behind()
    {
        var (busy, quiet) = (await database.NewTenantAsync(), await database.NewTenantAsync());
        await SettledAsync();
        var quietAt = await RefreshedAtAsync(quiet);

        await AddContactAsync(busy);
        await Eventually.IsTrueAsync(async () =>
        {
            await RunAsync();
            return await ContactsAsync(busy) == 1;
        });

        (await RefreshedAtAsync(quiet)).ShouldBe(quietAt);
        await SettledAsync();
        (await RunAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task RunAsync_should_go_on_after_a_tenant_that_fails()
    {
        var (broken, well) = (await database.NewTenantAsync(), await database.NewTenantAsync());
        // Without it a view cannot be refreshed while it is read.
        await database.ExecuteAsync("DROP INDEX idx_dashboard_stats_tenant_id", broken);
        try
        {
            await AddContactAsync(broken);
            await AddContactAsync(well);

            await Eventually.IsTrueAsync(async () =>
            {
                await RunAsync();
                return await ContactsAsync(well) == 1;
            });

            (await ContactsAsync(broken)).ShouldBe(0);
        }
        finally
        {
            await database.ExecuteAsync(
                "CREATE UNIQUE INDEX idx_dashboard_stats_tenant_id ON dashboard_stats (tenant_id)",
                broken
            );
        }
        await Eventually.IsTrueAsync(async () =>
        {
            await RunAsync();
            return await ContactsAsync(broken) == 1;
        });
    }

    [Fact]
    public async Task RunAsync_should_leave_the_work_to_the_one_that_is_at_it()
    {
        var tenant = await database.NewTenantAsync();
        await using var other = await database.Sources.Worker.OpenConnectionAsync();
        await OnAsync(other, "pg_advisory_lock");

        (await RunAsync()).ShouldBe(0);
        (await RefreshedAtAsync(tenant)).ShouldBeNull();

        await OnAsync(other, "pg_advisory_unlock");
        (await RunAsync()).ShouldBeGreaterThan(0);
        (await RefreshedAtAsync(tenant)).ShouldNotBeNull();
        // Nor does one that is done keep the next from it, on another connection or node.
        await OnAsync(other, "pg_try_advisory_lock");
        (await OnAsync(other, "pg_advisory_unlock")).ShouldBe(true);
    }

    private static async Task<object?> OnAsync(NpgsqlConnection connection, string function)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT {function}({RefreshViewsJob.OneRunner})",
            connection
        );
        return await command.ExecuteScalarAsync();
    }

    private Task<int> RunAsync() =>
        ActivatorUtilities
            .CreateInstance<RefreshViewsJob>(database.Services)
            .RunAsync(CancellationToken.None);

    /// <summary>PostgreSQL's counters are written a moment after the change.</summary>
    private Task SettledAsync() =>
        Eventually.IsTrueAsync(async () => await RunAsync() == 0 && await RunAsync() == 0);

    private Task AddContactAsync(TenantRef tenant) =>
        database.ExecuteAsync("INSERT INTO contacts (id) VALUES (gen_random_uuid())", tenant);

    private Task<long> ContactsAsync(TenantRef tenant) =>
        database.AskAsync<long>("SELECT total_contacts FROM dashboard_stats", tenant);

    private Task<string?> RefreshedAtAsync(TenantRef tenant) =>
        database.AskAsync<string>(
            $"SELECT refreshed_at::text FROM shared.view_refreshes WHERE schema_name = '{tenant.SchemaName}'"
        );
}
