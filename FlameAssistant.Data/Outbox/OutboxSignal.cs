namespace FlameAssistant.Data.Outbox;

/// <summary>Wakes every loop of this node's worker at once; a lost wake-up is found by the sweep.</summary>
public sealed class OutboxSignal
{
    private TaskCompletionSource next = NewSource();

    /// <summary>Completes at the next <see cref="Set"/>. Taken before looking for work, so that none comes in between unseen.</summary>
    public Task Next => Volatile.Read(ref next).Task;

    public void Set() => Interlocked.Exchange(ref next, NewSource()).TrySetResult();

    /// <summary>Returns when <paramref name="wakeUp"/> completes, or after <paramref name="atMost"/>.</summary>
    public static async Task WaitAsync(
        Task wakeUp,
        TimeSpan atMost,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        try
        {
            await wakeUp.WaitAsync(atMost, clock, ct);
        }
        catch (TimeoutException)
        {
            // The sweep is due.
        }
    }

    private static TaskCompletionSource NewSource() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
