using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator;

/// <summary>Everything the simulator knows, in memory only; a singleton that in-process tests read and await.</summary>
public sealed class SimulatorState
{
    public SimulatorState()
    {
        Channels = new ChannelRegistry(Changed);
        Conversations = new Transcripts(Changed);
        Outbox = new Outbox(Changed);
        Templates = new TemplateShelf(Changed);
    }

    public ChannelRegistry Channels { get; }

    public Transcripts Conversations { get; }

    public Outbox Outbox { get; }

    public MediaShelf Media { get; } = new();

    public TemplateShelf Templates { get; }

    internal RateLimits Rates { get; } = new();

    /// <summary>Where the simulator is reached: addresses of files begin with it.</summary>
    public string Origin { get; internal set; } = SimulatorOptions.DefaultUrl;

    internal ChangeSignal Changed { get; } = new();

    /// <summary>The first request to Graph that fits, those that came already included.</summary>
    public async Task<ReceivedMessage> WaitForMessageAsync(
        Func<ReceivedMessage, bool> predicate,
        TimeSpan timeout,
        CancellationToken ct = default
    )
    {
        ReceivedMessage? found = null;
        await WaitUntilAsync(
            () => (found = Outbox.All().FirstOrDefault(predicate)) is not null,
            timeout,
            ct
        );
        return found!;
    }

    /// <summary>Waits until a condition over this state holds; it is asked again after every change.</summary>
    public async Task WaitUntilAsync(
        Func<bool> condition,
        TimeSpan timeout,
        CancellationToken ct = default
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        for (var next = Changed.Next; !condition(); next = Changed.Next)
        {
            try
            {
                await next.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"The simulator waited {timeout} in vain. Requests so far: {Outbox.All().Count}.",
                    e
                );
            }
        }
    }

    internal void Reset(bool channelsToo)
    {
        Conversations.Clear();
        Outbox.Clear();
        Media.Clear();
        Templates.Clear();
        Rates.Clear();
        Channels.Clear(channelsToo);
    }
}
