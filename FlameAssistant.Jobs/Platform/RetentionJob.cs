using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Tenancy;
using Microsoft.Extensions.Logging;

namespace FlameAssistant.Jobs.Platform;

/// <summary>Takes away what the retention settings no longer keep, and tenants whose grace period is over.</summary>
public sealed class RetentionJob(
    IDataSourceProvider sources,
    DropTenant tenants,
    TimeProvider clock,
    ILogger<RetentionJob> logger
)
{
    public const string RecurringId = "retention";

    public async Task RunAsync(CancellationToken ct)
    {
        var worker = sources.For(DataSources.MainCluster).Worker;
        await using (
            var partitions = worker.CreateCommand("SELECT shared.drop_expired_partitions($1)")
        )
        {
            partitions.Parameters.Add(new() { Value = clock.GetUtcNow() });
            await using var reader = await partitions.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                RetentionLog.Took(logger, reader.GetString(0));
            }
        }
        int gone;
        do
        {
            await using var rows = worker.CreateCommand("SELECT shared.delete_expired_rows($1)");
            rows.Parameters.Add(new() { Value = clock.GetUtcNow() });
            gone = (int)(await rows.ExecuteScalarAsync(ct))!;
        } while (gone > 0);
        foreach (var (slug, error) in await tenants.RunDueAsync(ct))
        {
            if (error is null)
            {
                RetentionLog.Took(logger, $"tenant {slug}");
            }
            else
            {
                RetentionLog.Kept(logger, slug, error.Message);
            }
        }
    }
}

internal static partial class RetentionLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "By its retention: {What}")]
    public static partial void Took(ILogger logger, string what);

    [LoggerMessage(Level = LogLevel.Error, Message = "The tenant {Slug} is not dropped: {Reason}")]
    public static partial void Kept(ILogger logger, string slug, string reason);
}
