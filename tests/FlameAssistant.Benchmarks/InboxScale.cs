using System.Diagnostics;
using System.Globalization;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Seeding;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FlameAssistant.Benchmarks;

/// <summary>
/// What an agent asks for all day, in an inbox of ten thousand and of millions of messages: through <c>TenantDb</c> and all
/// walls, against the very same SQL by Npgsql on an open connection that no row-level security stands before.
/// </summary>
internal static class InboxScale
{
    private const int Small = 10_000;
    private const int LongThread = 1500;
    private const int Rounds = 200;

    public static Task RunSmallAsync() => RunAsync([Small]);

    public static Task RunAsync() => RunAsync([Small, 1_000_000]);

    public static Task RunTenfoldAsync() => RunAsync([Small, 10_000_000]);

    private static async Task RunAsync(long[] sizes)
    {
        var me = Guid.CreateVersion7();
        var actor = Actor.Member(me, MemberRoles.Manager, isOwner: false);
        foreach (var size in sizes)
        {
            await using var database = await TestDatabase.CreateAsync();
            var began = Stopwatch.GetTimestamp();
            var report = (
                await ActivatorUtilities
                    .CreateInstance<ScaleSeed>(database.Services, database.Logins)
                    .RunAsync(1, size, CancellationToken.None)
            ).Value;
            var elapsed = Stopwatch.GetElapsedTime(began);
            var tenant = (await database.Catalog.FindAsync("scale-1", CancellationToken.None))!;
            var thread = await LengthenAsync(database, tenant, me);
            Console.WriteLine();
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"### {size:N0} messages (filled with {report.Messages / elapsed.TotalSeconds:N0} a second, the making of the workspace included)"
                )
            );
            Console.WriteLine();
            Console.WriteLine(
                "| what | queries | the same SQL bare, median (p95) | the same behind all walls, without EF Core | through TenantDb, median (p95) | ratio | against the list's first page |"
            );
            Console.WriteLine("|---|---|---|---|---|---|---|");
            var middle = await database.ReadAsync(
                tenant,
                async unit =>
                {
                    var rows = (
                        await unit.ListConversationsAsync(new ConversationFilter(), null, default)
                    ).Rows;
                    var newest = rows[0].LastMessageAt;
                    return new ConversationCursor(newest.AddDays(-90), Guid.Empty);
                },
                actor
            );
            var list = await CompareAsync(
                "the list, first page",
                unit => unit.ListConversationsAsync(new ConversationFilter(), null, default)
            );
            await CompareAsync(
                "the list, a page in the middle",
                unit => unit.ListConversationsAsync(new ConversationFilter(), middle, default),
                list
            );
            await CompareAsync(
                "a thread's newest page",
                unit => unit.ReadThreadAsync(thread, beforeSeq: null, default),
                list
            );
            await CompareAsync(
                "a thread's page in the middle",
                unit => unit.ReadThreadAsync(thread, beforeSeq: LongThread / 2, default),
                list
            );
            await CompareAsync("all counters", unit => unit.CountConversationsAsync(default), list);
            await CompareAsync(
                "search of a rare word",
                unit => unit.SearchMessagesAsync("ref5000", null, default),
                list,
                isBare: false
            );
            await CompareAsync(
                "search of a common word",
                unit => unit.SearchMessagesAsync("pedido", null, default),
                list,
                isBare: false
            );
            await CompareAsync(
                "search of a contact",
                unit => unit.SearchContactsAsync("Camila 100", default),
                list,
                isBare: false
            );

            async Task<double> CompareAsync<T>(
                string title,
                Func<TenantUnit, Task<T>> page,
                double? reference = null,
                // Search functions are the app's alone: the owner may not call them.
                bool isBare = true
            )
            {
                Task Work() => database.ReadAsync(tenant, page, actor);
                var tape = await SqlTape.RecordAsync(Work);
                await using var connection = await database.OpenOwnerAsync(tenant);
                var bare = new Sample("bare");
                var walls = new Sample("walls");
                var ours = new Sample("ours");
                Task Behind() =>
                    database.ReadAsync(
                        tenant,
                        async unit =>
                        {
                            await tape.PlayAsync(await unit.ConnectionAsync(default));
                            return true;
                        },
                        actor
                    );
                await Sample.AlternateAsync(
                    // The runtime compiles again what is called often: until then it would measure that.
                    warmUp: 150,
                    Rounds,
                    [
                        .. isBare
                            ?
                            [
                                (bare, (Func<Task>)(() => tape.PlayAsync(connection))),
                                (walls, Behind),
                            ]
                            : Array.Empty<(Sample, Func<Task>)>(),
                        (ours, Work),
                    ]
                );
                var plain = isBare
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"{bare.Median:0.00} ms ({bare.At(0.95):0.00})"
                    )
                    : "";
                var behind = isBare
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"{walls.Median:0.00} ms ({walls.At(0.95):0.00})"
                    )
                    : "";
                var ratio = isBare
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"{ours.Median / bare.Median:0.00}"
                    )
                    : "";
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {title} | {tape.Count} | {plain} | {behind} | {ours.Median:0.00} ms ({ours.At(0.95):0.00}) | {ratio} | {ours.Median / (reference ?? ours.Median):0.0} |"
                    )
                );
                return ours.Median;
            }
        }
    }

    /// <summary>A thread worth paging in, and the owner before no wall: the app's login keeps its own.</summary>
    private static async Task<Guid> LengthenAsync(TestDatabase database, TenantRef tenant, Guid me)
    {
        await database.ExecuteAsync(
            $"""
            INSERT INTO messages (id, conversation_id, channel_id, seq, sender_type, content, occurred_at)
              SELECT gen_random_uuid(), c.id, c.channel_id, s, 'user', 'long thread', c.last_message_at + s * interval '1 second'
                FROM (SELECT * FROM conversations ORDER BY last_message_at DESC LIMIT 1) c, generate_series(100, {LongThread}) s;
            INSERT INTO conversation_members (conversation_id, user_id, read_inbound_seq)
              SELECT id, '{me}', 0 FROM (SELECT id FROM conversations ORDER BY last_message_at DESC LIMIT 2000) c;
            ANALYZE conversation_members;
            DO $$
            DECLARE t text;
            BEGIN
              FOR t IN SELECT oid::regclass::text FROM pg_class WHERE relnamespace = '{tenant.SchemaName}'::regnamespace AND relkind IN ('r', 'p') LOOP
                EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', t);
              END LOOP;
            END $$
            """,
            tenant
        );
        return await database.AskAsync<Guid>(
            "SELECT id FROM conversations ORDER BY last_message_at DESC LIMIT 1",
            tenant
        );
    }
}
