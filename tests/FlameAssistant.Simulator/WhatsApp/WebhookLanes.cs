using System.Security.Cryptography;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>
/// Webhooks on their way: in order within a conversation, conversations side by side; repeated with growing
/// pauses until 2xx comes or the time is up. A channel that reorders holds them first, and then sends the last one first:
/// so every one of them overtakes all that were made before it.
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

    private static readonly TimeSpan HeldAtMost = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(string Channel, string From), Task> _tails = [];
    private readonly Dictionary<string, List<Webhook>> _held = new(StringComparer.Ordinal);
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
        var webhook = new Webhook(channel, customer.From, body, copies, onRefused, Running);
        lock (_gate)
        {
            if (!_held.TryGetValue(channel, out var held))
            {
                _held[channel] = held = [];
            }

            held.Add(webhook);
            if (held.Count >= state.Channels.Faults(channel).Reorder)
            {
                LetGo(channel, held);
            }
            else if (held.Count == 1)
            {
                _ = LetGoInTimeAsync(channel, held, webhook.Running);
            }
        }

        return webhook.Taken.Task;
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

    private async Task LetGoInTimeAsync(string channel, List<Webhook> held, CancellationToken ct)
    {
        // What is wiped meanwhile goes too: it is told that it was not taken.
        await Task.Delay(HeldAtMost, options.Clock, ct)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            if (_held.GetValueOrDefault(channel) == held)
            {
                LetGo(channel, held);
            }
        }
    }

    /// <summary>Each waits for the one before it, also where that is of another conversation: else the order would be luck.</summary>
    private void LetGo(string channel, List<Webhook> held)
    {
        _held.Remove(channel);
        var before = Task.CompletedTask;
        foreach (var webhook in Enumerable.Reverse(held))
        {
            var lane = (channel, webhook.From);
            var tail = _tails.GetValueOrDefault(lane, Task.CompletedTask);
            _tails[lane] = before = AfterAsync(Task.WhenAll(before, tail), webhook);
        }
    }

    private async Task AfterAsync(Task before, Webhook webhook)
    {
        // Off the caller's thread, which holds the lock.
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        webhook.Taken.SetResult(await SendAsync(webhook));
    }

    private async Task<bool> SendAsync(Webhook webhook)
    {
        try
        {
            var copies = webhook.Copies + state.Channels.Faults(webhook.Channel).Duplicates;
            var taken = true;
            await Parallel.ForAsync(
                0,
                copies,
                new ParallelOptions
                {
                    CancellationToken = webhook.Running,
                    MaxDegreeOfParallelism = CopiesAtOnce,
                },
                async (_, token) =>
                {
                    if (
                        !await DeliverAsync(webhook.Channel, webhook.Body, webhook.OnRefused, token)
                    )
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
            log.WebhookBroke(e, webhook.Channel);
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

    private sealed record Webhook(
        string Channel,
        string From,
        byte[] Body,
        int Copies,
        Action<string>? OnRefused,
        CancellationToken Running
    )
    {
        public TaskCompletionSource<bool> Taken { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
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
