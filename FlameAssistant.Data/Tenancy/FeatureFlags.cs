using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Platform;

namespace FlameAssistant.Data.Tenancy;

/// <summary>Names of <c>shared.feature_flags</c> that code asks for.</summary>
public static class Features
{
    public const string Assistants = "assistants";
    public const string Knowledge = "knowledge";
    public const string Work = "work";
    public const string Reports = "reports";
    public const string Api = "api";
    public const string Webhooks = "webhooks";
    public const string WebChat = "web_chat";
}

/// <summary>One flag as one tenant sees it.</summary>
/// <param name="Override">The platform's word for this tenant.</param>
/// <param name="TenantValue">The tenant's row, by its plan or by a person.</param>
public sealed record FeatureState(
    string Name,
    bool IsEnabled,
    int RolloutPercentage,
    bool? Override,
    bool? TenantValue
)
{
    /// <summary>
    /// The override decides; else the main switch must be on; else the tenant's row; else the rollout, in which a tenant
    /// has its place by a hash that is the same on every node and stays as the percentage grows.
    /// </summary>
    public bool IsOnFor(Guid tenantId) =>
        Override ?? (IsEnabled && (TenantValue ?? Place(Name, tenantId) < RolloutPercentage));

    internal static int Place(string name, Guid tenantId) =>
        (int)(
            BinaryPrimitives.ReadUInt32BigEndian(
                SHA256.HashData(Encoding.UTF8.GetBytes($"{name}:{tenantId:D}"))
            ) % 100
        );
}

/// <summary>The one place that is asked whether a tenant has a feature. Answers are kept for a few seconds.</summary>
public sealed class FeatureFlags : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(4);
    private const int MaxEntries = 20_000;

    private readonly ConcurrentDictionary<
        Guid,
        (IReadOnlyDictionary<string, FeatureState> States, long At)
    > known = new();
    private readonly IDataSourceProvider sources;
    private readonly TimeProvider clock;
    private readonly IDisposable subscription;

    public FeatureFlags(IDataSourceProvider sources, LiveHub live, TimeProvider clock)
    {
        this.sources = sources;
        this.clock = clock;
        subscription = live.SubscribeAll(e =>
        {
            if (e.Kind is LiveKinds.Tenant or LiveKinds.Resync)
            {
                known.Clear();
            }
        });
    }

    /// <param name="feature">One of <see cref="Features"/>; an unknown one is off.</param>
    public async Task<bool> IsOnAsync(TenantRef tenant, string feature, CancellationToken ct) =>
        (await AllAsync(tenant, ct)).TryGetValue(feature, out var state)
        && state.IsOnFor(tenant.Id);

    public async Task<IReadOnlyDictionary<string, FeatureState>> AllAsync(
        TenantRef tenant,
        CancellationToken ct
    )
    {
        if (
            known.TryGetValue(tenant.Id, out var cached)
            && clock.GetElapsedTime(cached.At) < Freshness
        )
        {
            return cached.States;
        }
        var states = await ReadAsync(tenant, ct);
        if (known.Count > MaxEntries)
        {
            known.Clear();
        }
        known[tenant.Id] = (states, clock.GetTimestamp());
        return states;
    }

    public void Dispose() => subscription.Dispose();

    private async Task<Dictionary<string, FeatureState>> ReadAsync(
        TenantRef tenant,
        CancellationToken ct
    )
    {
        await using var command = sources
            .For(DataSources.MainCluster)
            .Platform.CreateCommand(
                """
                SELECT f.name, f.is_enabled, f.rollout_percentage, f.tenant_overrides -> $2 = 'true', tf.is_enabled
                  FROM shared.feature_flags f
                  LEFT JOIN shared.tenant_features tf ON tf.tenant_id = $1 AND tf.feature_id = f.id
                """
            );
        command.Parameters.Add(new() { Value = tenant.Id });
        command.Parameters.Add(new() { Value = tenant.Id.ToString() });
        var states = new Dictionary<string, FeatureState>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            states[reader.GetString(0)] = new FeatureState(
                reader.GetString(0),
                reader.GetBoolean(1),
                reader.GetInt32(2),
                await reader.IsDBNullAsync(3, ct) ? null : reader.GetBoolean(3),
                await reader.IsDBNullAsync(4, ct) ? null : reader.GetBoolean(4)
            );
        }
        return states;
    }
}
