using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace FlameAssistant.Data.Live;

/// <summary>Fans events out in this process at once, and hands them to the relay for the other nodes.</summary>
public sealed partial class LiveHub(ILogger<LiveHub> logger)
{
    private readonly ConcurrentDictionary<Guid, ImmutableArray<Action<LiveEvent>>> byTenant = new();
    private ImmutableArray<Action<LiveEvent>> everywhere = [];

    // Full means that the relay is behind: the oldest hint is dropped, and the others' next resync makes it good.
    private readonly Channel<LiveEvent> outgoing =
        System.Threading.Channels.Channel.CreateBounded<LiveEvent>(
            new BoundedChannelOptions(10_000)
            {
                FullMode = BoundedChannelFullMode.DropOldest,
                SingleReader = true,
            }
        );

    internal ChannelReader<LiveEvent> Outgoing => outgoing.Reader;

    /// <summary>The callback runs on the publisher's thread: it may only note that something changed.</summary>
    public IDisposable Subscribe(Guid tenantId, Action<LiveEvent> onEvent)
    {
        byTenant.AddOrUpdate(tenantId, _ => [onEvent], (_, known) => known.Add(onEvent));
        return new Subscription(() =>
        {
            byTenant.AddOrUpdate(tenantId, _ => [], (_, known) => known.Remove(onEvent));
            byTenant.TryRemove(new(tenantId, []));
        });
    }

    /// <summary>Hears every tenant; for caches of the node.</summary>
    public IDisposable SubscribeAll(Action<LiveEvent> onEvent)
    {
        ImmutableInterlocked.Update(ref everywhere, known => known.Add(onEvent));
        return new Subscription(() =>
            ImmutableInterlocked.Update(ref everywhere, known => known.Remove(onEvent))
        );
    }

    public void Publish(IReadOnlyList<LiveEvent> events)
    {
        foreach (var live in events)
        {
            Deliver(live);
            outgoing.Writer.TryWrite(live);
        }
    }

    /// <summary>What came from another node, or concerns this one only.</summary>
    internal void Deliver(LiveEvent live)
    {
        Tell(everywhere, live);
        if (live.TenantId == Guid.Empty)
        {
            foreach (var subscribers in byTenant.Values)
            {
                Tell(subscribers, live);
            }
        }
        else if (byTenant.TryGetValue(live.TenantId, out var subscribers))
        {
            Tell(subscribers, live);
        }
    }

    /// <summary>What it tells of is committed: a subscriber that fails misses a hint, and the publisher nothing.</summary>
    private void Tell(ImmutableArray<Action<LiveEvent>> subscribers, LiveEvent live)
    {
        foreach (var subscriber in subscribers)
        {
            try
            {
                subscriber(live);
            }
            catch (Exception ex)
            {
                LogFailed(logger, live.Kind, ex);
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A subscriber of live events failed at {Kind}"
    )]
    private static partial void LogFailed(ILogger logger, string kind, Exception ex);

    private sealed class Subscription(Action end) : IDisposable
    {
        private Action? end = end;

        public void Dispose() => Interlocked.Exchange(ref end, value: null)?.Invoke();
    }
}
