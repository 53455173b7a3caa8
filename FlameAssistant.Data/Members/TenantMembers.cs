namespace FlameAssistant.Data.Members;

/// <summary>Whom a node was asked for in one tenant lately, and what it learned. One question at a time, for all who are about.</summary>
internal sealed class TenantMembers(
    Func<
        IReadOnlyCollection<Guid>,
        CancellationToken,
        Task<IReadOnlyDictionary<Guid, MemberRef>>
    > read,
    TimeProvider clock,
    TimeSpan freshness
) : IDisposable
{
    // An open page asks every few seconds.
    private static readonly TimeSpan About = TimeSpan.FromSeconds(10);

    // One statement asks for no more.
    private const int MaxPeople = 2000;

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, Known> people = [];
    private readonly SemaphoreSlim reading = new(1, 1);
    private int forgotten;

    public void Dispose() => reading.Dispose();

    public void Forget(Guid userId)
    {
        lock (gate)
        {
            forgotten++;
            people.Remove(userId);
        }
    }

    public void Forget()
    {
        lock (gate)
        {
            forgotten++;
            people.Clear();
        }
    }

    public async Task<MemberRef?> FindAsync(Guid userId, CancellationToken ct)
    {
        if (TryFind(userId, out var known))
        {
            return known;
        }
        await reading.WaitAsync(ct);
        try
        {
            // Whoever read just before has perhaps asked for them, too.
            return TryFind(userId, out known) ? known : await ReadAsync(userId, ct);
        }
        finally
        {
            reading.Release();
        }
    }

    private async Task<MemberRef?> ReadAsync(Guid userId, CancellationToken ct)
    {
        List<Guid> wanted;
        int before;
        lock (gate)
        {
            // Who was no member is asked for by who wants to know it, and not kept in mind by others.
            var gone = people
                .Where(p => p.Value.Member is null || clock.GetElapsedTime(p.Value.AskedAt) > About)
                .Where(p => p.Key != userId)
                .ToList();
            gone.ForEach(p => people.Remove(p.Key));
            wanted = [userId, .. people.Keys.Where(id => id != userId).Take(MaxPeople)];
            before = forgotten;
        }
        var found = await read(wanted, ct);
        lock (gate)
        {
            // Not what was read before a change became known: it would hold for seconds more.
            if (forgotten == before)
            {
                var now = clock.GetTimestamp();
                foreach (var id in wanted)
                {
                    var askedAt = id == userId ? now : people[id].AskedAt;
                    people[id] = new Known(found.GetValueOrDefault(id), now, askedAt);
                }
            }
        }
        return found.GetValueOrDefault(userId);
    }

    private bool TryFind(Guid userId, out MemberRef? member)
    {
        lock (gate)
        {
            var isKnown =
                people.TryGetValue(userId, out var known)
                && clock.GetElapsedTime(known.ReadAt) < freshness;
            if (known is not null)
            {
                people[userId] = known with { AskedAt = clock.GetTimestamp() };
            }
            member = isKnown ? known!.Member : null;
            return isKnown;
        }
    }

    private sealed record Known(MemberRef? Member, long ReadAt, long AskedAt);
}
