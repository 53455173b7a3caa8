using Microsoft.JSInterop;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>
/// What the browser hands over. It holds each text until it is acknowledged here, and hands it over again after a break: by
/// its key it is taken once, by this circuit or by the one before.
/// </summary>
public sealed partial class Composer
{
    private readonly Dictionary<string, Task> taken = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource loaded = new();

    private string UnsentPlace => $"flame-unsent:{Data.MeId:N}:{Details.Id:N}";

    /// <param name="typed">As the browser holds it; its script has emptied the field already, so that no keystroke after Enter is lost.</param>
    /// <param name="wasNote">What it was when it was sent, if this is not the first time; else the mode of now holds.</param>
    [JSInvokable]
    public Task TakeAsync(string typed, string key, bool? wasNote) =>
        taken.TryGetValue(key, out var known) ? known
        : wasNote is { } note ? taken[key] = TakeAgainAsync(typed, key, note)
        : taken[key] = SubmitAsync(typed, key);

    /// <summary>After the draft is here: what has arrived long ago may stand in it still.</summary>
    private async Task TakeAgainAsync(string typed, string key, bool wasNote)
    {
        await loaded.Task;
        var mode = isNote;
        isNote = wasNote;
        if (IsClosed)
        {
            // What is closed meanwhile takes nothing: it stays with who typed it, above what they typed since.
            text = text.Length == 0 || text == typed ? typed : $"{typed}\n\n{text}";
            StateHasChanged();
            return;
        }
        var submitting = SubmitAsync(typed, key);
        if (!submitting.IsCompleted)
        {
            isNote = mode;
            StateHasChanged();
        }
        await submitting;
    }
}
