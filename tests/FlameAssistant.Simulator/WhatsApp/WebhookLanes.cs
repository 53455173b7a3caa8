using System.Security.Cryptography;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>
/// Webhooks on their way: in order within a conversation, conversations side by side; repeated with growing
/// pauses until 2xx comes or the time is up.
/// </summary>
internal sealed class WebhookLanes(
    SimulatorOptions options,
    SimulatorState state,
    WebhookSender sender,
    IHostApplicationLifetime lifetime,
    ILogger<WebhookLanes> log
) : IDisposable
{
    private const int CopiesAtOnce = 256;

    private readonly Dictionary<(string Channel, string From), Task> _tails = [];
    private readonly Lock _gate = new();
    private CancellationTokenSource _run = CancellationTokenSource.CreateLinkedTokenSource(
        lifetime.ApplicationStopping
    );

    /// <summary>Ends with the simulator, and when its state is wiped.</summary>
    public CancellationToken Running => Volatile.Read(ref _run).Token;

    /// <summary>Queues a webhook; the task ends when it was taken (true) or given up.</summary>
    public Task<bool> Enqueue(
        string channel,
        Customer customer,
        byte[] body,
        int copies = 1,
        Action<string>? onRefused = null
    )
    {
        var running = Running;
        lock (_gate)
        {
            var key = (channel, customer.From);
            var before = _tails.GetValueOrDefault(key, Task.CompletedTask);
            var mine = AfterAsync(before, channel, body, copies, onRefused, running);
            _tails[key] = mine;
            return mine;
        }
    }

    /// <summary>Drops all that waits.</summary>
    public void Reset()
    {
        var old = Interlocked.Exchange(
            ref _run,
            CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping)
        );
        old.Cancel();
        old.Dispose();
        lock (_gate)
        {
            _tails.Clear();
        }
    }

    public void Dispose() => _run.Dispose();

    private async Task<bool> AfterAsync(
        Task before,
        string channel,
        byte[] body,
        int copies,
        Action<string>? onRefused,
        CancellationToken ct
    )
    {
        // Off the caller's thread, which holds the lock.
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            copies += state.Channels.Faults(channel).Duplicates;
            var taken = true;
            await Parallel.ForAsync(
                0,
                copies,
                new ParallelOptions
                {
                    CancellationToken = ct,
                    MaxDegreeOfParallelism = CopiesAtOnce,
                },
                async (_, token) =>
                {
                    if (!await DeliverAsync(channel, body, onRefused, token))
                    {
                        Volatile.Write(ref taken, false);
                    }
                }
            );
            return taken;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception e)
        {
            log.WebhookBroke(e, channel);
            return false;
        }
    }

    private async Task<bool> DeliverAsync(
        string channelId,
        byte[] body,
        Action<string>? onRefused,
        CancellationToken ct
    )
    {
        var since = options.Clock.GetTimestamp();
        var pause = options.WebhookFirstPause;
        while (true)
        {
            // Looked up each time: a corrected address counts at once.
            if (state.Channels.Find(channelId) is not { WebhookUrl.Length: > 0 } channel)
            {
                onRefused?.Invoke("no webhook address");
                return false;
            }

            var answer = await sender.PostAsync(channel, body, ct);
            if (answer.Taken)
            {
                return true;
            }

            onRefused?.Invoke(answer.Reason);
            if (options.Clock.GetElapsedTime(since) + pause > options.WebhookRetryFor)
            {
                log.WebhookGivenUp(channelId, answer.Reason);
                return false;
            }

            await Task.Delay(
                pause * (0.8 + RandomNumberGenerator.GetInt32(400) / 1000.0),
                options.Clock,
                ct
            );
            pause =
                pause * 2 < options.WebhookLongestPause ? pause * 2 : options.WebhookLongestPause;
        }
    }
}

internal static partial class WebhookLog
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A webhook of channel {Channel} was given up: {Reason}."
    )]
    public static partial void WebhookGivenUp(this ILogger log, string channel, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A webhook of channel {Channel} broke.")]
    public static partial void WebhookBroke(this ILogger log, Exception e, string channel);
}
