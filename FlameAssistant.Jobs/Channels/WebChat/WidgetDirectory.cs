using System.Collections.Concurrent;
using System.Text.Json;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Jobs.Channels.WebChat;

/// <summary>A web chat that may be shown, and whose it is; lives in memory only, its secret opened.</summary>
public sealed record WidgetChannel(
    TenantRef Tenant,
    Guid Id,
    WebChatSettings Settings,
    WorkingHours Hours,
    long MaxUploadBytes,
    string? IdentitySecret
);

/// <summary>
/// Finds web chats by key or id. Answers are kept for a while, so that a page with the widget costs nothing; a channel's
/// change forgets them on every node.
/// </summary>
public sealed class WidgetDirectory : IDisposable
{
    private const int MaxEntries = 20_000;
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<Guid, (WidgetChannel? Channel, long At)> cache = new();
    private readonly RouteDirectory routes;
    private readonly TenantCatalog tenants;
    private readonly TenantUnits units;
    private readonly ChannelSecrets secrets;
    private readonly TimeProvider clock;
    private readonly IDisposable subscription;

    public WidgetDirectory(
        RouteDirectory routes,
        TenantCatalog tenants,
        TenantUnits units,
        ChannelSecrets secrets,
        LiveHub live,
        TimeProvider clock
    )
    {
        this.routes = routes;
        this.tenants = tenants;
        this.units = units;
        this.secrets = secrets;
        this.clock = clock;
        subscription = live.SubscribeAll(e =>
        {
            if (e.Kind is LiveKinds.Channel or LiveKinds.Tenant or LiveKinds.Resync)
            {
                cache.Clear();
            }
        });
    }

    /// <returns>Null for what is no key, and for a channel that is not there or not active.</returns>
    public async Task<WidgetChannel?> FindAsync(string? key, CancellationToken ct) =>
        WidgetKey.Read(key) is { } id ? await FindAsync(id, ct) : null;

    /// <inheritdoc cref="FindAsync(string?, CancellationToken)"/>
    public async Task<WidgetChannel?> FindAsync(Guid channelId, CancellationToken ct)
    {
        if (
            cache.TryGetValue(channelId, out var known)
            && clock.GetElapsedTime(known.At) < Freshness
        )
        {
            return known.Channel;
        }
        var channel = await ReadAsync(channelId, ct);
        // Keys come from addresses that anybody can call.
        if (cache.Count > MaxEntries)
        {
            cache.Clear();
        }
        cache[channelId] = (channel, clock.GetTimestamp());
        return channel;
    }

    public void Dispose() => subscription.Dispose();

    private async Task<WidgetChannel?> ReadAsync(Guid channelId, CancellationToken ct)
    {
        if (
            await routes.FindAsync(channelId, ct)
                is not { Provider: ChannelTypes.WebChat, State: ChannelRoute.Active } route
            || await tenants.FindAsync(route.TenantId, ct)
                is not { SchemaVersion: >= OpenVisitor.SchemaVersion } tenant
        )
        {
            return null;
        }
        var (channel, limits) = await units.ReadAsync(
            tenant,
            Actor.System,
            async (unit, token) =>
                (
                    await unit
                        .Db.Channels.AsNoTracking()
                        .SingleOrDefaultAsync(
                            c => c.Id == channelId && c.Status == ChannelStatuses.Active,
                            token
                        ),
                    Data.Conversations.UploadLimits.DefaultMaxMb
                ),
            ct
        );
        if (channel is null)
        {
            return null;
        }
        var cipher = JsonSerializer
            .Deserialize<Dictionary<string, string>>(channel.Credentials)
            ?.GetValueOrDefault(WebChatFields.IdentitySecret);
        return new WidgetChannel(
            tenant,
            channelId,
            WebChatSettings.Read(channel.Config),
            WorkingHours.Read(channel.WorkingHours).In(tenant.Defaults),
            (channel.MaxAttachmentMb ?? limits) * 1048576L,
            cipher is not null
            && secrets.Unprotect(tenant.Id, channelId, WebChatFields.IdentitySecret, cipher)
                is { IsOk: true, Value: { Length: > 0 } secret }
                ? secret
                : null
        );
    }
}
