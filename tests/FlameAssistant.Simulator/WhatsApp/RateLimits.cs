namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>Meta's limits of a number, where the faults switch them on: so many a second, and one in six seconds to a person.</summary>
internal sealed class RateLimits
{
    private static readonly TimeSpan PairPause = TimeSpan.FromSeconds(6);
    private const int PairBurst = 45;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<DateTimeOffset>> _ofNumber = new(
        StringComparer.Ordinal
    );
    private readonly Dictionary<
        (string, string),
        (DateTimeOffset Free, DateTimeOffset From, int Count)
    > _ofPair = [];

    /// <returns>The error's code; null when the message is within the limits, and counted.</returns>
    public string? Take(string number, string person, ChannelFaults faults, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (faults.PerSecond is { } most)
            {
                if (!_ofNumber.TryGetValue(number, out var last))
                {
                    _ofNumber[number] = last = new Queue<DateTimeOffset>();
                }

                while (last.TryPeek(out var oldest) && oldest <= now - TimeSpan.FromSeconds(1))
                {
                    last.Dequeue();
                }

                if (last.Count >= most)
                {
                    return "130429";
                }

                last.Enqueue(now);
            }

            if (!faults.PairLimit)
            {
                return null;
            }

            var known = _ofPair.GetValueOrDefault((number, person));
            if (known.Free <= now)
            {
                _ofPair[(number, person)] = (now + PairPause, now, 1);
                return null;
            }

            if (known.Count >= PairBurst || now >= known.From + PairPause)
            {
                return "131056";
            }

            _ofPair[(number, person)] = (known.Free + PairPause, known.From, known.Count + 1);
            return null;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _ofNumber.Clear();
            _ofPair.Clear();
        }
    }
}
