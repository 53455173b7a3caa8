using System.Text.Json;
using FlameAssistant.Data.Platform;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FlameAssistant.Data.Live;

/// <summary>
/// Carries live events between nodes: one coalesced NOTIFY per tick from a transaction of its own (inside a message's
/// transaction it would cost two thirds of the throughput), and one connection that listens.
/// </summary>
public sealed partial class LiveRelay(
    LiveHub hub,
    DatabaseLogins logins,
    IDataSourceProvider sources,
    TimeProvider clock,
    ILogger<LiveRelay> logger
) : BackgroundService
{
    internal const string ChannelName = "flame_live";

    // NOTIFY refuses 8,000 bytes; an event is below 160.
    private const int EventsPerNotify = 45;

    private const int MessagesOfOneConversation = 8;

    // From so many on, the others are told to look at everything.
    private const int MostUntold = 10_000;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Guid node = Guid.NewGuid();

    /// <summary>Taken from the hub and not yet told: it outlives a connection that breaks.</summary>
    private readonly List<LiveEvent> untold = [];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            ForeverAsync(TellAsync, stoppingToken),
            ForeverAsync(ListenAsync, stoppingToken)
        );

    private async Task ForeverAsync(Func<CancellationToken, Task> work, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await work(ct);
            }
            catch (Exception ex) when (!ct.IsCancellationRequested)
            {
                LogLost(logger, ex);
                await Task.Delay(Pause, clock, ct)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>
    /// For the NOTIFY of a transaction that changes who may do what: rare, and heard by every node or not committed. Also a
    /// command has it, in whose process no relay runs.
    /// </summary>
    internal static string PayloadOf(LiveEvent live) => Payload(Guid.Empty, live);

    private static string Payload(Guid sender, params LiveEvent[] events) =>
        JsonSerializer.Serialize(new Envelope(sender, events));

    private async Task TellAsync(CancellationToken ct)
    {
        while (untold.Count > 0 || await hub.Outgoing.WaitToReadAsync(ct))
        {
            await Task.Delay(Tick, clock, ct);
            while (hub.Outgoing.TryRead(out var live))
            {
                untold.Add(live);
            }
            if (untold.Count > MostUntold)
            {
                untold.Clear();
                untold.Add(new LiveEvent(Guid.Empty, LiveKinds.Resync, Guid.Empty, 0));
            }
            var events = Fewer(untold);
            await using var connection = await sources
                .For(DataSources.MainCluster)
                .Worker.OpenConnectionAsync(ct);
            foreach (var part in events.Chunk(EventsPerNotify))
            {
                await using var notify = new NpgsqlCommand("SELECT pg_notify($1, $2)", connection);
                notify.Parameters.Add(new() { Value = ChannelName });
                notify.Parameters.Add(new() { Value = Payload(node, part) });
                await notify.ExecuteNonQueryAsync(ct);
            }
            untold.Clear();
        }
    }

    /// <summary>
    /// Each once; and many messages of one conversation as one change of it, since who shows it then asks for all of it.
    /// </summary>
    internal static IEnumerable<LiveEvent> Fewer(IEnumerable<LiveEvent> events) =>
        events
            .GroupBy(e => (e.TenantId, e.Kind, e.SubjectId))
            .SelectMany(same =>
                same.DistinctBy(e => e.Seq).ToList() is var each
                && each.Count > MessagesOfOneConversation
                    ? [each[^1] with { Kind = WholeOf(each[^1].Kind), Seq = 0 }]
                    : each
            );

    private static string WholeOf(string kind) =>
        string.Equals(kind, LiveKinds.Message, StringComparison.Ordinal)
            ? LiveKinds.Conversation
            : kind;

    private async Task ListenAsync(CancellationToken ct)
    {
        var settings = new NpgsqlConnectionStringBuilder(logins.Worker)
        {
            Pooling = false,
            KeepAlive = 15,
            ApplicationName = "flame_listener",
        };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(ct);
        connection.Notification += (_, message) => Receive(message.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {ChannelName}", connection))
        {
            await listen.ExecuteNonQueryAsync(ct);
        }
        hub.Deliver(new LiveEvent(Guid.Empty, LiveKinds.Resync, Guid.Empty, 0));
        while (true)
        {
            await connection.WaitAsync(ct);
        }
    }

    private void Receive(string payload)
    {
        try
        {
            if (
                JsonSerializer.Deserialize<Envelope>(payload) is { } envelope
                && envelope.Node != node
            )
            {
                foreach (var live in envelope.Events)
                {
                    hub.Deliver(live);
                }
            }
        }
        catch (JsonException ex)
        {
            LogLost(logger, ex);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Live events between nodes are interrupted; panes refresh by themselves meanwhile"
    )]
    private static partial void LogLost(ILogger logger, Exception ex);

    private sealed record Envelope(Guid Node, LiveEvent[] Events);
}
