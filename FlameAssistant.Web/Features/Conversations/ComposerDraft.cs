namespace FlameAssistant.Web.Features.Conversations;

/// <summary>What was typed and not sent: saved after a pause in typing, and when the conversation is left.</summary>
internal sealed class ComposerDraft(
    IInboxData data,
    Guid conversationId,
    TimeProvider clock,
    Func<string> text
) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(800);

    private CancellationTokenSource? pause;
    private bool isUnsaved;

    /// <summary>Whether something was typed here; a draft that comes later must not take its place.</summary>
    public bool IsTouched { get; private set; }

    public Task<string?> ReadAsync() => data.DraftAsync(conversationId, CancellationToken.None);

    public void Touch() => (IsTouched, isUnsaved) = (true, true);

    public async Task SaveSoonAsync()
    {
        Dispose();
        pause = new CancellationTokenSource();
        try
        {
            await Task.Delay(Pause, clock, pause.Token);
            await SaveAsync();
        }
        catch (OperationCanceledException)
        {
            // Still typing, or gone: the next pause or the end saves.
        }
    }

    public async Task SaveAsync()
    {
        if (!isUnsaved)
        {
            return;
        }

        isUnsaved = false;
        await Attempt.RunAsync<bool>(async () =>
        {
            await data.SaveDraftAsync(conversationId, text(), CancellationToken.None);
            return true;
        });
    }

    public void Dispose()
    {
        pause?.Cancel();
        pause?.Dispose();
        pause = null;
    }
}
