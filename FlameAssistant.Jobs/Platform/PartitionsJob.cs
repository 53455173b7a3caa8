using FlameAssistant.Data.Platform;

namespace FlameAssistant.Jobs.Platform;

/// <summary>Makes the partitions of the coming weeks and months, long before a row needs them.</summary>
public sealed class PartitionsJob(IDataSourceProvider sources, TimeProvider clock)
{
    public const string RecurringId = "partitions";

    /// <returns>How many were made.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var command = sources
            .For(DataSources.MainCluster)
            .Worker.CreateCommand("SELECT shared.ensure_partitions($1)");
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        return (int)(await command.ExecuteScalarAsync(ct))!;
    }
}
