using System.Collections.Concurrent;
using FlameAssistant.Simulator.Providers;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>The simulated numbers and how each misbehaves.</summary>
public sealed class ChannelRegistry
{
    private readonly ConcurrentDictionary<string, SimulatedChannel> _channels = new(
        StringComparer.Ordinal
    );
    private readonly Dictionary<string, ChannelFaults> _faults = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly ChangeSignal _changed;

    internal ChannelRegistry(ChangeSignal changed) => _changed = changed;

    public SimulatedChannel? Find(string phoneNumberId) =>
        _channels.GetValueOrDefault(phoneNumberId);

    /// <summary>A business after the other; of each, the Cloud API first: the page shows that to whoever opens it.</summary>
    public IReadOnlyList<SimulatedChannel> All() =>
        [
            .. _channels
                .Values.OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase)
                .ThenBy(c => c.Type != ChannelKinds.WhatsApp)
                .ThenBy(c => c.Type, StringComparer.Ordinal)
                .ThenBy(c => c.PhoneNumberId, StringComparer.Ordinal),
        ];

    /// <summary>Adds or replaces a number.</summary>
    public void Put(SimulatedChannel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        if (channel.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(channel));
        }

        _channels[channel.PhoneNumberId] = channel;
        _changed.Raise();
    }

    /// <summary>Takes away whoever has this token, so that it may be another's.</summary>
    public void Remove(string accessToken)
    {
        foreach (var channel in _channels.Values.Where(c => c.AccessToken == accessToken).ToList())
        {
            _channels.TryRemove(channel.PhoneNumberId, out _);
        }

        _changed.Raise();
    }

    public ChannelFaults Faults(string phoneNumberId)
    {
        lock (_gate)
        {
            return _faults.GetValueOrDefault(phoneNumberId, ChannelFaults.None);
        }
    }

    public void SetFaults(string phoneNumberId, ChannelFaults faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        if (faults.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(faults));
        }

        lock (_gate)
        {
            _faults[phoneNumberId] = faults;
        }

        _changed.Raise();
    }

    /// <summary>The faults for the message at hand; counts it.</summary>
    internal ChannelFaults TakeFaults(string phoneNumberId)
    {
        lock (_gate)
        {
            var faults = _faults.GetValueOrDefault(phoneNumberId, ChannelFaults.None);
            if (faults.Times is { } times)
            {
                _faults[phoneNumberId] =
                    times > 1
                        ? faults with
                        {
                            Times = times - 1,
                        }
                        : new ChannelFaults
                        {
                            Duplicates = faults.Duplicates,
                            Reorder = faults.Reorder,
                            PairLimit = faults.PairLimit,
                            PerSecond = faults.PerSecond,
                        };
            }

            return faults;
        }
    }

    internal void Clear(bool channelsToo)
    {
        lock (_gate)
        {
            _faults.Clear();
        }

        if (channelsToo)
        {
            _channels.Clear();
        }

        _changed.Raise();
    }
}
