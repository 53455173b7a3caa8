using System.Collections.Concurrent;
using System.Data;
using System.Globalization;
using Npgsql;

namespace FlameAssistant.Data.Platform;

/// <summary>
/// Upgrades every schema that is behind, several at a time and from several nodes at once: each takes the next one that
/// nobody holds. A schema is one transaction (scripts, its schema_migrations, the ledger), so what a crash leaves is the
/// version before. One that fails is recorded and left behind, and the others go on.
/// </summary>
internal sealed class TenantUpgrades(string owner, int target, Action<string> progress)
{
    private static readonly TimeSpan WaitForOthers = TimeSpan.FromMilliseconds(100);

    // Counted from the beginning of the run: a failure of an earlier one is tried again, one of this run is not.
    private const string IsBehind = "version < $1 AND NOT (state = 'failed' AND updated_at >= $2)";

    private readonly ConcurrentDictionary<string, string> failed = new(StringComparer.Ordinal);
    private int upgraded;
    private long total;
    private DateTime begun;

    public async Task<(int Upgraded, IReadOnlyList<string> Failed)> RunAsync(
        int workers,
        CancellationToken ct
    )
    {
        await using (var connection = await OpenAsync(ct))
        {
            // The server's clock, which the ledger is written by.
            begun = (DateTime)(await AskAsync(connection, "SELECT clock_timestamp()", ct))!;
            total = (long)(await AskBehindAsync(connection, ct))!;
        }
        if (total > 0)
        {
            await Task.WhenAll(
                Enumerable
                    .Range(0, (int)Math.Min(workers, total))
                    .Select(_ => Task.Run(() => WorkAsync(ct), ct))
            );
        }
        return (upgraded, failed.Keys.Order(StringComparer.Ordinal).ToList());
    }

    private async Task WorkAsync(CancellationToken ct)
    {
        NpgsqlConnection? connection = null;
        try
        {
            while (true)
            {
                if (connection is not { State: ConnectionState.Open })
                {
                    connection?.Dispose();
                    connection = await OpenAsync(ct);
                }
                if (await UpgradeNextAsync(connection, ct))
                {
                    continue;
                }
                if (await AskBehindAsync(connection, ct) is 0L)
                {
                    return;
                }
                // Another worker or node holds the rest; if it dies, they are ours.
                await Task.Delay(WaitForOthers, ct);
            }
        }
        finally
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    /// <returns>Whether there was one to take.</returns>
    private async Task<bool> UpgradeNextAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        string? schema = null;
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            schema =
                await AskAsync(
                    connection,
                    $"""
                    SELECT schema_name FROM shared.tenant_schemas WHERE {IsBehind}
                     ORDER BY attempt, schema_name LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
                    """,
                    ct,
                    target,
                    begun
                ) as string;
            // One that failed in this moment is free again before its failure is written.
            if (schema is null || failed.ContainsKey(schema))
            {
                return false;
            }
            try
            {
                await AskAsync(connection, "SELECT shared.upgrade_tenant_schema($1)", ct, schema);
            }
            catch (NpgsqlException ex)
            {
                failed[schema] = (ex as PostgresException)?.MessageText ?? ex.Message;
                throw;
            }
            await transaction.CommitAsync(ct);
            var done = Interlocked.Increment(ref upgraded);
            progress(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"tenant: {schema} is at {target:000} ({done} of {total})"
                )
            );
        }
        catch (NpgsqlException ex) when (schema is not null)
        {
            await RecordAsync(schema, ex, ct);
        }
        return true;
    }

    private async Task RecordAsync(string schema, NpgsqlException ex, CancellationToken ct)
    {
        var reason = (ex as PostgresException)?.MessageText ?? ex.Message;
        failed.TryAdd(schema, reason);
        // By a connection of its own: the failed one may be broken.
        await using var connection = await OpenAsync(ct);
        await AskAsync(
            connection,
            "UPDATE shared.tenant_schemas SET state = 'failed', attempt = attempt + 1, last_error = $2 WHERE schema_name = $1",
            ct,
            schema,
            reason
        );
        progress($"tenant: {schema} failed: {reason}");
    }

    private Task<object?> AskBehindAsync(NpgsqlConnection connection, CancellationToken ct) =>
        AskAsync(
            connection,
            $"SELECT count(*) FROM shared.tenant_schemas WHERE {IsBehind}",
            ct,
            target,
            begun
        );

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(owner) { Pooling = false }.ConnectionString
        );
        try
        {
            await connection.OpenAsync(ct);
            await AskAsync(
                connection,
                "SET ROLE flame_owner; SET search_path = pg_catalog; SET lock_timeout = '10s'",
                ct
            );
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<object?> AskAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken ct,
        params object[] values
    )
    {
        // A script may rewrite a large table.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 3600 };
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
        return await command.ExecuteScalarAsync(ct);
    }
}
