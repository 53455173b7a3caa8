using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using Npgsql;

namespace FlameAssistant.Jobs.Outbox;

/// <summary>Takes outbox rows, as flame_worker: fair between tenants, in order within a key, never the same row twice at once.</summary>
public sealed class OutboxClaims(IDataSourceProvider sources, TimeProvider clock)
{
    // Longer than any request to a provider may take, so that a living node never loses a row it works on.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private const int PerTenant = 10;

    private readonly NpgsqlDataSource worker = sources.For(DataSources.MainCluster).Worker;
    private readonly string node = $"{Environment.MachineName}:{Environment.ProcessId}";

    public async Task<List<ClaimedWork>> ClaimAsync(string kind, int limit, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var command = worker.CreateCommand(
            """
            WITH RECURSIVE waiting AS (
              (SELECT tenant_id FROM shared.outbox WHERE kind = $1 ORDER BY tenant_id LIMIT 1)
              UNION ALL
              SELECT (SELECT o.tenant_id FROM shared.outbox o WHERE o.kind = $1 AND o.tenant_id > w.tenant_id ORDER BY o.tenant_id LIMIT 1)
                FROM waiting w WHERE w.tenant_id IS NOT NULL),
            heads AS (
              SELECT h.id FROM waiting w
               CROSS JOIN LATERAL (
                SELECT count(*) AS taken FROM shared.outbox o
                 WHERE o.kind = $1 AND o.tenant_id = w.tenant_id AND o.available_at > $2 AND o.leased_by IS NOT NULL) busy
               CROSS JOIN LATERAL (
                SELECT first.id, first.available_at, row_number() OVER (ORDER BY first.available_at, first.id) AS place FROM (
                  SELECT o.id, o.available_at FROM shared.outbox o
                   WHERE o.kind = $1 AND o.tenant_id = w.tenant_id AND o.available_at <= $2
                     AND NOT EXISTS (SELECT FROM shared.outbox earlier
                                      WHERE earlier.tenant_id = o.tenant_id AND earlier.order_key = o.order_key
                                        AND earlier.kind = o.kind AND earlier.order_seq < o.order_seq)
                   ORDER BY o.available_at LIMIT $3) first) h
               -- Whoever has least under way comes first, so that a long queue delays nobody else's.
               ORDER BY busy.taken + h.place, h.available_at LIMIT $4)
            UPDATE shared.outbox o SET attempts = attempts + 1, available_at = $5, leased_by = $6, last_error = NULL
             WHERE o.id IN (SELECT id FROM shared.outbox WHERE id IN (SELECT id FROM heads) AND available_at <= $2
                               FOR UPDATE SKIP LOCKED)
            RETURNING o.id, o.tenant_id, o.subject_id, o.attempts
            """
        );
        command.Parameters.Add(new() { Value = kind });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = PerTenant });
        command.Parameters.Add(new() { Value = limit });
        command.Parameters.Add(new() { Value = now + Lease });
        command.Parameters.Add(new() { Value = node });
        var claimed = new List<ClaimedWork>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            claimed.Add(
                new ClaimedWork(
                    reader.GetGuid(0),
                    reader.GetGuid(1),
                    reader.GetGuid(2),
                    reader.GetInt32(3)
                )
            );
        }
        return claimed;
    }

    /// <summary>Gives a row back without counting the attempt: its tenant may not send just now.</summary>
    public async Task PutBackAsync(ClaimedWork work, TimeSpan after, CancellationToken ct)
    {
        await using var command = worker.CreateCommand(
            "UPDATE shared.outbox SET attempts = attempts - 1, available_at = $2, leased_by = NULL WHERE id = $1"
        );
        command.Parameters.Add(new() { Value = work.Id });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() + after });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// Keeps what went wrong, for a super-admin's eyes, and tries again after the time of a lease, which doubles each time up
    /// to an hour: what is out of order today may be repaired tomorrow.
    /// </summary>
    public async Task FailedAsync(ClaimedWork work, Exception error, CancellationToken ct)
    {
        await using var command = worker.CreateCommand(
            """
            UPDATE shared.outbox SET available_at = $2, leased_by = NULL, last_error = left($3, 500)
             WHERE id = $1 AND leased_by = $4 AND attempts = $5
            """
        );
        var pause = Lease * Math.Pow(2, Math.Min(work.Attempts - 1, 10));
        command.Parameters.Add(new() { Value = work.Id });
        command.Parameters.Add(
            new() { Value = clock.GetUtcNow() + (pause < LongestPause ? pause : LongestPause) }
        );
        command.Parameters.Add(
            new() { Value = StorableText.Clean($"{error.GetType().Name}: {error.Message}") }
        );
        command.Parameters.Add(new() { Value = node });
        command.Parameters.Add(new() { Value = work.Attempts });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Takes a row away whose work is not in the database, and done.</summary>
    public async Task DoneAsync(ClaimedWork work, CancellationToken ct)
    {
        await using var command = worker.CreateCommand("DELETE FROM shared.outbox WHERE id = $1");
        command.Parameters.Add(new() { Value = work.Id });
        await command.ExecuteNonQueryAsync(ct);
    }
}
