using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Auth;
using Hangfire;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FlameAssistant.Web.Features.Platform;

/// <summary>The installation, for the super-admin of this circuit.</summary>
internal sealed class PlatformData(
    SystemSession session,
    SystemOverviewQuery overview,
    SystemQueries queries,
    SystemFlagQueries flags,
    SaveFlag saveFlag,
    OverrideFlag overrideFlag,
    SystemSettingQueries settings,
    SaveSetting saveSetting,
    HealthCheckService health,
    JobStorage jobs
) : IPlatformData
{
    private const int ShownSchemas = 10;

    public async Task<SystemOverview?> OverviewAsync(CancellationToken ct) =>
        await overview.RunAsync(await session.EnterAsync(ct), ct);

    public async Task<JobCounts?> JobsAsync(CancellationToken ct)
    {
        if (!await session.IsSuperAdminAsync(ct))
        {
            return null;
        }
        try
        {
            // Hangfire asks its store without awaiting: not on the circuit's thread.
            var counts = await Task.Run(() => jobs.GetMonitoringApi().GetStatistics(), ct);
            return new JobCounts(
                counts.Servers,
                counts.Enqueued,
                counts.Processing,
                counts.Scheduled,
                counts.Failed
            );
        }
        catch (System.Data.Common.DbException)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<SubscriptionState>> SubscriptionsAsync(CancellationToken ct) =>
        await session.IsSuperAdminAsync(ct) ? await queries.SubscriptionStatesAsync(ct) : [];

    public async Task<IReadOnlyList<FlagRow>> FlagsAsync(CancellationToken ct) =>
        await flags.ListAsync(await session.EnterAsync(ct), ct);

    public async Task<IReadOnlyList<FlagOverride>> OverridesAsync(
        string flag,
        CancellationToken ct
    ) => await flags.OverridesAsync(flag, await session.EnterAsync(ct), ct);

    public async Task<Result<bool>> SaveFlagAsync(
        string flag,
        bool isEnabled,
        int rollout,
        CancellationToken ct
    ) => await saveFlag.RunAsync(flag, isEnabled, rollout, await session.EnterAsync(ct), ct);

    public async Task<Result<bool>> OverrideAsync(
        string flag,
        string slug,
        bool? isOn,
        CancellationToken ct
    ) => await overrideFlag.RunAsync(flag, slug, isOn, await session.EnterAsync(ct), ct);

    public async Task<IReadOnlyList<SettingRow>> SettingsAsync(CancellationToken ct) =>
        await settings.ListAsync(await session.EnterAsync(ct), ct);

    public async Task<Result<bool>> SaveSettingAsync(
        string key,
        string value,
        string? then,
        CancellationToken ct
    ) => await saveSetting.RunAsync(key, value, then, await session.EnterAsync(ct), ct);

    public async Task<IReadOnlyList<HealthLine>> HealthAsync(CancellationToken ct)
    {
        if (!await session.IsSuperAdminAsync(ct))
        {
            return [];
        }
        var report = await health.CheckHealthAsync(ct);
        return
        [
            .. report.Entries.Select(entry => new HealthLine(
                entry.Key,
                entry.Value.Status == HealthStatus.Healthy
                    ? null
                    : entry.Value.Description ?? entry.Value.Status.ToString(),
                entry.Value.Duration
            )),
        ];
    }

    public async Task<IReadOnlyList<SchemaSize>> LargestSchemasAsync(CancellationToken ct) =>
        await session.IsSuperAdminAsync(ct) ? await queries.SchemaSizesAsync(ShownSchemas, ct) : [];
}

internal static class PlatformRegistration
{
    public static void AddPlatform(this IServiceCollection services) =>
        services.AddScoped<IPlatformData, PlatformData>();
}
