using System.Collections.Concurrent;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FlameAssistant.Data.Tests.Tenancy;

public sealed class TenantUnitsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const long Gate = 4242;

    private static readonly Error refusal = Error.Invalid("test.refused", "Refused by the test.");

    [Fact]
    public async Task Commands_outside_a_unit_should_be_refused()
    {
        await using var db = new TenantDb(
            new DbContextOptionsBuilder<TenantDb>()
                .UseNpgsql(database.Sources.App)
                .UseSnakeCaseNamingConvention()
                .AddInterceptors(new TenantCommandGuard())
                .Options
        );
        db.Tags.Add(new Tag { Id = Guid.NewGuid(), Name = "outside" });

        await ShouldBeRefusedAsync(() => db.Tags.ToListAsync());
        await ShouldBeRefusedAsync(() => db.Tags.CountAsync());
        await ShouldBeRefusedAsync(() => db.Tags.ExecuteDeleteAsync());
        await ShouldBeRefusedAsync(() => db.Database.ExecuteSqlAsync($"SELECT 1"));
        await ShouldBeRefusedAsync(() => db.SaveChangesAsync());
        await db.Database.BeginTransactionAsync();
        await ShouldBeRefusedAsync(() => db.Tags.ToListAsync());
        await ShouldBeRefusedAsync(() => db.SaveChangesAsync());
    }

    [Fact]
    public async Task Commands_after_the_unit_should_be_refused()
    {
        var tenant = await database.NewTenantAsync();
        TenantDb? kept = null;
        await database.ReadAsync(
            tenant,
            unit =>
            {
                kept = unit.Db;
                return Task.FromResult(true);
            }
        );
        // By the guard while the transaction ends, by the context once it is gone.
        await Should.ThrowAsync<InvalidOperationException>(() => kept!.Tags.ToListAsync());
    }

    [Fact]
    public async Task RunAsync_should_name_tenant_person_actor_and_address()
    {
        var tenant = await database.NewTenantAsync();
        var member = (await database.NewMemberAsync(tenant)) with
        {
            Ip = System.Net.IPAddress.Parse("fe80::1%3"),
        };
        var settings = "";
        await database.RunAsync(
            tenant,
            member,
            new Run(async unit =>
            {
                settings = await SettingsAsync(unit);
                return true;
            })
        );
        settings.ShouldBe(
            $"{tenant.Id} {member.Id} member:{member.Id} fe80::1 {tenant.SchemaName}, public"
        );
    }

    [Fact]
    public async Task ReadAsync_should_name_its_tenant_in_whatever_comes_first_and_nothing_of_another()
    {
        var first = await database.NewTenantAsync();
        var second = await database.NewTenantAsync();
        await database.DoAsync(first, Actor.System, new AddTag("first"));
        await database.DoAsync(second, Actor.System, new AddTag("second"));
        // One connection after the other's work, many times, with each way to ask.
        for (var i = 0; i < 20; i++)
        {
            var (tenant, name) = i % 2 == 0 ? (first, "first") : (second, "second");
            var told = await database.ReadAsync(
                tenant,
                async unit =>
                    (i % 4) switch
                    {
                        0 => (await unit.Db.Tags.SingleAsync()).Name,
                        1 => await unit.Db.Tags.CountAsync() == 1 ? name : "",
                        2 => await unit.Db.Tags.ExecuteDeleteAsync() == 1 ? name : "",
                        _ => await SettingsAsync(unit) is var settings
                        && settings.StartsWith($"{tenant.Id} ", StringComparison.Ordinal)
                        && settings.EndsWith(
                            $"{tenant.SchemaName}, public",
                            StringComparison.Ordinal
                        )
                            ? name
                            : "",
                    }
            );
            told.ShouldBe(name, $"{i}");
        }
        (await TagsAsync(first)).ShouldBe(["first"]);
    }

    private static async Task<string> SettingsAsync(TenantUnit unit) =>
        (
            await unit
                .Db.Database.SqlQuery<string>(
                    $"""
                    SELECT concat_ws(' ', current_setting('app.current_tenant_id'), nullif(current_setting('app.current_user_id', true), ''),
                      nullif(current_setting('app.current_actor', true), ''), nullif(current_setting('app.current_ip', true), '')::inet, current_setting('search_path')) AS "Value"
                    """
                )
                .ToListAsync()
        ).Single();

    [Fact]
    public async Task RunAsync_should_keep_what_succeeded_and_nothing_of_an_error()
    {
        var tenant = await database.NewTenantAsync();

        (await database.RunAsync(tenant, Actor.System, new AddTag("kept"))).IsOk.ShouldBeTrue();
        (
            await database.RunAsync(tenant, Actor.System, new AddTag("refused", refusal))
        ).Error.ShouldBe(refusal);

        (await TagsAsync(tenant)).ShouldBe(["kept"]);
    }

    [Fact]
    public async Task ReadAsync_should_keep_nothing()
    {
        var tenant = await database.NewTenantAsync();
        await database.ReadAsync(tenant, unit => new AddTag("read").RunAsync(unit, default));
        (await TagsAsync(tenant)).ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_should_tell_live_events_only_after_the_commit()
    {
        var tenant = await database.NewTenantAsync();
        var heard = new ConcurrentQueue<LiveEvent>();
        using var subscription = database.Live.Subscribe(tenant.Id, heard.Enqueue);

        await database.RunAsync(tenant, Actor.System, new AddTag("refused", refusal));
        await Should.ThrowAsync<InvalidOperationException>(() =>
            database.RunAsync(
                tenant,
                Actor.System,
                new Run(async unit =>
                {
                    await new AddTag("thrown").RunAsync(unit, default);
                    throw new InvalidOperationException("by the test");
                })
            )
        );
        heard.ShouldBeEmpty();

        await database.RunAsync(
            tenant,
            Actor.System,
            new Run(async unit =>
            {
                await new AddTag("kept").RunAsync(unit, default);
                heard.ShouldBeEmpty();
                return true;
            })
        );
        heard.ShouldHaveSingleItem().TenantId.ShouldBe(tenant.Id);
    }

    [Fact]
    public async Task An_exception_should_leave_no_setting_to_the_next_use_of_the_connection()
    {
        await using var node = PoolOf(1);
        await ShouldBeCleanAfterAsync(
            node,
            async (units, tenant) =>
                await Should.ThrowAsync<InvalidOperationException>(() =>
                    units.ReadAsync<bool>(
                        tenant,
                        Actor.System,
                        (_, _) => throw new InvalidOperationException("by the test"),
                        default
                    )
                )
        );
    }

    [Fact]
    public async Task A_failed_statement_should_leave_no_setting_to_the_next_use_of_the_connection()
    {
        await using var node = PoolOf(1);
        await ShouldBeCleanAfterAsync(
            node,
            async (units, tenant) =>
                await Should.ThrowAsync<PostgresException>(() =>
                    units.ReadAsync(
                        tenant,
                        Actor.System,
                        (unit, ct) => unit.Db.Database.ExecuteSqlAsync($"SELECT 1 / 0", ct),
                        default
                    )
                )
        );
    }

    [Fact]
    public async Task An_error_result_should_leave_no_setting_to_the_next_use_of_the_connection()
    {
        await using var node = PoolOf(1);
        await ShouldBeCleanAfterAsync(
            node,
            async (units, tenant) =>
                (
                    await units.RunAsync(
                        tenant,
                        Actor.System,
                        new AddTag("refused", refusal),
                        default
                    )
                ).IsOk.ShouldBeFalse()
        );
    }

    [Fact]
    public async Task A_cancelled_command_should_leave_no_setting_to_the_next_use_of_the_connection()
    {
        await using var node = PoolOf(1);
        await ShouldBeCleanAfterAsync(
            node,
            async (units, tenant) =>
            {
                using var cancel = new CancellationTokenSource();
                var running = units.ReadAsync(
                    tenant,
                    Actor.System,
                    (unit, ct) =>
                        unit.Db.Database.ExecuteSqlAsync(
                            $"SELECT pg_advisory_xact_lock({Gate}), pg_sleep(20)",
                            ct
                        ),
                    cancel.Token
                );
                await Eventually.IsTrueAsync(async () =>
                    await database.AskAsync<long>(
                        $"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {Gate}"
                    ) > 0
                );
                await cancel.CancelAsync();
                await Should.ThrowAsync<OperationCanceledException>(() => running);
            }
        );
    }

    [Fact]
    public async Task Units_inside_units_should_each_have_their_own_tenant()
    {
        var (one, two) = (await database.NewTenantAsync(), await database.NewTenantAsync());
        await database.DoAsync(one, Actor.System, new AddTag("one"));
        await database.DoAsync(two, Actor.System, new AddTag("two"));

        await database.ReadAsync(
            one,
            async unit =>
            {
                (await TagsAsync(two)).ShouldBe(["two"]);
                (await unit.Db.Tags.Select(t => t.Name).ToListAsync()).ShouldBe(["one"]);
                (await TagsAsync(one)).ShouldBe(["one"]);
                return (
                    await unit.Db.Tags.Select(t => t.Name).ToListAsync()
                ).ShouldHaveSingleItem();
            }
        );
    }

    [Fact]
    public async Task Many_units_on_few_connections_should_read_only_rows_of_their_tenant()
    {
        await using var node = PoolOf(2);
        var units = node.GetRequiredService<TenantUnits>();
        var tenants = new List<TenantRef>();
        for (var i = 0; i < 4; i++)
        {
            tenants.Add(await database.NewTenantAsync());
            await database.DoAsync(tenants[i], Actor.System, new AddTag("first"));
        }
        var random = new Random(7);
        var plan = Enumerable
            .Range(0, 600)
            .Select(i => (Tenant: tenants[i % 4], Fault: random.Next(6), Name: $"tag {i}"))
            .ToList();
        var foreign = new ConcurrentBag<string>();
        var succeeded = new ConcurrentBag<(TenantRef Tenant, string Name)>();

        await Parallel.ForEachAsync(
            plan,
            new ParallelOptions { MaxDegreeOfParallelism = 24 },
            async (step, _) =>
            {
                using var cancel = new CancellationTokenSource();
                try
                {
                    var result = await units.RunAsync(
                        step.Tenant,
                        Actor.System,
                        new Run(async unit =>
                        {
                            await new AddTag(step.Name).RunAsync(unit, cancel.Token);
                            foreach (var owner in await OwnersAsync(unit))
                            {
                                if (owner != step.Tenant.Id)
                                {
                                    foreign.Add($"{step.Tenant.Slug} read a row of {owner}");
                                }
                            }
                            switch (step.Fault)
                            {
                                case 0:
                                    throw new InvalidOperationException("by the test");
                                case 1:
                                    return refusal;
                                case 2:
                                    await unit.Db.Database.ExecuteSqlAsync($"SELECT 1 / 0");
                                    break;
                                case 3:
                                    await cancel.CancelAsync();
                                    await unit.Db.Tags.ToListAsync(cancel.Token);
                                    break;
                            }
                            return true;
                        }),
                        cancel.Token
                    );
                    if (result.IsOk)
                    {
                        succeeded.Add((step.Tenant, step.Name));
                    }
                }
                catch (Exception ex)
                    when (ex
                            is InvalidOperationException
                                or PostgresException
                                or OperationCanceledException
                    )
                {
                    // One of the faults.
                }
            }
        );

        foreign.ShouldBeEmpty();
        succeeded.Count.ShouldBe(plan.Count(s => s.Fault > 3));
        foreach (var tenant in tenants)
        {
            (await TagsAsync(tenant)).ShouldBe(
                ["first", .. succeeded.Where(s => s.Tenant == tenant).Select(s => s.Name)],
                ignoreOrder: true
            );
        }
    }

    [Fact]
    public async Task RunAsync_should_repeat_a_deadlocked_unit_whole()
    {
        var tenant = await database.NewTenantAsync();
        await database.DoAsync(tenant, Actor.System, new AddTag("a"));
        await database.DoAsync(tenant, Actor.System, new AddTag("b"));
        var attempts = 0;
        var bothHoldOne = new[]
        {
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
        };

        await Task.WhenAll(CrossAsync(0, "a", "b"), CrossAsync(1, "b", "a"));

        // One of the two is the deadlock's victim and comes again; on a slow machine a lock's time-out may send one once more.
        attempts.ShouldBeInRange(3, 4);
        (
            await database.AskAsync<string>(
                "SELECT string_agg(description, ' ' ORDER BY name) FROM tags",
                tenant
            )
        ).ShouldBeOneOf("0 0", "1 1");

        async Task CrossAsync(int me, string first, string second)
        {
            var result = await database.RunAsync(
                tenant,
                Actor.System,
                new Run(async unit =>
                {
                    Interlocked.Increment(ref attempts);
                    await DescribeAsync(first);
                    bothHoldOne[me].TrySetResult();
                    await bothHoldOne[1 - me].Task;
                    await DescribeAsync(second);
                    return true;

                    async Task DescribeAsync(string name)
                    {
                        var tag = await unit.Db.Tags.SingleAsync(t => t.Name == name);
                        tag.Description = $"{me}";
                        unit.Db.Entry(tag).Property(t => t.Description).IsModified = true;
                        await unit.Db.SaveChangesAsync();
                    }
                })
            );
            result.IsOk.ShouldBeTrue();
        }
    }

    private static Task<List<Guid>> OwnersAsync(TenantUnit unit) =>
        unit.Db.Database.SqlQuery<Guid>($"""SELECT tenant_id AS "Value" FROM tags""").ToListAsync();

    private static async Task ShouldBeRefusedAsync(Func<Task> command) =>
        (await Should.ThrowAsync<Exception>(command))
            .GetBaseException()
            .ShouldBeOfType<InvalidOperationException>()
            .Message.ShouldContain("outside a unit of work");

    private ServiceProvider PoolOf(int size) =>
        database.NewServices(
            database.Logins with
            {
                App = new NpgsqlConnectionStringBuilder(database.Logins.App)
                {
                    MaxPoolSize = size,
                    Timeout = 60,
                }.ConnectionString,
            }
        );

    private async Task ShouldBeCleanAfterAsync(
        ServiceProvider node,
        Func<TenantUnits, TenantRef, Task> fault
    )
    {
        var (one, two) = (await database.NewTenantAsync(), await database.NewTenantAsync());
        await database.DoAsync(one, Actor.System, new AddTag("one"));
        var units = node.GetRequiredService<TenantUnits>();
        var app = node.GetRequiredService<IDataSourceProvider>().For(DataSources.MainCluster).App;

        await fault(units, one);

        await using (
            var command = app.CreateCommand(
                """
                SELECT concat_ws('|', current_setting('app.current_tenant_id', true), current_setting('app.current_user_id', true),
                  current_setting('app.current_actor', true), current_setting('search_path'))
                """
            )
        )
        {
            ((string)(await command.ExecuteScalarAsync())!).Trim('|').ShouldBe("pg_catalog");
        }
        await using (var command = app.CreateCommand($"SELECT count(*) FROM {one.SchemaName}.tags"))
        {
            (await command.ExecuteScalarAsync()).ShouldBe(0L);
        }
        (
            await units.ReadAsync(
                two,
                Actor.System,
                (unit, ct) => unit.Db.Tags.CountAsync(ct),
                default
            )
        ).ShouldBe(0);
        (
            await units.ReadAsync(
                one,
                Actor.System,
                (unit, ct) => unit.Db.Tags.CountAsync(ct),
                default
            )
        ).ShouldBe(1);
    }

    private Task<List<string>> TagsAsync(TenantRef tenant) =>
        database.ReadAsync(
            tenant,
            unit => unit.Db.Tags.OrderBy(t => t.Name).Select(t => t.Name).ToListAsync()
        );

    private sealed record AddTag(string Name, Error? Then = null) : ITenantOperation<bool>
    {
        public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
        {
            unit.Db.Tags.Add(new Tag { Id = Guid.CreateVersion7(), Name = Name });
            await unit.Db.SaveChangesAsync(ct);
            unit.Raise(LiveKinds.Conversation, Guid.NewGuid());
            return Then is null ? true : Then;
        }
    }

    private sealed record Run(Func<TenantUnit, Task<Result<bool>>> Work) : ITenantOperation<bool>
    {
        public Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct) => Work(unit);
    }
}
