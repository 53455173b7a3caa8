using System.Threading.Channels;

namespace FlameAssistant.Data.Outbox;

/// <summary>Wakes this node's worker at once; a lost wake-up is found by the sweep.</summary>
public sealed class OutboxSignal
{
    private readonly Channel<bool> wakeUps = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    public void Set() => wakeUps.Writer.TryWrite(true);

    /// <summary>Returns on a wake-up or after <paramref name="atMost"/>.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            await wakeUps.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The sweep is due.
        }
    }
}
