using System.Collections.Concurrent;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Jobs.Channels;

/// <summary>Notes that something came in by a channel, once a minute at most: messages do not wait for it.</summary>
public sealed class ChannelTraffic(TenantUnits units, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private const int MaxChannels = 50_000;

    private readonly ConcurrentDictionary<Guid, long> noted = new();

    public async Task NoteAsync(TenantRef tenant, Guid channelId, CancellationToken ct)
    {
        if (noted.TryGetValue(channelId, out var at) && clock.GetElapsedTime(at) < Every)
        {
            return;
        }
        if (noted.Count > MaxChannels)
        {
            noted.Clear();
        }
        noted[channelId] = clock.GetTimestamp();
        await units.RunAsync(tenant, Actor.System, new NoteChannelTraffic(channelId), ct);
    }
}
