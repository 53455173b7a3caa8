using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Web.Features.Platform;

/// <param name="Servers">Nodes that work on jobs now.</param>
public sealed record JobCounts(
    long Servers,
    long Enqueued,
    long Processing,
    long Scheduled,
    long Failed
);

/// <param name="Problem">Null while it is well.</param>
public sealed record HealthLine(string Name, string? Problem, TimeSpan Took);

/// <summary>All that the pages about the installation ask of the world.</summary>
public interface IPlatformData
{
    /// <returns>Null for who is no super-admin.</returns>
    Task<SystemOverview?> OverviewAsync(CancellationToken ct);

    /// <returns>Null while the job store does not answer.</returns>
    Task<JobCounts?> JobsAsync(CancellationToken ct);

    Task<IReadOnlyList<SubscriptionState>> SubscriptionsAsync(CancellationToken ct);

    Task<IReadOnlyList<FlagRow>> FlagsAsync(CancellationToken ct);

    Task<IReadOnlyList<FlagOverride>> OverridesAsync(string flag, CancellationToken ct);

    Task<Result<bool>> SaveFlagAsync(
        string flag,
        bool isEnabled,
        int rollout,
        CancellationToken ct
    );

    Task<Result<bool>> OverrideAsync(string flag, string slug, bool? isOn, CancellationToken ct);

    Task<IReadOnlyList<SettingRow>> SettingsAsync(CancellationToken ct);

    Task<Result<bool>> SaveSettingAsync(
        string key,
        string value,
        string? then,
        CancellationToken ct
    );

    Task<IReadOnlyList<HealthLine>> HealthAsync(CancellationToken ct);

    Task<IReadOnlyList<SchemaSize>> LargestSchemasAsync(CancellationToken ct);
}
