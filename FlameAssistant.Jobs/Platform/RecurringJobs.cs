using FlameAssistant.Jobs.Analytics;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Conversations;
using FlameAssistant.Jobs.Templates;
using FlameAssistant.Jobs.Tenancy;
using Hangfire;
using Microsoft.Extensions.Hosting;

namespace FlameAssistant.Jobs.Platform;

/// <summary>The clock's work: one recurring job per concern. Registering again changes nothing.</summary>
public sealed class RecurringJobs(IRecurringJobManager recurring) : BackgroundService
{
    private static readonly RecurringJobOptions utc = new() { TimeZone = TimeZoneInfo.Utc };

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        recurring.AddOrUpdate<PartitionsJob>(
            PartitionsJob.RecurringId,
            job => job.RunAsync(CancellationToken.None),
            "17 */6 * * *",
            utc
        );
        recurring.AddOrUpdate<RetentionJob>(
            RetentionJob.RecurringId,
            job => job.RunAsync(CancellationToken.None),
            "37 3 * * *",
            utc
        );
        recurring.AddOrUpdate<RefreshViewsJob>(
            RefreshViewsJob.RecurringId,
            job => job.RunAsync(CancellationToken.None),
            "*/5 * * * *",
            utc
        );
        recurring.AddOrUpdate<MeasureTenantsJob>(
            MeasureTenantsJob.RecurringId,
            job => job.RunAsync(CancellationToken.None),
            "*/2 * * * *",
            utc
        );
        recurring.AddOrUpdate<RemoveOrphansJob>(
            RemoveOrphansJob.RecurringId,
            job => job.RunAsync(CancellationToken.None),
            "7 4 * * *",
            utc
        );
        recurring.AddOrUpdate<SyncTemplatesJob>(
            SyncTemplatesJob.RecurringId,
            job => job.RunAsync(CancellationToken.None),
            "43 */6 * * *",
            utc
        );
        recurring.AddOrUpdate<CheckSessionsJob>(
            CheckSessionsJob.RecurringId,
            job => job.RunAsync(CancellationToken.None),
            "*/2 * * * *",
            utc
        );
        return Task.CompletedTask;
    }
}
