namespace FlameAssistant.Web.Shared;

/// <summary>
/// What is typed into a search field, and what is asked for once the typing pauses. The page tells by its address, a moment
/// later, what it searches for: that never takes away letters that were typed meanwhile.
/// </summary>
internal sealed class TypedSearch(TimeProvider clock, TimeSpan pause) : IDisposable
{
    private readonly Queue<string> asked = [];
    private CancellationTokenSource? waiting;
    private string shown = "";
    private string last = "";

    /// <summary>For the field to bind to, at every letter.</summary>
    public string Text { get; set; } = "";

    /// <summary>What the page searches for now. It goes into the field unless it was asked for here.</summary>
    public void Show(string? search)
    {
        var now = search ?? "";
        if (now == shown)
        {
            return;
        }
        shown = now;
        while (asked.TryDequeue(out var own))
        {
            if (own == now)
            {
                return;
            }
        }
        waiting?.Cancel();
        (Text, last) = (now, now);
    }

    /// <returns>What to search for; null where the typing goes on, or came back to what was asked before.</returns>
    public async Task<string?> PauseAsync()
    {
        waiting?.Cancel();
        using var mine = waiting = new CancellationTokenSource();
        try
        {
            await Task.Delay(pause, clock, mine.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            if (waiting == mine)
            {
                waiting = null;
            }
        }
        var words = Text.Trim();
        if (words == last)
        {
            return null;
        }
        last = words;
        asked.Enqueue(words);
        return words;
    }

    public void Dispose() => waiting?.Cancel();
}
