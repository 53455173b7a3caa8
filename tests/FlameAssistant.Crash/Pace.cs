namespace FlameAssistant.Crash;

/// <summary>
/// Spreads what is written over the deaths: before each comes its portion, in slices, so that there is work under way
/// whatever the step waits for.
/// </summary>
internal sealed class Pace(int total, int portions) : IDisposable
{
    private const int Slices = 6;
    private static readonly TimeSpan sliceLasts = TimeSpan.FromMilliseconds(400);

    private readonly SemaphoreSlim free = new(0);
    private readonly Lock gate = new();
    private int given;

    public Task TakeAsync(CancellationToken ct) => free.WaitAsync(ct);

    /// <summary>Whether there is one that may go without waiting.</summary>
    public bool TryTake() => free.Wait(0);

    /// <summary>Lets one portion go, over the next seconds.</summary>
    public async Task LetPortionGoAsync(CancellationToken ct)
    {
        var portion = (total + portions - 1) / portions;
        for (var i = 1; i <= Slices; i++)
        {
            Give((portion * i / Slices) - (portion * (i - 1) / Slices));
            await Task.Delay(sliceLasts, ct);
        }
    }

    public void Dispose() => free.Dispose();

    public void LetAllGo() => Give(total);

    private void Give(int count)
    {
        lock (gate)
        {
            count = Math.Min(count, total - given);
            given += count;
            if (count > 0)
            {
                free.Release(count);
            }
        }
    }
}
