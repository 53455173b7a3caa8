using System.Collections.Concurrent;
using System.Threading.Channels;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Outbox;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlameAssistant.Jobs.Tests.Outbox;

public sealed class OutboxWorkerTests(JobsDatabase database) : IClassFixture<JobsDatabase>
{
    [Fact]
    public async Task Worker_should_do_the_work_of_a_row()
    {
        var tenant = await database.NewTenantAsync();
        var handler = NewHandler();
        await using var worker = await StartAsync(handler);

        var id = await AskAsync(tenant, handler.Kind);

        await Eventually.IsTrueAsync(() => handler.Finished.Contains(id));
        (await CountAsync(handler.Kind)).ShouldBe(0);
    }

    [Fact]
    public async Task Worker_should_be_fair_to_a_tenant_beside_a_flood()
    {
        var flood = await database.NewTenantAsync();
        var calm = await database.NewTenantAsync();
        var handler = NewHandler(parallelism: 4);
        handler.Hold();
        await AskManyAsync(flood, handler.Kind, 1000);
        await using var worker = await StartAsync(handler);
        // Before the worker's end, which waits for what is under way: a failed test must end too.
        using var release = handler;
        await Eventually.IsTrueAsync(() => handler.Begun.Count == 4);

        // Everything is taken by the flood; the next free place is the other tenant's, though its row is the youngest.
        database.Clock.Advance(TimeSpan.FromSeconds(1));
        var mine = await AskAsync(calm, handler.Kind);
        handler.ReleaseOne();
        await Eventually.IsTrueAsync(() => handler.Begun.Count >= 5);

        handler.Begun.ElementAt(4).Id.ShouldBe(mine);
    }

    [Fact]
    public async Task Claims_should_be_fair_beside_several_floods()
    {
        var kind = database.Next("test.floods-");
        for (var i = 0; i < 5; i++)
        {
            await AskManyAsync(await database.NewTenantAsync(), kind, 30);
        }
        database.Clock.Advance(TimeSpan.FromSeconds(1));
        var calm = await database.NewTenantAsync();
        var mine = await AskAsync(calm, kind);

        var claimed = await database.Get<OutboxClaims>().ClaimAsync(kind, 12, default);

        claimed.Count.ShouldBe(12);
        claimed.ShouldContain(work => work.Id == mine);
        claimed.CountBy(work => work.TenantId).ShouldAllBe(t => t.Value <= 3);
    }

    [Fact]
    public async Task Worker_should_keep_the_order_of_a_conversation()
    {
        var tenant = await database.NewTenantAsync();
        var handler = NewHandler(parallelism: 8);
        var conversation = Guid.CreateVersion7();
        var asked = new List<Guid>();
        for (var seq = 0; seq < 30; seq++)
        {
            asked.Add(await AskAsync(tenant, handler.Kind, conversation, seq));
        }

        await using var worker = await StartAsync(handler);
        await Eventually.IsTrueAsync(() => handler.Finished.Count == 30);

        handler.Finished.ShouldBe(asked);
        handler.MostAtOnce.ShouldBe(1);
    }

    [Fact]
    public async Task Worker_should_let_nothing_overtake_what_was_postponed()
    {
        var tenant = await database.NewTenantAsync();
        var handler = NewHandler();
        var conversation = Guid.CreateVersion7();
        var first = await AskAsync(tenant, handler.Kind, conversation, 1);
        var second = await AskAsync(tenant, handler.Kind, conversation, 2);
        handler.Postpone(first, TimeSpan.FromMinutes(3));
        var other = await AskAsync(tenant, handler.Kind);
        await using var worker = await StartAsync(handler);

        await Eventually.IsTrueAsync(() =>
            handler.Begun.Any(w => w.Id == first) && handler.Finished.Contains(other)
        );
        await Eventually.IsTrueAsync(async () =>
            await database.AskAsync<bool>(
                $"SELECT attempts = 1 AND leased_by IS NULL FROM shared.outbox WHERE id = '{first}'"
            )
        );
        handler.Begun.ShouldNotContain(w => w.Id == second);
        database.Clock.Advance(TimeSpan.FromMinutes(4));
        await EventuallyAsync(() => handler.Finished.Contains(second));

        handler.Finished.ShouldBe([other, first, second]);
        handler.Begun.Where(w => w.Id == first).Select(w => w.Attempts).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Workers_should_never_take_a_row_twice()
    {
        var tenant = await database.NewTenantAsync();
        var other = await database.NewTenantAsync();
        var handler = NewHandler(parallelism: 6);
        await AskManyAsync(tenant, handler.Kind, 60);
        await AskManyAsync(other, handler.Kind, 60);
        await using var node = database.NewServices();

        await using var one = await StartAsync(handler);
        await using var two = await StartAsync(handler, node);
        await Eventually.IsTrueAsync(
            async () => await CountAsync(handler.Kind) == 0,
            TimeSpan.FromSeconds(30)
        );

        handler.Begun.Count.ShouldBe(120);
        handler.Begun.Select(w => w.Id).Distinct().Count().ShouldBe(120);
    }

    [Fact]
    public async Task Worker_should_take_up_again_what_a_crash_left()
    {
        var tenant = await database.NewTenantAsync();
        var handler = NewHandler();
        var id = await AskAsync(tenant, handler.Kind);
        (await database.Get<OutboxClaims>().ClaimAsync(handler.Kind, 5, default)).Count.ShouldBe(1);
        await using var worker = await StartAsync(handler);

        database.Clock.Advance(TimeSpan.FromSeconds(119));
        (await CountAsync(handler.Kind)).ShouldBe(1);
        handler.Begun.ShouldBeEmpty();
        database.Clock.Advance(TimeSpan.FromSeconds(5));

        await EventuallyAsync(() => handler.Finished.Contains(id));
        handler.Begun.ShouldHaveSingleItem().Attempts.ShouldBe(2);
    }

    [Fact]
    public async Task Worker_should_go_on_after_a_row_that_throws()
    {
        var tenant = await database.NewTenantAsync();
        var handler = NewHandler();
        var broken = await AskAsync(tenant, handler.Kind);
        handler.Break(broken);
        await using var worker = await StartAsync(handler);
        var whole = await AskAsync(tenant, handler.Kind);

        await Eventually.IsTrueAsync(() => handler.Finished.Contains(whole));
        database.Clock.Advance(TimeSpan.FromMinutes(3));

        await EventuallyAsync(() => handler.Finished.Contains(broken));
    }

    [Fact]
    public async Task Claims_should_keep_what_went_wrong_and_wait_longer_each_time()
    {
        var tenant = await database.NewTenantAsync();
        var kind = database.Next("test.kind-");
        var id = await AskAsync(tenant, kind);
        var claims = database.Get<OutboxClaims>();
        var pauses = new List<TimeSpan>();
        for (var i = 0; i < 7; i++)
        {
            var work = (await claims.ClaimAsync(kind, 5, default)).ShouldHaveSingleItem();
            (await ReadAsync<string>("last_error")).ShouldBeNull();
            await claims.FailedAsync(work, new TimeoutException("no\0 answer"), default);
            var free = await ReadAsync<DateTime>("available_at");
            pauses.Add(free - database.Clock.GetUtcNow().UtcDateTime);
            database.Clock.Advance(pauses[^1]);
        }

        pauses.Select(p => p.TotalMinutes).ShouldBe([2, 4, 8, 16, 32, 60, 60]);
        (await ReadAsync<string>("last_error"))
            .ShouldNotBeNull()
            .ShouldStartWith("TimeoutException: no");
        (await ReadAsync<string>("leased_by")).ShouldBeNull();

        // A node that was thought dead, and comes back late, changes nothing.
        var again = (await claims.ClaimAsync(kind, 5, default)).ShouldHaveSingleItem();
        await claims.FailedAsync(
            again with
            {
                Attempts = again.Attempts - 1,
            },
            new TimeoutException("late"),
            default
        );
        (await ReadAsync<string>("last_error")).ShouldBeNull();

        Task<T?> ReadAsync<T>(string column) =>
            database.AskAsync<T>($"SELECT {column} FROM shared.outbox WHERE id = '{id}'");
    }

    [Fact]
    public async Task Worker_should_note_why_a_row_failed()
    {
        var tenant = await database.NewTenantAsync();
        var handler = NewHandler();
        var broken = await AskAsync(tenant, handler.Kind);
        handler.Break(broken);
        await using var worker = await StartAsync(handler);

        await Eventually.IsTrueAsync(async () =>
            await database.AskAsync<bool>(
                $"SELECT last_error IS NOT NULL AND leased_by IS NULL FROM shared.outbox WHERE id = '{broken}'"
            )
        );
    }

    [Fact]
    public async Task Worker_should_wait_while_a_tenant_is_suspended()
    {
        var tenant = await database.NewTenantAsync(status: TenantStatuses.Suspended);
        var handler = NewHandler();
        var id = await AskAsync(tenant, handler.Kind);
        await using var worker = await StartAsync(handler);
        await Eventually.IsTrueAsync(async () =>
            await database.AskAsync<bool>(
                $"SELECT leased_by IS NULL AND available_at > '{database.Clock.GetUtcNow():O}' FROM shared.outbox WHERE id = '{id}'"
            )
        );
        handler.Begun.ShouldBeEmpty();

        await database.ExecuteAsync(
            $"UPDATE shared.tenants SET status = 'active' WHERE id = '{tenant.Id}'"
        );
        database.Clock.Advance(TimeSpan.FromMinutes(2));

        await EventuallyAsync(() => handler.Finished.Contains(id));
        handler.Begun.ShouldHaveSingleItem().Attempts.ShouldBe(1);
    }

    /// <summary>The clock stands still, and with it the sweep: the worker is woken instead.</summary>
    private Task EventuallyAsync(Func<bool> condition) =>
        Eventually.IsTrueAsync(() =>
        {
            database.Get<OutboxSignal>().Set();
            return condition();
        });

    private Recorder NewHandler(int parallelism = 4) =>
        new(database, database.Next("test.kind-"), parallelism);

    private async Task<RunningWorker> StartAsync(Recorder handler, IServiceProvider? node = null)
    {
        node ??= database.Services;
        var worker = new OutboxWorker(
            [handler],
            node.GetRequiredService<OutboxClaims>(),
            node.GetRequiredService<OutboxSignal>(),
            node.GetRequiredService<TenantCatalog>(),
            database.Clock,
            NullLogger<OutboxWorker>.Instance
        );
        await worker.StartAsync(default);
        return new RunningWorker(worker);
    }

    private async Task<Guid> AskAsync(
        TenantRef tenant,
        string kind,
        Guid? orderKey = null,
        long orderSeq = 0
    )
    {
        var id = Guid.CreateVersion7();
        await database.ExecuteAsync(
            $"""
            INSERT INTO shared.outbox (id, tenant_id, kind, subject_id, order_key, order_seq, available_at)
            VALUES ('{id}', '{tenant.Id}', '{kind}', '{id}', '{orderKey
                ?? id}', {orderSeq}, '{database.Clock.GetUtcNow():O}')
            """
        );
        database.Get<OutboxSignal>().Set();
        return id;
    }

    private Task AskManyAsync(TenantRef tenant, string kind, int count) =>
        database.ExecuteAsync(
            $"""
            INSERT INTO shared.outbox (id, tenant_id, kind, subject_id, order_key, available_at)
            SELECT gen_random_uuid(), '{tenant.Id}', '{kind}', gen_random_uuid(), gen_random_uuid(), '{database.Clock.GetUtcNow():O}'
              FROM generate_series(1, {count})
            """
        );

    private Task<long> CountAsync(string kind) =>
        database.AskAsync<long>($"SELECT count(*) FROM shared.outbox WHERE kind = '{kind}'");

    /// <summary>A kind of work that notes what it was given, and ends when the test says.</summary>
    private sealed class Recorder(JobsDatabase database, string kind, int parallelism)
        : IOutboxHandler,
            IDisposable
    {
        private readonly ConcurrentDictionary<Guid, TimeSpan?> troubles = new();
        private readonly Channel<bool> releases = Channel.CreateUnbounded<bool>();
        private bool isHeld;
        private int running;
        private int mostAtOnce;

        public string Kind => kind;

        public int Parallelism => parallelism;

        public ConcurrentQueue<ClaimedWork> Begun { get; } = [];

        public ConcurrentQueue<Guid> Finished { get; } = [];

        /// <summary>Most that were between their begin and the end of their row, which lets the next one begin.</summary>
        public int MostAtOnce => mostAtOnce;

        public void Hold() => isHeld = true;

        public void ReleaseOne() => releases.Writer.TryWrite(true);

        public void Dispose() => releases.Writer.TryComplete();

        /// <summary>One release lets one go: waiting to read would wake all who wait.</summary>
        private async Task ReleasedAsync(CancellationToken ct)
        {
            try
            {
                await releases.Reader.ReadAsync(ct);
            }
            catch (ChannelClosedException)
            {
                // All are released.
            }
        }

        public void Postpone(Guid id, TimeSpan pause) => troubles[id] = pause;

        public void Break(Guid id) => troubles[id] = null;

        public async Task HandleAsync(TenantRef tenant, ClaimedWork work, CancellationToken ct)
        {
            tenant.Id.ShouldBe(work.TenantId);
            Begun.Enqueue(work);
            InterlockedMax(ref mostAtOnce, Interlocked.Increment(ref running));
            try
            {
                if (isHeld)
                {
                    await ReleasedAsync(ct);
                }
                if (troubles.TryRemove(work.Id, out var pause))
                {
                    if (pause is null)
                    {
                        throw new InvalidOperationException("Broken once.");
                    }
                    await database.ExecuteAsync(
                        $"UPDATE shared.outbox SET leased_by = NULL, available_at = '{database.Clock.GetUtcNow() + pause:O}' WHERE id = '{work.Id}'"
                    );
                    return;
                }
                // Long enough that a second one of the same order would be seen beside it.
                await database.ExecuteAsync("SELECT pg_sleep(0.002)");
                Finished.Enqueue(work.Id);
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
            // Without the row the next one may begin, before this line comes back.
            await database.ExecuteAsync($"DELETE FROM shared.outbox WHERE id = '{work.Id}'");
            database.Get<OutboxSignal>().Set();
        }

        private static void InterlockedMax(ref int target, int value)
        {
            for (var seen = target; value > seen; seen = target)
            {
                Interlocked.CompareExchange(ref target, value, seen);
            }
        }
    }
}
