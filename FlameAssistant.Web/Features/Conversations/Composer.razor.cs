using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>
/// Where an answer is written. Sending empties the field at once; if it fails the text comes back with the reason, and
/// sending it again uses the same key, so that it cannot arrive twice.
/// </summary>
public sealed partial class Composer : IAsyncDisposable
{
    private const int Limit = 4096;
    private const int NearLimit = 200;
    private static readonly TimeSpan DraftPause = TimeSpan.FromMilliseconds(800);

    private ElementReference root;
    private ElementReference field;
    private ScriptOf<Composer>? script;
    private CancellationTokenSource? pause;
    private OutgoingText? failed;
    private Error? error;
    private string text = "";
    private bool isNote;
    private bool isTouched;
    private bool isUnsaved;
    private bool isGone;

    [Parameter, EditorRequired]
    public required ConversationDetails Details { get; set; }

    /// <summary>Answers null, or the error that the text came back with.</summary>
    [Parameter, EditorRequired]
    public required Func<OutgoingText, Task<Error?>> Send { get; set; }

    [Inject]
    private IInboxData Data { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    private ReplyWindow Window => ReplyWindow.Of(Details, Clock.GetUtcNow());

    private bool IsClosed => !isNote && !Window.IsOpen;

    private bool IsTooLong => text.Length > Limit;

    private bool CanSend => !IsClosed && !IsTooLong && !string.IsNullOrWhiteSpace(text);

    private string Placeholder => L[isNote ? "Composer.NoteHint" : "Composer.ReplyHint"];

    private string ClosedText =>
        Window.Bar switch
        {
            ReplyBar.Blocked => L["Window.Blocked"],
            ReplyBar.ChannelDown => L["Window.Channel", Details.Channel.Name],
            ReplyBar.NeverWritten => L["Window.Never", Details.Contact.Name],
            _ => L[
                ReplyWindow.HasTemplates(Details) ? "Window.Ended" : "Window.EndedPlain",
                Time.Exact(Details.WindowExpiresAt ?? Clock.GetUtcNow()),
                Details.Contact.Name
            ],
        };

    public async ValueTask DisposeAsync()
    {
        isGone = true;
        pause?.Cancel();
        pause?.Dispose();
        await SaveDraftAsync();
        if (script is not null)
        {
            await script.DisposeAsync();
        }
    }

    /// <param name="typed">As the browser holds it; its script has emptied the field already, so that no keystroke after Enter is lost.</param>
    [JSInvokable]
    public async Task SubmitAsync(string typed)
    {
        var trimmed = typed.Trim();
        if (IsClosed || trimmed.Length is 0 or > Limit)
        {
            text = typed;
            StateHasChanged();
            return;
        }

        var sent =
            failed is not null && failed.Text == trimmed && failed.IsPrivate == isNote
                ? failed
                : new OutgoingText(trimmed, isNote, Guid.CreateVersion7().ToString("N"));
        (error, failed, isTouched, isUnsaved) = (null, null, true, true);
        text = text == typed ? "" : text;
        var answer = Send(sent);
        StateHasChanged();
        if (await answer is { } problem)
        {
            await GiveBackAsync(sent, problem);
        }
        else
        {
            await SaveDraftAsync();
        }
    }

    protected override async Task OnInitializedAsync()
    {
        var draft = await Data.DraftAsync(Details.Id, CancellationToken.None);
        if (!isTouched && draft is not null)
        {
            text = draft;
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && Data.CanReply)
        {
            script = await ScriptOf<Composer>.StartAsync(
                Js,
                "./Features/Conversations/Composer.razor.js",
                this,
                root
            );
        }
    }

    private static string Pressed(bool isPressed) => isPressed ? "true" : "false";

    private void Typed()
    {
        (isTouched, isUnsaved) = (true, true);
        error = text.Length == 0 ? null : error;
        _ = SaveSoonAsync();
    }

    private async Task SwitchAsync(bool toNote)
    {
        (isNote, error) = (toNote, null);
        StateHasChanged();
        if (script is not null)
        {
            await script.CallAsync("focus");
        }
    }

    /// <summary>What was typed since stays below it; who has moved on finds it as the draft of this conversation.</summary>
    private async Task GiveBackAsync(OutgoingText sent, Error problem)
    {
        text = text.Length == 0 ? sent.Text : $"{sent.Text}\n\n{text}";
        (error, failed, isNote, isUnsaved) = (problem, sent, sent.IsPrivate, true);
        if (isGone)
        {
            await SaveDraftAsync();
            Snackbar.Add($"{Details.Contact.Name}: {L.Of(problem)}", Severity.Error);
        }
        else
        {
            StateHasChanged();
            _ = SaveSoonAsync();
        }
    }

    private async Task SaveSoonAsync()
    {
        pause?.Cancel();
        pause?.Dispose();
        pause = new CancellationTokenSource();
        try
        {
            await Task.Delay(DraftPause, Clock, pause.Token);
            await SaveDraftAsync();
        }
        catch (OperationCanceledException)
        {
            // Still typing, or gone: the next pause or the disposal saves.
        }
    }

    private async Task SaveDraftAsync()
    {
        if (!isUnsaved)
        {
            return;
        }

        isUnsaved = false;
        await Attempt.RunAsync<bool>(async () =>
        {
            await Data.SaveDraftAsync(Details.Id, text, CancellationToken.None);
            return true;
        });
    }
}
