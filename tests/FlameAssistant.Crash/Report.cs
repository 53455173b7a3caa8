using System.Globalization;

namespace FlameAssistant.Crash;

/// <summary>The tables that go to docs/benchmarks.md.</summary>
internal static class Report
{
    private const int MostViolations = 40;

    public static void Print(
        CrashOptions options,
        IReadOnlyList<Count> counts,
        Tally tally,
        Verdict verdict,
        TimeSpan took
    )
    {
        Say($"");
        Say(
            $"`./eng/crash --messages {options.Messages} --answers {options.Answers} --seed {options.Seed}`: {took.TotalSeconds:0} s, {tally.Posts} requests of customers and providers, of which {tally.Refused} got no 2xx and came again, and {tally.Repeated} came again though they had; the app was killed {tally.AppDeaths} times, PostgreSQL {tally.ServerDeaths} times."
        );
        Say($"");
        Say(
            $"| channel | customers wrote | stored once | agents wrote | arrived once | visibly unknown | failed | lost | doubled |"
        );
        Say($"|---|---|---|---|---|---|---|---|---|");
        foreach (var c in counts)
        {
            Say(
                $"| {c.Channel} | {c.Written} | {c.Stored} | {c.Answers} | {c.Arrived} | {c.Unknown} | {c.Failed} | {c.Lost} | {c.Doubled} |"
            );
        }
        Say(
            $"| all | {counts.Sum(c => c.Written)} | {counts.Sum(c => c.Stored)} | {counts.Sum(c => c.Answers)} | {counts.Sum(c => c.Arrived)} | {counts.Sum(c => c.Unknown)} | {counts.Sum(c => c.Failed)} | {counts.Sum(c => c.Lost)} | {counts.Sum(c => c.Doubled)} |"
        );
        Say($"");
        Say($"| killed | times |");
        Say($"|---|---|");
        foreach (var (step, times) in tally.Kills.OrderBy(k => k.Key, StringComparer.Ordinal))
        {
            Say($"| {step} | {times} |");
        }
        Say($"");
        foreach (var violation in verdict.Violations.Take(MostViolations))
        {
            Say($"VIOLATION: {violation}");
        }
        Say(
            $"{(verdict.Violations.Count == 0 ? "Nothing lost, nothing doubled." : verdict.Violations.Count + " violations.")}"
        );
    }

    private static void Say(FormattableString line) =>
        Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
