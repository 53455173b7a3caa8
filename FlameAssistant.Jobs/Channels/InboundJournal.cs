using System.Collections.Concurrent;
using System.Threading.Channels;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using Npgsql;
using NpgsqlTypes;

namespace FlameAssistant.Jobs.Channels;

/// <summary>One raw webhook body on its way through the journal.</summary>
public sealed record JournalEvent(
    Guid Id,
    DateTimeOffset CreatedAt,
    string Provider,
    Guid? ChannelId,
    byte[] Body,
    int Attempts
);

/// <summary>
/// <c>shared.inbound_events</c>, as flame_worker: a body is stored before anything else is done with it, and taken by one
/// worker at a time.
/// </summary>
public sealed class InboundJournal(IDataSourceProvider sources, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private const int MaxBatch = 200;
    private const int MaxBatchBytes = 8 * 1024 * 1024;

    // Bodies per write from which on they come faster than they are written one by one.
    private const int PressureBatch = 4;
    private static readonly TimeSpan PressureLasts = TimeSpan.FromMilliseconds(250);

    private long pressedAt;
    private readonly ConcurrentQueue<Entry> waiting = new();
    private readonly SemaphoreSlim writers = new(2);
    private readonly NpgsqlDataSource worker = sources.For(DataSources.MainCluster).Worker;

    private readonly Channel<bool> wakeUps = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    internal ChannelReader<bool> WakeUps => wakeUps.Reader;

    /// <summary>Whether bodies come in a flood. Taking them from the provider then comes before working on them.</summary>
    internal bool IsUnderPressure =>
        Volatile.Read(ref pressedAt) is var at and not 0
        && clock.GetElapsedTime(at) < PressureLasts;

    /// <summary>
    /// Stores the body; when this returns it is durable, and this node's worker is awake. Bodies that come while a write is
    /// under way go together with the next one: under load a commit, not a body, is what costs.
    /// </summary>
    /// <param name="channelId">The channel whose address and secret it came by; null for a shared address.</param>
    /// <param name="ct">Ends the wait, not the write.</param>
    public async Task<Guid> StoreAsync(
        string provider,
        Guid? channelId,
        byte[] body,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        var entry = new Entry(Guid.CreateVersion7(now), now, provider, channelId, body);
        waiting.Enqueue(entry);
        _ = WriteAsync();
        await entry.Stored.Task.WaitAsync(ct);
        wakeUps.Writer.TryWrite(true);
        return entry.Id;
    }

    private async Task WriteAsync()
    {
        // Who finds no free writer is taken along: a writer looks again after it has given its place back.
        while (!waiting.IsEmpty && await writers.WaitAsync(TimeSpan.Zero))
        {
            try
            {
                await InsertAsync(NextBatch());
            }
            finally
            {
                writers.Release();
            }
        }
    }

    private List<Entry> NextBatch()
    {
        var batch = new List<Entry>();
        var bytes = 0;
        while (batch.Count < MaxBatch && bytes < MaxBatchBytes && waiting.TryDequeue(out var entry))
        {
            batch.Add(entry);
            bytes += entry.Body.Length;
        }
        return batch;
    }

    private async Task InsertAsync(List<Entry> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }
        try
        {
            await using var command = worker.CreateCommand(
                """
                INSERT INTO shared.inbound_events (id, provider, channel_id, body, available_at, created_at)
                SELECT id, provider, channel_id, body, created_at, created_at
                  FROM unnest($1, $2, $3, $4, $5) AS e (id, provider, channel_id, body, created_at)
                """
            );
            command.Parameters.Add(new() { Value = batch.Select(e => e.Id).ToArray() });
            command.Parameters.Add(new() { Value = batch.Select(e => e.Provider).ToArray() });
            command.Parameters.Add(new() { Value = batch.Select(e => e.ChannelId).ToArray() });
            command.Parameters.Add(new() { Value = batch.Select(e => e.Body).ToArray() });
            command.Parameters.Add(new() { Value = batch.Select(e => e.CreatedAt).ToArray() });
            await command.ExecuteNonQueryAsync();
            batch.ForEach(e => e.Stored.SetResult());
            if (batch.Count >= PressureBatch)
            {
                Volatile.Write(ref pressedAt, clock.GetTimestamp());
            }
        }
        catch (Exception ex)
        {
            // Nothing of it is stored: every caller answers with an error, and the provider sends again.
            batch.ForEach(e => e.Stored.SetException(ex));
        }
    }

    /// <summary>Takes the oldest due events for a minute; what a crash leaves behind is due again after it.</summary>
    internal async Task<List<JournalEvent>> ClaimAsync(int limit, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var command = worker.CreateCommand(
            """
            UPDATE shared.inbound_events e SET attempts = attempts + 1, available_at = $2
              FROM (SELECT created_at, id FROM shared.inbound_events
                     WHERE state = 'pending' AND available_at <= $1
                     ORDER BY available_at LIMIT $3 FOR UPDATE SKIP LOCKED) due
             WHERE e.created_at = due.created_at AND e.id = due.id
            RETURNING e.id, e.created_at, e.provider, e.channel_id, e.body, e.attempts
            """
        );
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = now + Lease });
        command.Parameters.Add(new() { Value = limit });
        var events = new List<JournalEvent>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            events.Add(
                new JournalEvent(
                    reader.GetGuid(0),
                    reader.GetFieldValue<DateTimeOffset>(1),
                    reader.GetString(2),
                    reader.IsDBNull(3) ? null : reader.GetGuid(3),
                    reader.GetFieldValue<byte[]>(4),
                    reader.GetInt32(5)
                )
            );
        }
        events.Sort((a, b) => (a.CreatedAt, a.Id).CompareTo((b.CreatedAt, b.Id)));
        return events;
    }

    internal async Task DoneAsync(IReadOnlyCollection<JournalEvent> events, CancellationToken ct)
    {
        await using var command = worker.CreateCommand(
            """
            UPDATE shared.inbound_events e SET state = 'done', processed_at = $1, last_error = NULL
              FROM unnest($2, $3) AS done (created_at, id) WHERE e.created_at = done.created_at AND e.id = done.id
            """
        );
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        command.Parameters.Add(new() { Value = events.Select(e => e.CreatedAt).ToArray() });
        command.Parameters.Add(new() { Value = events.Select(e => e.Id).ToArray() });
        await command.ExecuteNonQueryAsync(ct);
    }

    internal async Task PostponeAsync(
        JournalEvent inbound,
        TimeSpan after,
        string error,
        CancellationToken ct
    )
    {
        await using var command = worker.CreateCommand(
            "UPDATE shared.inbound_events SET available_at = $3, last_error = $4 WHERE created_at = $1 AND id = $2"
        );
        command.Parameters.Add(new() { Value = inbound.CreatedAt });
        command.Parameters.Add(new() { Value = inbound.Id });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() + after });
        command.Parameters.Add(new() { Value = StorableText.Clean(error)! });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Keeps what cannot be taken in, visible and replayable. A second run of the same event changes nothing.</summary>
    internal async Task QuarantineAsync(
        JournalEvent inbound,
        int position,
        Guid? tenantId,
        string reason,
        byte[] body,
        CancellationToken ct
    )
    {
        await using var command = worker.CreateCommand(
            """
            INSERT INTO shared.inbound_quarantine (id, tenant_id, provider, channel_id, event_id, position, body, reason)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (event_id, position) DO NOTHING
            """
        );
        command.Parameters.Add(new() { Value = Guid.CreateVersion7(clock.GetUtcNow()) });
        command.Parameters.Add(
            new() { Value = tenantId is { } t ? t : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }
        );
        command.Parameters.Add(new() { Value = inbound.Provider });
        command.Parameters.Add(
            new()
            {
                Value = inbound.ChannelId is { } c ? c : DBNull.Value,
                NpgsqlDbType = NpgsqlDbType.Uuid,
            }
        );
        command.Parameters.Add(new() { Value = inbound.Id });
        command.Parameters.Add(new() { Value = position });
        command.Parameters.Add(new() { Value = body });
        var shown = reason.Length <= 1000 ? reason : reason[..1000];
        command.Parameters.Add(new() { Value = StorableText.Clean(shown)! });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// Takes rows out of quarantine into the journal, in the order given: each once, whoever else asks for it, since its
    /// state and its event change together.
    /// </summary>
    /// <returns>How many were taken.</returns>
    internal async Task<int> ReplayAsync(IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        if (ids.Count == 0)
        {
            return 0;
        }
        var now = clock.GetUtcNow();
        await using var command = worker.CreateCommand(
            """
            WITH taken AS (
              UPDATE shared.inbound_quarantine q SET state = 'replayed'
                FROM unnest($1, $2, $3) AS r (id, event_id, at) WHERE q.id = r.id AND q.state = 'open'
              RETURNING r.event_id, r.at, q.provider, q.channel_id, q.body)
            INSERT INTO shared.inbound_events (id, provider, channel_id, body, available_at, created_at)
            SELECT event_id, provider, channel_id, body, at, at FROM taken
            """
        );
        command.Parameters.Add(new() { Value = ids.ToArray() });
        command.Parameters.Add(
            new() { Value = ids.Select(_ => Guid.CreateVersion7(now)).ToArray() }
        );
        // Microseconds apart, which keeps their order in the journal.
        command.Parameters.Add(
            new() { Value = ids.Select((_, place) => now.AddMicroseconds(place)).ToArray() }
        );
        var taken = await command.ExecuteNonQueryAsync(ct);
        wakeUps.Writer.TryWrite(true);
        return taken;
    }

    public void Dispose() => writers.Dispose();

    private sealed record Entry(
        Guid Id,
        DateTimeOffset CreatedAt,
        string Provider,
        Guid? ChannelId,
        byte[] Body
    )
    {
        public TaskCompletionSource Stored { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
