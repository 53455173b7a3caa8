using Hangfire;
using Microsoft.Extensions.Hosting;

namespace FlameAssistant.Jobs.Platform;

/// <summary>The clock's work: one recurring job per concern. Registering again changes nothing.</summary>
public sealed class RecurringJobs(IRecurringJobManager recurring) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        recurring.AddOrUpdate<PartitionsJob>(
            PartitionsJob.RecurringId,
            job => job.RunAsync(CancellationToken.None),
            "17 */6 * * *",
            new RecurringJobOptions { TimeZone = TimeZoneInfo.Utc }
        );
        return Task.CompletedTask;
    }
}
