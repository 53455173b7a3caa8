using System.Collections.Concurrent;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FlameAssistant.Data.Tests.Tenancy;

/// <summary>
/// Many tasks of several tenants over all tables that the app reaches, taken from the catalog, on a pool of two
/// connections, while units fail in every way: whatever is read or changed is the unit's own tenant's.
/// </summary>
public sealed class ManyUnitsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int Tenants = 4;
    private const int Steps = 800;

    private static readonly Error refusal = Error.Invalid("test.refused", "Refused by the test.");

    [Fact]
    public async Task Units_should_touch_only_rows_of_their_tenant_whatever_fails_around_them()
    {
        var rows = new RowFactory(database);
        var tenants = new List<TenantRef>();
        for (var i = 0; i < Tenants; i++)
        {
            tenants.Add(await database.NewTenantAsync());
            await rows.FillViewsAsync(tenants[i]);
        }
        var tables = await ReachableAsync(tenants[0]);
        tables.Count.ShouldBeGreaterThan(40);
        foreach (var table in tables.Where(t => !t.IsView))
        {
            foreach (var tenant in tenants)
            {
                await rows.MakeAsync(table.In(tenant), tenant);
            }
        }
        await using var node = database.NewServices(
            database.Logins with
            {
                App = new NpgsqlConnectionStringBuilder(database.Logins.App)
                {
                    MaxPoolSize = 2,
                    Timeout = 120,
                }.ConnectionString,
            }
        );
        var units = node.GetRequiredService<TenantUnits>();
        var random = new Random(11);
        var plan = Enumerable
            .Range(0, Steps)
            .Select(i =>
                (
                    Tenant: tenants[random.Next(Tenants)],
                    Table: tables[i % tables.Count],
                    Fault: (Fault)random.Next(Enum.GetValues<Fault>().Length)
                )
            )
            .ToList();
        var foreign = new ConcurrentBag<string>();
        var read = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var ended = new ConcurrentDictionary<Fault, int>();

        await Parallel.ForEachAsync(
            plan,
            new ParallelOptions { MaxDegreeOfParallelism = 24 },
            async (step, _) =>
            {
                using var cancel = new CancellationTokenSource();
                try
                {
                    await units.RunAsync(
                        step.Tenant,
                        Actor.System,
                        new Run(async unit =>
                        {
                            foreach (var owner in await OwnersAsync(unit, step.Table))
                            {
                                read.TryAdd(step.Table.Name, true);
                                if (owner != step.Tenant.Id)
                                {
                                    foreign.Add($"{step.Table.Name}: a row of {owner}");
                                }
                            }
                            return await FailAsync(unit, step.Fault, cancel);
                        }),
                        cancel.Token
                    );
                    ended.AddOrUpdate(step.Fault, 1, (_, n) => n + 1);
                }
                catch (Exception ex)
                    when (ex
                            is PostgresException
                            {
                                SqlState: PostgresErrorCodes.LockNotAvailable
                                    or PostgresErrorCodes.QueryCanceled
                            }
                        || step.Fault is not (Fault.None or Fault.Refused)
                            && ex
                                is InvalidOperationException
                                    or PostgresException
                                    or OperationCanceledException
                    )
                {
                    ended.AddOrUpdate(step.Fault, 1, (_, n) => n + 1);
                }
            }
        );

        foreign.ShouldBeEmpty();
        read.Keys.ShouldBe(tables.Select(t => t.Name), ignoreOrder: true);
        ended.Values.Sum().ShouldBe(Steps);
        ended.Count.ShouldBe(Enum.GetValues<Fault>().Length);
    }

    /// <summary>Whose rows the unit reads, and where it may, changes.</summary>
    private static async Task<List<Guid>> OwnersAsync(TenantUnit unit, Reached table)
    {
        var owners = new List<Guid>();
        string[] statements = table.Column is { } column
            ?
            [
                $"SELECT {table.Owner} FROM {table.Name}",
                $"UPDATE {table.Name} SET {column} = {column} RETURNING {table.Owner}",
            ]
            : [$"SELECT {table.Owner} FROM {table.Name}"];
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(
                statement,
                await unit.ConnectionAsync(default)
            );
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                owners.Add(reader.GetGuid(0));
            }
        }
        return owners;
    }

    private static async Task<Result<bool>> FailAsync(
        TenantUnit unit,
        Fault fault,
        CancellationTokenSource cancel
    )
    {
        switch (fault)
        {
            case Fault.Thrown:
                throw new InvalidOperationException("by the test");
            case Fault.Refused:
                return refusal;
            case Fault.FailedStatement:
                await unit.Db.Database.ExecuteSqlAsync($"SELECT 1 / 0");
                break;
            case Fault.FailedInSavepoint:
                await unit.Db.Database.CurrentTransaction!.CreateSavepointAsync("inner");
                await Should.ThrowAsync<PostgresException>(() =>
                    unit.Db.Database.ExecuteSqlAsync($"SELECT 1 / 0")
                );
                await unit.Db.Database.CurrentTransaction!.RollbackToSavepointAsync("inner");
                throw new InvalidOperationException("by the test");
            case Fault.Cancelled:
                // While the server is at it; on a busy machine the request to end it may come too late.
                var running = unit.Db.Database.ExecuteSqlAsync($"SELECT pg_sleep(1)", cancel.Token);
                await cancel.CancelAsync();
                await running;
                break;
            case Fault.SettingLeft:
                // What no code does: a setting for the session, which the pool must take away.
                await unit.Db.Database.ExecuteSqlAsync(
                    $"SELECT set_config('app.current_tenant_id', {Guid.NewGuid().ToString()}, false)"
                );
                throw new InvalidOperationException("by the test");
        }
        return true;
    }

    /// <summary>What of the tenant's schema and of shared the app may read rows of that name their tenant.</summary>
    private async Task<List<Reached>> ReachableAsync(TenantRef tenant)
    {
        var found = new List<Reached>();
        await using var connection = await database.OpenOwnerAsync();
        await using var command = new NpgsqlCommand(
            $"""
            SELECT n.nspname = 'shared', c.relname::text, c.relkind = 'v', CASE WHEN c.relname = 'tenants' THEN 'id' ELSE 'tenant_id' END,
                   (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attgenerated = '' AND NOT a.attisdropped
                      AND c.relkind <> 'v' AND has_column_privilege('flame_app', c.oid, a.attnum, 'UPDATE')
                     ORDER BY a.attname LIKE '%id', a.attnum DESC LIMIT 1)
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition AND n.nspname IN ('shared', '{tenant.SchemaName}')
               AND has_table_privilege('flame_app', c.oid, 'SELECT')
               AND (c.relname = 'tenants' OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'))
             ORDER BY n.nspname, c.relname
            """,
            connection
        );
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            found.Add(
                new Reached(
                    reader.GetBoolean(0),
                    reader.GetString(1),
                    reader.GetBoolean(2),
                    reader.GetString(3),
                    reader.IsDBNull(4) ? null : reader.GetString(4)
                )
            );
        }
        return found;
    }

    private enum Fault
    {
        None,
        Thrown,
        Refused,
        FailedStatement,
        FailedInSavepoint,
        Cancelled,
        SettingLeft,
    }

    /// <param name="Owner">The column that says whose a row is.</param>
    /// <param name="Column">One that the app may change.</param>
    private sealed record Reached(
        bool IsShared,
        string Table,
        bool IsView,
        string Owner,
        string? Column
    )
    {
        /// <summary>As the product writes it: the unit's search path says in which schema.</summary>
        public string Name => IsShared ? $"shared.{Table}" : Table;

        public string In(TenantRef tenant) => IsShared ? Name : $"{tenant.SchemaName}.{Table}";
    }

    private sealed record Run(Func<TenantUnit, Task<Result<bool>>> Work) : ITenantOperation<bool>
    {
        public Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct) => Work(unit);
    }
}
