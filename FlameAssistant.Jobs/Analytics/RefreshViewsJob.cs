using FlameAssistant.Data.Platform;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FlameAssistant.Jobs.Analytics;

/// <summary>
/// Refreshes dashboard_stats and assistant_metrics of the tenants in which something changed. Readers are never held up, and
/// a tenant that fails does not stop the others.
/// </summary>
public sealed class RefreshViewsJob(
    IDataSourceProvider sources,
    TimeProvider clock,
    ILogger<RefreshViewsJob> logger
)
{
    public const string RecurringId = "refresh-views";
    private const int AtOnce = 500;
    internal const long OneRunner = 0x464C564945;

    /// <returns>How many tenants were refreshed.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var connection = await sources
            .For(DataSources.MainCluster)
            .Worker.OpenConnectionAsync(ct);
        // The views of a large tenant may take longer than the pause between two runs.
        await using (
            var alone = new NpgsqlCommand($"SELECT pg_try_advisory_lock({OneRunner})", connection)
        )
        {
            if (await alone.ExecuteScalarAsync(ct) is false)
            {
                return 0;
            }
        }
        try
        {
            return await RefreshAsync(connection, ct);
        }
        finally
        {
            // By name: the pool would let go of it only when somebody uses this connection again.
            await using var free = new NpgsqlCommand(
                $"SELECT pg_advisory_unlock({OneRunner})",
                connection
            );
            await free.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    private async Task<int> RefreshAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var stale = new List<string>();
        await using (
            var find = new NpgsqlCommand("SELECT shared.stale_tenant_views($1, $2)", connection)
        )
        {
            find.Parameters.Add(new() { Value = clock.GetUtcNow() });
            find.Parameters.Add(new() { Value = AtOnce });
            await using var reader = await find.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                stale.Add(reader.GetString(0));
            }
        }
        // The pool takes it back before the connection is used again.
        await using (var patient = new NpgsqlCommand("SET statement_timeout = '10min'", connection))
        {
            await patient.ExecuteNonQueryAsync(ct);
        }
        var refreshed = 0;
        foreach (var schema in stale)
        {
            try
            {
                await using var refresh = new NpgsqlCommand(
                    "SELECT shared.refresh_tenant_views($1)",
                    connection
                )
                {
                    CommandTimeout = 660,
                };
                refresh.Parameters.Add(new() { Value = schema });
                await refresh.ExecuteNonQueryAsync(ct);
                refreshed++;
            }
            catch (PostgresException ex)
            {
                RefreshViewsLog.Failed(logger, ex, schema);
            }
        }
        return refreshed;
    }
}

internal static partial class RefreshViewsLog
{
    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The views of {Schema} were not refreshed; the next run tries again"
    )]
    public static partial void Failed(ILogger logger, Exception exception, string schema);
}
