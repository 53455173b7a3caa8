using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
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

    // The channel's own limit says no in words; this one only ends what no channel takes.
    private const long MaxBytes = 200L * 1024 * 1024;
    private const int MostAtOnce = 10;

    private readonly List<ComposerUpload> uploads = [];
    private readonly SemaphoreSlim oneFileAtATime = new(1, 1);
    private IReadOnlyList<Suggestion> suggestions = [];
    private int looks;
    private IReadOnlyList<string> missing = [];
    private IReadOnlyList<Guid>? readers;
    private RenderedTemplate? preview;
    private ThreadQuote? quote;
    private Guid? templateId;
    private string? dismissed;
    private long? begunAt;
    private int mentionAt;
    private int chosen;
    private int picks;
    private bool isMention;
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

    [Parameter]
    public ColleagueAnswers Answers { get; set; } = ColleagueAnswers.None;

    [Parameter]
    public EventCallback OnTyping { get; set; }

    [CascadingParameter]
    public InboxScope Scope { get; set; } = InboxScope.None;

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

    private IReadOnlyList<UploadRow> Ready => [.. uploads.Select(u => u.Row).OfType<UploadRow>()];

    private bool IsUploading => uploads.Exists(u => u.Row is null && u.Problem is null);

    private bool CanSend =>
        !IsClosed
        && !IsTooLong
        && !IsUploading
        && (!string.IsNullOrWhiteSpace(text) || Ready.Count > 0);

    /// <summary>A colleague answered the customer after this text was begun.</summary>
    private bool IsAnswered =>
        !isNote && text.Length > 0 && begunAt is { } begun && Answers.LastSeq > begun;

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
        foreach (var upload in uploads)
        {
            await upload.Gone.CancelAsync();
        }
        await SaveDraftAsync();
        if (script is not null)
        {
            await script.DisposeAsync();
        }
    }

    private async Task SubmitAsync(string typed, string? key = null)
    {
        var trimmed = typed.Trim();
        var files = Ready;
        if (
            IsClosed
            || IsUploading
            || trimmed.Length > Limit
            || (trimmed.Length == 0 && files.Count == 0)
        )
        {
            text = typed;
            StateHasChanged();
            return;
        }
        if (await IsTemplateAsync(typed))
        {
            return;
        }

        var sent =
            failed is not null && failed.IsSameAs(trimmed, isNote, files)
                ? failed
                : new OutgoingText(trimmed, isNote, key ?? Guid.CreateVersion7().ToString("N"))
                {
                    Quoted = quote,
                    Files = files,
                    TemplateId = templateId,
                    Mentions = isNote ? MentionedIn(trimmed) : [],
                };
        (error, failed, isTouched, isUnsaved) = (null, null, true, true);
        (quote, templateId, missing, begunAt) = (null, null, [], null);
        uploads.RemoveAll(upload => upload.Row is not null);
        Suggest([]);
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
            (text, begunAt) = (draft, draft.Length > 0 ? Answers.LastSeq : null);
        }
        foreach (var row in await Data.UploadsAsync(Details.Id, CancellationToken.None))
        {
            uploads.Add(new ComposerUpload(row.FileName, row.SizeBytes) { Row = row });
        }
        loaded.TrySetResult();
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

    private async Task Typed()
    {
        (isTouched, isUnsaved) = (true, true);
        error = text.Length == 0 ? null : error;
        if (text.Length == 0)
        {
            (begunAt, templateId, missing) = (null, null, []);
        }
        else
        {
            begunAt ??= Answers.LastSeq;
        }
        _ = SaveSoonAsync();
        if (text.Length > 0 && !isNote)
        {
            await OnTyping.InvokeAsync();
        }
        await LookAsync(text.Length);
    }

    /// <summary>Where the caret stands, after what was typed is here.</summary>
    [JSInvokable]
    public async Task CaretAsync(int caret)
    {
        await LookAsync(caret);
        StateHasChanged();
    }

    [JSInvokable]
    public async Task MoveAsync(int step)
    {
        if (suggestions.Count > 0)
        {
            chosen = (chosen + step + suggestions.Count) % suggestions.Count;
            await PreviewAsync();
            StateHasChanged();
        }
    }

    [JSInvokable]
    public Task ChooseAsync() => PickAsync(chosen);

    [JSInvokable]
    public void Dismiss()
    {
        dismissed = text;
        Suggest([]);
        StateHasChanged();
    }

    /// <summary>The next message answers this one.</summary>
    public async Task QuoteAsync(ThreadQuote answered)
    {
        quote = answered;
        await SwitchAsync(toNote: false);
    }

    private async Task LookAsync(int caret)
    {
        if (string.Equals(dismissed, text, StringComparison.Ordinal))
        {
            return;
        }
        dismissed = null;
        var look = ++looks;
        if (isNote && text.Contains('@'))
        {
            readers ??= await Data.ReadersAsync(Details.Id, CancellationToken.None);
            // More was typed while the readers were asked for: that look shows what is meant now.
            if (look != looks)
            {
                return;
            }
            var (people, at) = Suggestion.Mentions(
                text,
                caret,
                Scope.Words.Colleagues.Where(c =>
                    c.UserId != Data.MeId && readers.Contains(c.UserId)
                )
            );
            (isMention, mentionAt) = (true, at);
            Suggest(people);
            return;
        }
        isMention = false;
        Suggest(Suggestion.Templates(text, Scope.Words.Templates));
        await PreviewAsync();
    }

    private void Suggest(IReadOnlyList<Suggestion> found)
    {
        (suggestions, chosen) = (found, Math.Min(chosen, Math.Max(0, found.Count - 1)));
        if (found.Count == 0)
        {
            (preview, chosen) = (null, 0);
        }
    }

    private async Task PreviewAsync()
    {
        var template = chosen < suggestions.Count ? suggestions[chosen].Template : null;
        var rendered = template is null
            ? null
            : await Data.RenderAsync(Details.Id, template.Content, CancellationToken.None);
        if (chosen >= suggestions.Count || suggestions[chosen].Template == template)
        {
            preview = chosen < suggestions.Count ? rendered : null;
        }
    }

    /// <summary>Enter came before the list: what was meant is a template and not a message.</summary>
    private async Task<bool> IsTemplateAsync(string typed)
    {
        if (
            string.Equals(dismissed, typed, StringComparison.Ordinal)
            || Suggestion.Templates(typed, Scope.Words.Templates) is not { Count: > 0 } found
        )
        {
            return false;
        }
        text = typed;
        isMention = false;
        Suggest(found);
        await PickAsync(chosen);
        return true;
    }

    private async Task PickAsync(int at)
    {
        if (at >= suggestions.Count)
        {
            return;
        }
        var picked = suggestions[at];
        if (picked.Person is { } person && mentionAt >= 0 && mentionAt < text.Length)
        {
            var end = text.AsSpan(mentionAt).IndexOfAny(' ', '\n');
            var rest = end < 0 ? "" : text[(mentionAt + end)..];
            text = $"{text[..mentionAt]}@{person.Name} {rest.TrimStart(' ')}";
        }
        else if (picked.Template is { } template)
        {
            var rendered = await Data.RenderAsync(
                Details.Id,
                template.Content,
                CancellationToken.None
            );
            text = rendered?.Text ?? template.Content;
            (missing, templateId) = (rendered?.Missing ?? [], template.Id);
        }
        (isTouched, isUnsaved, dismissed) = (true, true, text);
        Suggest([]);
        StateHasChanged();
        _ = SaveSoonAsync();
        if (script is not null)
        {
            await script.CallAsync("focusEnd");
        }
    }

    private List<Guid> MentionedIn(string note) =>
        [
            .. Scope
                .Words.Colleagues.Where(c =>
                    c.UserId != Data.MeId
                    && note.Contains($"@{c.Name}", StringComparison.OrdinalIgnoreCase)
                )
                .Select(c => c.UserId),
        ];

    private async Task AttachAsync(InputFileChangeEventArgs chosenFiles)
    {
        // A new field for the next choice: the browser keeps the files of a field only until it is used again.
        picks++;
        var files = chosenFiles.GetMultipleFiles(Math.Max(1, chosenFiles.FileCount));
        var added = files
            .Take(MostAtOnce)
            .Select(file => (File: file, Upload: new ComposerUpload(file.Name, file.Size)))
            .ToList();
        uploads.AddRange(added.Select(a => a.Upload));
        StateHasChanged();
        foreach (var (file, upload) in added)
        {
            await oneFileAtATime.WaitAsync(CancellationToken.None);
            try
            {
                await UploadAsync(file, upload);
            }
            finally
            {
                oneFileAtATime.Release();
            }
        }
    }

    private async Task UploadAsync(IBrowserFile file, ComposerUpload upload)
    {
        if (upload.Gone.IsCancellationRequested)
        {
            return;
        }
        var answer = await Attempt.RunAsync(async () =>
        {
            await using var bytes = file.OpenReadStream(MaxBytes, upload.Gone.Token);
            await using var watched = new WatchedStream(
                bytes,
                read =>
                {
                    upload.Percent = (int)(read * 100 / Math.Max(1, upload.Size));
                    _ = InvokeAsync(StateHasChanged);
                }
            );
            return await Data.StageAsync(Details.Id, file.Name, watched, upload.Gone.Token);
        });
        if (answer.IsOk && upload.Gone.IsCancellationRequested)
        {
            await Data.RunAsync(new DiscardUpload(answer.Value), CancellationToken.None);
            return;
        }
        if (!answer.IsOk)
        {
            upload.Problem = answer.Error;
        }
        else
        {
            var rows = await Data.UploadsAsync(Details.Id, CancellationToken.None);
            upload.Row = rows.FirstOrDefault(row => row.Id == answer.Value);
            upload.Problem = upload.Row is null ? FileErrors.UploadGone : null;
        }
        StateHasChanged();
    }

    private async Task RemoveAsync(ComposerUpload upload)
    {
        uploads.Remove(upload);
        await upload.Gone.CancelAsync();
        if (upload.Row is { } row)
        {
            await Attempt.RunAsync(() =>
                Data.RunAsync(new DiscardUpload(row.Id), CancellationToken.None)
            );
        }
    }

    private static string IconOf(ComposerUpload upload) =>
        upload switch
        {
            { Problem: not null } => "triangle-alert",
            { Row.Kind: "audio" } => "file-audio",
            { Row.Kind: "image" } => "image",
            _ => "file-text",
        };

    private async Task SwitchAsync(bool toNote)
    {
        (isNote, error) = (toNote, null);
        Suggest([]);
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
        (quote, templateId) = (sent.Quoted, sent.TemplateId);
        uploads.InsertRange(
            0,
            sent.Files.Select(row => new ComposerUpload(row.FileName, row.SizeBytes) { Row = row })
        );
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
