using System.Collections.Concurrent;

namespace FlameAssistant.Data.Outbox;

/// <summary>Wakes the loops of this node's worker at once; a lost wake-up is found by the sweep.</summary>
public sealed class OutboxSignal
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> byKind = new(
        StringComparer.Ordinal
    );

    /// <summary>
    /// Completes at the next wake-up of this kind's loop. Taken before looking for work, so that none comes in between
    /// unseen.
    /// </summary>
    public Task Next(string kind) => byKind.GetOrAdd(kind, _ => NewSource()).Task;

    /// <summary>Wakes every loop.</summary>
    public void Set()
    {
        foreach (var kind in byKind.Keys)
        {
            Set(kind);
        }
    }

    /// <summary>Wakes one kind's loop when a row of it is due, so that it does not wait for the sweep.</summary>
    public void SetAt(string kind, DateTimeOffset at, TimeProvider clock)
    {
        var pause = at - clock.GetUtcNow();
        if (pause <= TimeSpan.Zero)
        {
            Set(kind);
            return;
        }
        _ = WakeAsync();

        async Task WakeAsync()
        {
            await Task.Delay(pause, clock);
            Set(kind);
        }
    }

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

    private void Set(string kind)
    {
        // The new one first: who looks after this wake-up waits for the next. Of two at once one is enough.
        if (
            byKind.TryGetValue(kind, out var waiting)
            && byKind.TryUpdate(kind, NewSource(), waiting)
        )
        {
            waiting.TrySetResult();
        }
    }

    private static TaskCompletionSource NewSource() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
