namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>Every request that Graph received, for tests to look at.</summary>
public sealed class Outbox
{
    private readonly List<ReceivedMessage> _received = [];
    private readonly Lock _gate = new();
    private readonly ChangeSignal _changed;

    internal Outbox(ChangeSignal changed) => _changed = changed;

    public IReadOnlyList<ReceivedMessage> All()
    {
        lock (_gate)
        {
            return [.. _received];
        }
    }

    internal void Add(ReceivedMessage message)
    {
        lock (_gate)
        {
            _received.Add(message with { Number = _received.Count + 1 });
        }

        _changed.Raise();
    }

    internal void Clear()
    {
        lock (_gate)
        {
            _received.Clear();
        }

        _changed.Raise();
    }
}
