using FlameAssistant.Data.Platform;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FlameAssistant.Jobs.Tenancy;

/// <summary>
/// Measures what tenants use, so that <c>/system</c> reads one table instead of every schema. A tenant that fails does not
/// stop the others.
/// </summary>
public sealed class MeasureTenantsJob(
    IDataSourceProvider sources,
    TimeProvider clock,
    ILogger<MeasureTenantsJob> logger
)
{
    public const string RecurringId = "measure-tenants";
    private const int AtOnce = 500;
    private const long OneRunner = 0x464C554745;

    /// <returns>How many tenants were measured.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var connection = await sources
            .For(DataSources.MainCluster)
            .Worker.OpenConnectionAsync(ct);
        // The lock goes with the session's settings when the connection returns to its pool.
        await using (
            var alone = new NpgsqlCommand($"SELECT pg_try_advisory_lock({OneRunner})", connection)
        )
        {
            if (await alone.ExecuteScalarAsync(ct) is false)
            {
                return 0;
            }
        }
        var due = new List<string>();
        await using (
            var find = new NpgsqlCommand("SELECT shared.tenants_to_measure($1, $2)", connection)
        )
        {
            find.Parameters.Add(new() { Value = clock.GetUtcNow() });
            find.Parameters.Add(new() { Value = AtOnce });
            await using var reader = await find.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                due.Add(reader.GetString(0));
            }
        }
        var measured = 0;
        foreach (var schema in due)
        {
            try
            {
                await using var measure = new NpgsqlCommand(
                    "SELECT shared.measure_tenant($1, $2)",
                    connection
                );
                measure.Parameters.Add(new() { Value = schema });
                measure.Parameters.Add(new() { Value = clock.GetUtcNow() });
                await measure.ExecuteNonQueryAsync(ct);
                measured++;
            }
            catch (PostgresException ex)
            {
                MeasureTenantsLog.Failed(logger, ex, schema);
            }
        }
        return measured;
    }
}

internal static partial class MeasureTenantsLog
{
    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The use of {Schema} was not measured; the next run tries again"
    )]
    public static partial void Failed(ILogger logger, Exception exception, string schema);
}
