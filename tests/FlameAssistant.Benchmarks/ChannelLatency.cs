using System.Diagnostics;
using System.Globalization;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Members;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Benchmarks;

/// <summary>
/// For every type of channel: a message until it is durable (the provider has its 200) and until it is in what the server sent
/// to an open inbox. Then how long the endpoint takes to answer while batches come at a fixed pace, and what a second node adds.
/// </summary>
internal static class ChannelLatency
{
    private const string Password = "bench-password-1";
    private const string Secret = "app-secret";
    private const int Messages = 30;
    private const int WarmUp = 4;
    private const int Nodes = 3;
    private const int PerNodeRound = 3000;
    private static readonly TimeSpan floodLasts = TimeSpan.FromSeconds(15);

    public static async Task RunAsync()
    {
        await using var database = await TestDatabase.CreateAsync();
        var tenant = await database.NewTenantAsync("bench");
        await using (var scope = database.Services.CreateAsyncScope())
        {
            await scope
                .ServiceProvider.GetRequiredService<CreateUser>()
                .RunAsync(
                    new NewUser("agent@bench.test", Password, tenant, MemberRoles.Agent),
                    CancellationToken.None
                );
        }
        var lines = new List<ChannelLine>();
        foreach (
            var (type, account) in new[]
            {
                (ChannelTypes.WhatsApp, "200300400500600"),
                (ChannelTypes.Messenger, "104000000000001"),
                (ChannelTypes.Instagram, "17841400000000001"),
                (ChannelTypes.Telegram, "8008135"),
                (ChannelTypes.WhatsAppWeb, "bench@gateway.test"),
            }
        )
        {
            var id = await database.NewChannelAsync(
                tenant,
                accountId: account,
                appSecret: Secret,
                type: type
            );
            lines.Add(new ChannelLine(type, account, id, Secret));
        }
        var chat = await database.NewWebChatAsync(tenant);
        await using var app = await AppUnderTest.StartAsync(
            database,
            ("Flame__Widget__MessagesPerVisitor", "100000"),
            ("Flame__Widget__MessagesPerAddress", "100000")
        );
        lines.Add(await ChannelLine.WebChatAsync(app.Address, chat));

        await UntilVisibleAsync(app, lines);
        Console.WriteLine();
        Console.WriteLine("### How long the endpoint takes to answer, at a fixed pace of 15 s");
        Console.WriteLine();
        Console.WriteLine("| what is sent | bodies | p50 | p95 | p99 | longest |");
        Console.WriteLine("|---|---|---|---|---|---|");
        await FloodAsync(
            app,
            database,
            lines[0],
            bodiesPerSecond: 100,
            messagesPerBody: 20,
            "2,000 messages a second: 100 signed WhatsApp bodies a second, 20 messages of 20 customers in each"
        );
        await FloodAsync(
            app,
            database,
            lines[0],
            bodiesPerSecond: 20,
            messagesPerBody: 100,
            "2,000 messages a second: 20 bodies a second, 100 messages in each"
        );
        await FloodAsync(
            app,
            database,
            lines[0],
            bodiesPerSecond: 400,
            messagesPerBody: 1,
            "400 messages a second, a body each"
        );
        await NodesAsync(app, database, lines[0].ChannelId);
    }

    private static async Task UntilVisibleAsync(AppUnderTest app, List<ChannelLine> lines)
    {
        using var http = new HttpClient { BaseAddress = new Uri(app.Address) };
        using (var first = await http.SendAsync(lines[0].Request("The first of many")))
        {
            first.EnsureSuccessStatusCode();
        }
        var cookies = await HeadlessCircuit.SignInAsync(app.Address, "agent@bench.test", Password);
        await using var inbox = await HeadlessCircuit.OpenAsync(
            app.Address,
            "/t/bench/inbox",
            cookies,
            "The first of many"
        );
        var samples = lines.ConvertAll(line =>
            (Line: line, Durable: new Sample(line.Type), Visible: new Sample(line.Type))
        );
        for (var i = 0; i < Messages + WarmUp; i++)
        {
            foreach (var (line, durable, visible) in samples)
            {
                var text = $"m{i} {Guid.NewGuid():N}";
                var began = 0L;
                var seen = Seen();
                using var request = line.Request(text);
                began = Stopwatch.GetTimestamp();
                using var answer = await http.SendAsync(request);
                answer.EnsureSuccessStatusCode();
                var answered = Stopwatch.GetElapsedTime(began);
                var shown = await seen.WaitAsync(TimeSpan.FromSeconds(30));
                if (i >= WarmUp)
                {
                    durable.Add(answered);
                    visible.Add(shown);
                }
                // Beyond the 200 ms in which a pane gathers changes.
                await Task.Delay(TimeSpan.FromMilliseconds(250));

                async Task<TimeSpan> Seen()
                {
                    await inbox.SeesAsync(text);
                    return Stopwatch.GetElapsedTime(began);
                }
            }
        }
        Console.WriteLine();
        Console.WriteLine($"### A message of every channel ({Messages} each, alternately)");
        Console.WriteLine();
        Console.WriteLine(
            "| channel | until durable, median (p95) | until in an open inbox's batch, median (p95) |"
        );
        Console.WriteLine("|---|---|---|");
        foreach (var (line, durable, visible) in samples)
        {
            Say(
                $"| {line.Type} | {durable.Median:0.0} ms ({durable.At(0.95):0.0}) | {visible.Median:0.0} ms ({visible.At(0.95):0.0}) |"
            );
        }
    }

    /// <summary>Bodies come when they are due, whether or not those before have been answered: nobody waits for a slow server.</summary>
    private static async Task FloodAsync(
        AppUnderTest app,
        TestDatabase database,
        ChannelLine line,
        int bodiesPerSecond,
        int messagesPerBody,
        string what
    )
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 200 })
        {
            BaseAddress = new Uri(app.Address),
        };
        var bodies = Enumerable
            .Range(0, (int)(bodiesPerSecond * floodLasts.TotalSeconds))
            .Select(i => line.Request(i, messagesPerBody))
            .ToList();
        var sample = new Sample(what);
        var start = Stopwatch.GetTimestamp();
        var underWay = new List<Task<TimeSpan>>(bodies.Count);
        for (var i = 0; i < bodies.Count; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / bodiesPerSecond);
            var early = due - Stopwatch.GetElapsedTime(start);
            if (early > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(early);
            }
            underWay.Add(SendAsync(bodies[i], due));
        }
        foreach (var time in await Task.WhenAll(underWay))
        {
            sample.Add(time);
        }
        await DurableInbound.ClearedAsync(database);
        Say(
            $"| {what} | {bodies.Count} | {sample.Median:0.0} ms | {sample.At(0.95):0.0} ms | {sample.At(0.99):0.0} ms | {sample.At(1):0.0} ms |"
        );

        async Task<TimeSpan> SendAsync(HttpRequestMessage request, TimeSpan due)
        {
            using (request)
            using (var answer = await http.SendAsync(request))
            {
                answer.EnsureSuccessStatusCode();
                // From when it was due: what a full queue makes late counts.
                return Stopwatch.GetElapsedTime(start) - due;
            }
        }
    }

    /// <summary>The same bodies to one node, and half of them to each of two, over one database.</summary>
    private static async Task NodesAsync(AppUnderTest app, TestDatabase database, Guid channel)
    {
        await using var second = await AppUnderTest.StartAsync(database);
        var one = new Sample("one node");
        var two = new Sample("two nodes, half of the bodies each");
        for (var i = 0; i < Nodes + 1; i++)
        {
            var alone = DurableInbound.Bodies(PerNodeRound);
            var (left, right) = (
                DurableInbound.Bodies(PerNodeRound / 2),
                DurableInbound.Bodies(PerNodeRound / 2)
            );
            await MeasureAsync(
                one,
                () => DurableInbound.WebhooksAsync(app.Address, channel, alone, clients: 16)
            );
            await MeasureAsync(
                two,
                () =>
                    Task.WhenAll(
                        DurableInbound.WebhooksAsync(app.Address, channel, left, clients: 8),
                        DurableInbound.WebhooksAsync(second.Address, channel, right, clients: 8)
                    )
            );

            async Task MeasureAsync(Sample sample, Func<Task> work)
            {
                // The first round warms up.
                await (i == 0 ? work() : sample.MeasureAsync(work));
                await DurableInbound.ClearedAsync(database);
            }
        }
        Console.WriteLine();
        Console.WriteLine($"### Web nodes (durable bodies per second, median of {Nodes} rounds)");
        Console.WriteLine();
        Console.WriteLine("| nodes | bodies per second | ratio |");
        Console.WriteLine("|---|---|---|");
        foreach (var sample in new[] { one, two })
        {
            Say(
                $"| {sample.Name} | {PerNodeRound / sample.Median * 1000:0} | {one.Median / sample.Median:0.00} |"
            );
        }
        Console.WriteLine();
        Console.WriteLine(
            "Both nodes, PostgreSQL and the clients share the cores of this machine: the ratio says what a node more costs here, not what a machine more gives."
        );
    }

    private static void Say(FormattableString line) =>
        Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
