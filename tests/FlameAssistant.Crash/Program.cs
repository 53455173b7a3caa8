using System.Diagnostics;
using FlameAssistant.Crash;

// Kills the product at every step of its work, again and again, and counts afterwards. Exit code 0: nothing was lost, and
// nothing doubled. 1: something was. 2: the arguments are wrong. 3: the run itself broke or did not end in its time.
if (CrashOptions.Read(args) is not { } options)
{
    await Console.Error.WriteLineAsync(CrashOptions.Usage);
    return 2;
}
var clock = Stopwatch.StartNew();
await using var stage = await Stage.StartAsync();
try
{
    var tally = new Tally();
    var deaths = options.Rounds * Steps.Count;
    using var asking = new Pace(options.Messages, deaths);
    using var telling = new Pace(options.Answers, deaths);
    using var customers = new Customers(stage, tally, options, asking);
    await customers.ComeAsync();
    var agents = new Agents(stage, options, telling);
    var random = new Random(options.Seed + 2);
    var reaper = new Reaper(stage, new Steps(stage, customers, random), tally, random);
    using var limit = new CancellationTokenSource(options.Limit);
    Say(
        $"PostgreSQL {stage.Postgres.Version} with fsync, seed {options.Seed}: {options.Messages} questions, {options.Answers} answers."
    );

    var writing = Task.WhenAll(customers.WriteAsync(limit.Token), agents.WriteAsync(limit.Token));
    var all = Task.WhenAll(
        reaper.RunAsync(options.Rounds, [asking, telling], limit.Token),
        writing
    );
    while (await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(10))) != all)
    {
        Say(
            $"{clock.Elapsed.TotalSeconds:0} s: {tally.Posts} requests, {agents.Written.Count} answers, {tally.AppDeaths} deaths of the app, {tally.ServerDeaths} of PostgreSQL."
        );
    }
    await all;
    await reaper.EndAsync();
    if (!await Patience.IsSoonAsync(IsQuietAsync, TimeSpan.FromMinutes(5)))
    {
        tally.Incident("Five minutes after the last death there was still something to do.");
    }
    var verdict = new Verdict(stage, customers, agents, tally);
    var counts = await verdict.CountAsync();
    Report.Print(options, counts, tally, verdict, clock.Elapsed);
    return verdict.Violations.Count == 0 ? 0 : 1;
}
catch (Exception ex)
{
    await Console.Error.WriteLineAsync($"The run broke: {ex}");
    await Console.Error.WriteLineAsync(
        string.Join('\n', stage.App.Output.Split('\n').TakeLast(60))
    );
    return 3;
}

async Task<bool> IsQuietAsync() =>
    await stage.Database.AskAsync<long>(
        """
        SELECT (SELECT count(*) FROM shared.inbound_events WHERE state = 'pending')
             + (SELECT count(*) FROM shared.outbox WHERE kind = 'message.deliver')
        """
    ) == 0;

static void Say(FormattableString line) =>
    Console.Error.WriteLine(line.ToString(System.Globalization.CultureInfo.InvariantCulture));
