using System.Globalization;

namespace FlameAssistant.Crash;

/// <summary>What a run is asked for.</summary>
/// <param name="Messages">How many the customers write.</param>
/// <param name="Answers">How many the agents write.</param>
/// <param name="Limit">When the run is given up as stuck; that is a violation.</param>
/// <param name="Seed">The same one makes the same choices; what the machine does in between is its own.</param>
internal sealed record CrashOptions(int Messages, int Answers, TimeSpan Limit, int Seed)
{
    private const int MessagesPerRound = 2500;

    /// <summary>How often every step is taken.</summary>
    public int Rounds => Math.Clamp(Messages / MessagesPerRound, 1, 8);

    public const string Usage =
        "Usage: ./eng/crash [--messages N] [--answers M] [--minutes N] [--seed N]";

    /// <returns>Null when the arguments are none that this program knows.</returns>
    public static CrashOptions? Read(string[] args)
    {
        int? messages = null;
        int? answers = null;
        int? minutes = null;
        int? seed = null;
        for (var i = 0; i < args.Length; i += 2)
        {
            if (
                i + 1 >= args.Length
                || !int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var value)
                || value < 1
            )
            {
                return null;
            }
            switch (args[i])
            {
                case "--messages":
                    messages = value;
                    break;
                case "--answers":
                    answers = value;
                    break;
                case "--minutes":
                    minutes = value;
                    break;
                case "--seed":
                    seed = value;
                    break;
                default:
                    return null;
            }
        }
        var asked = messages ?? 10_000;
        return new CrashOptions(
            asked,
            answers ?? Math.Max(asked / 5, 1),
            TimeSpan.FromMinutes(minutes ?? 30),
            seed ?? Environment.TickCount & int.MaxValue
        );
    }
}
