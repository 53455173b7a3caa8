using System.Diagnostics;
using System.Globalization;

namespace FlameAssistant.Benchmarks;

/// <summary>Times of one thing, in milliseconds.</summary>
internal sealed class Sample(string name)
{
    private readonly List<double> times = [];

    public string Name { get; } = name;

    public double Median => At(0.5);

    public void Add(TimeSpan time) => times.Add(time.TotalMilliseconds);

    public async Task MeasureAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        Add(Stopwatch.GetElapsedTime(start));
    }

    public double At(double quantile)
    {
        var sorted = times.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)(quantile * sorted.Count))];
    }

    /// <summary>Alternates the candidates, so that what disturbs the machine disturbs them all.</summary>
    public static async Task AlternateAsync(
        int warmUp,
        int rounds,
        params (Sample Sample, Func<Task> Work)[] candidates
    )
    {
        for (var i = 0; i < warmUp + rounds; i++)
        {
            foreach (var (sample, work) in candidates)
            {
                if (i < warmUp)
                {
                    await work();
                }
                else
                {
                    await sample.MeasureAsync(work);
                }
            }
        }
    }

    public static void Print(string title, Sample reference, params Sample[] others)
    {
        Console.WriteLine();
        Console.WriteLine($"### {title}");
        Console.WriteLine();
        Console.WriteLine("| what | median | p95 | ratio |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var sample in others.Prepend(reference))
        {
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {sample.Name} | {sample.Median:0.000} ms | {sample.At(0.95):0.000} ms | {sample.Median / reference.Median:0.00} |"
                )
            );
        }
    }
}
