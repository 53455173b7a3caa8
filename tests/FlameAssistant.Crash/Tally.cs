using System.Collections.Concurrent;

namespace FlameAssistant.Crash;

/// <summary>What was done to the product in a run, counted.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, int> kills = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> incidents = new();
    private int posts;
    private int refused;
    private int repeated;
    private int appDeaths;
    private int serverDeaths;

    public int Posts => posts;

    /// <summary>Requests without a 2xx: repeated until there is one.</summary>
    public int Refused => refused;

    /// <summary>Requests sent again although they had been answered.</summary>
    public int Repeated => repeated;

    public int AppDeaths => appDeaths;

    public int ServerDeaths => serverDeaths;

    public IReadOnlyDictionary<string, int> Kills => kills;

    /// <summary>What must not happen while the run goes on, such as an app that ends by itself.</summary>
    public IReadOnlyCollection<string> Incidents => incidents;

    public void Post() => Interlocked.Increment(ref posts);

    public void Refuse() => Interlocked.Increment(ref refused);

    public void Repeat() => Interlocked.Increment(ref repeated);

    public void AppDied() => Interlocked.Increment(ref appDeaths);

    public void ServerDied() => Interlocked.Increment(ref serverDeaths);

    public void Killed(string step) => kills.AddOrUpdate(step, 1, (_, n) => n + 1);

    public void Incident(string what) => incidents.Enqueue(what);
}
