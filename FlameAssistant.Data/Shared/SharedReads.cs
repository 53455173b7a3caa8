namespace FlameAssistant.Data.Shared;

/// <summary>
/// Reads once what many ask for at the same moment. Who asks after <see cref="Forget(TKey)"/> never joins a reading that began before
/// it, so that what is told after a commit shows the commit.
/// </summary>
/// <param name="freshness">How long after its beginning a reading is shared.</param>
internal sealed class SharedReads<TKey, TValue>(TimeProvider clock, TimeSpan freshness)
    where TKey : notnull
{
    private const int MaxEntries = 2000;

    private readonly Lock gate = new();
    private readonly Dictionary<TKey, (Task<TValue> Value, long At)> shared = [];

    /// <summary>One task for each key, in their order; what nobody reads yet is read together.</summary>
    /// <param name="read">Runs in the background, for everybody: not by the token of one asker.</param>
    public IReadOnlyList<Task<TValue>> Get(
        IReadOnlyList<TKey> keys,
        Func<IReadOnlyList<TKey>, Task<Func<TKey, TValue>>> read
    )
    {
        lock (gate)
        {
            var missing = keys.Where(key => !IsFresh(key)).Distinct().ToList();
            if (missing.Count > 0)
            {
                if (shared.Count > MaxEntries)
                {
                    Forget(key => !IsFresh(key));
                }
                var reading = Task.Run(() => read(missing));
                foreach (var key in missing)
                {
                    shared[key] = (PickAsync(reading, key), clock.GetTimestamp());
                }
            }
            return [.. keys.Select(key => shared[key].Value)];
        }
    }

    public void Forget(TKey key)
    {
        lock (gate)
        {
            shared.Remove(key);
        }
    }

    public void Forget(Predicate<TKey> which)
    {
        lock (gate)
        {
            foreach (var key in shared.Keys.Where(key => which(key)).ToList())
            {
                shared.Remove(key);
            }
        }
    }

    private bool IsFresh(TKey key) =>
        shared.TryGetValue(key, out var known)
        && known.Value is { IsFaulted: false, IsCanceled: false }
        && clock.GetElapsedTime(known.At) < freshness;

    private static async Task<TValue> PickAsync(Task<Func<TKey, TValue>> reading, TKey key) =>
        (await reading)(key);
}
