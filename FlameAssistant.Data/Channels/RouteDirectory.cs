using System.Collections.Concurrent;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Platform;
using Npgsql;

namespace FlameAssistant.Data.Channels;

/// <summary>A route with its secrets opened; lives in memory only.</summary>
/// <param name="AppSecret">Null: the channel has no secret of its own and is reached by the shared address.</param>
public sealed record OpenRoute(
    Guid ChannelId,
    Guid TenantId,
    string Provider,
    string AccountId,
    string State,
    string? AppSecret,
    string? VerifyToken
)
{
    /// <summary>The account above it, where the provider has one.</summary>
    public string? GroupId { get; init; }
}

/// <summary>
/// Finds routes before the tenant is known, as flame_worker. Answers are kept for a while, so that a webhook costs one
/// INSERT; a channel's change forgets them on every node.
/// </summary>
public sealed class RouteDirectory : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(15);
    private const int MaxEntries = 50_000;

    private readonly ConcurrentDictionary<string, (OpenRoute? Route, long At)> cache = new(
        StringComparer.Ordinal
    );
    private readonly NpgsqlDataSource worker;
    private readonly ChannelSecrets secrets;
    private readonly TimeProvider clock;
    private readonly IDisposable subscription;

    public RouteDirectory(
        IDataSourceProvider sources,
        ChannelSecrets secrets,
        LiveHub live,
        TimeProvider clock
    )
    {
        worker = sources.For(DataSources.MainCluster).Worker;
        this.secrets = secrets;
        this.clock = clock;
        subscription = live.SubscribeAll(e =>
        {
            if (e.Kind is LiveKinds.Channel or LiveKinds.Resync)
            {
                cache.Clear();
            }
        });
    }

    public Task<OpenRoute?> FindAsync(Guid channelId, CancellationToken ct) =>
        FindAsync(channelId.ToString("N"), "channel_id = $1", ct, channelId);

    public Task<OpenRoute?> FindAsync(string provider, string accountId, CancellationToken ct) =>
        FindAsync(
            $"{provider}/{accountId}",
            "provider = $1 AND account_id = $2",
            ct,
            provider,
            accountId
        );

    public void Dispose() => subscription.Dispose();

    /// <summary>Every channel of this account, for what concerns all of them.</summary>
    public async Task<IReadOnlyList<OpenRoute>> FindGroupAsync(
        string provider,
        string groupId,
        CancellationToken ct
    )
    {
        var channels = new List<Guid>();
        await using (
            var command = worker.CreateCommand(
                "SELECT channel_id FROM shared.channel_routes WHERE provider = $1 AND group_id = $2 ORDER BY channel_id"
            )
        )
        {
            command.Parameters.Add(new() { Value = provider });
            command.Parameters.Add(new() { Value = groupId });
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                channels.Add(reader.GetGuid(0));
            }
        }
        var routes = new List<OpenRoute>();
        foreach (var channel in channels)
        {
            if (await FindAsync(channel, ct) is { } route)
            {
                routes.Add(route);
            }
        }
        return routes;
    }

    private async Task<OpenRoute?> FindAsync(
        string key,
        string condition,
        CancellationToken ct,
        params object[] values
    )
    {
        if (cache.TryGetValue(key, out var known) && clock.GetElapsedTime(known.At) < Freshness)
        {
            return known.Route;
        }
        await using var command = worker.CreateCommand(
            $"""
            SELECT channel_id, tenant_id, provider, account_id, state, app_secret_encrypted, verify_token_encrypted, group_id
              FROM shared.channel_routes WHERE {condition}
            """
        );
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
        OpenRoute? route = null;
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            if (await reader.ReadAsync(ct))
            {
                var (channelId, tenantId) = (reader.GetGuid(0), reader.GetGuid(1));
                route = new OpenRoute(
                    channelId,
                    tenantId,
                    reader.GetString(2),
                    reader.GetString(3),
                    reader.GetString(4),
                    Open(
                        tenantId,
                        channelId,
                        "app_secret",
                        reader.IsDBNull(5) ? null : reader.GetString(5)
                    ),
                    Open(
                        tenantId,
                        channelId,
                        "verify_token",
                        reader.IsDBNull(6) ? null : reader.GetString(6)
                    )
                )
                {
                    GroupId = reader.IsDBNull(7) ? null : reader.GetString(7),
                };
            }
        }
        // Ids come from addresses that anybody can call.
        if (cache.Count > MaxEntries)
        {
            cache.Clear();
        }
        cache[key] = (route, clock.GetTimestamp());
        return route;
    }

    // A secret that does not open must never verify anything: an empty one is refused by the endpoint.
    private string? Open(Guid tenantId, Guid channelId, string field, string? cipher) =>
        cipher is null ? null
        : secrets.Unprotect(tenantId, channelId, field, cipher) is { IsOk: true, Value: var plain }
            ? plain
        : "";
}
