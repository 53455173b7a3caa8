using System.Threading.Channels;
using FlameAssistant.Data.Live;

namespace FlameAssistant.Web.Features.Contacts;

/// <summary>
/// Turns live events about contacts into refreshes of one page: the first at once, then at most one per 300 ms, so that an
/// import of thousands is a page that moves and not one that hangs.
/// </summary>
internal sealed class ContactWatch(TimeProvider clock, Func<Task> onChange) : IDisposable
{
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(300);

    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1)
        {
            FullMode = BoundedChannelFullMode.DropWrite,
            SingleReader = true,
        }
    );
    private readonly CancellationTokenSource gone = new();
    private IDisposable? subscription;

    public void Start(Func<Action<LiveEvent>, IDisposable> subscribe)
    {
        subscription = subscribe(Hear);
        _ = RunAsync(gone.Token);
    }

    public void Dispose()
    {
        gone.Cancel();
        subscription?.Dispose();
        gone.Dispose();
    }

    private void Hear(LiveEvent live)
    {
        if (
            live.Kind
            is LiveKinds.Contact
                or LiveKinds.Message
                or LiveKinds.Vocabulary
                or LiveKinds.Resync
        )
        {
            changes.Writer.TryWrite(true);
        }
    }

    private async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await changes.Reader.ReadAsync(ct);
                await onChange();
                await Task.Delay(pause, clock, ct);
            }
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
        catch (ObjectDisposedException)
        {
            // The circuit is gone.
        }
    }
}
