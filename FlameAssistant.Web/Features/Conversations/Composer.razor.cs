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

    private ComposerSuggestions suggest = default!;
    private ComposerUploads uploads = default!;
    private ComposerDraft draft = default!;
    private IReadOnlyList<string> missing = [];
    private ThreadQuote? quote;
    private Guid? templateId;
    private long? begunAt;
    private int picks;
    private ElementReference root;
    private ElementReference field;
    private ScriptOf<Composer>? script;
    private OutgoingText? failed;
    private Error? error;
    private string text = "";
    private bool isNote;
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

    private bool CanSend =>
        !IsClosed
        && !IsTooLong
        && !uploads.IsBusy
        && (!string.IsNullOrWhiteSpace(text) || uploads.Ready.Count > 0);

    /// <summary>A colleague answered the customer after this text was begun.</summary>
    private bool IsAnswered =>
        !isNote && text.Length > 0 && begunAt is { } begun && Answers.LastSeq > begun;

    private string Placeholder => L[isNote ? "Composer.NoteHint" : "Composer.ReplyHint"];

    private string ClosedText =>
        Window.Bar switch
        {
            ReplyBar.Blocked => L["Window.Blocked"],
            ReplyBar.ChannelDown => L["Window.Channel", Details.Channel.Name],
            ReplyBar.NeverWritten => L["Window.Never", L.Customer(Details.Contact.Name)],
            _ => L[
                ReplyWindow.HasTemplates(Details) ? "Window.Ended" : "Window.EndedPlain",
                Time.Exact(ReplyWindow.EndOf(Details) ?? Clock.GetUtcNow()),
                L.Customer(Details.Contact.Name)
            ],
        };

    public async ValueTask DisposeAsync()
    {
        isGone = true;
        draft.Dispose();
        await uploads.DisposeAsync();
        await draft.SaveAsync();
        if (script is not null)
        {
            await script.DisposeAsync();
        }
    }

    private async Task SubmitAsync(string typed, string? key = null)
    {
        var trimmed = typed.Trim();
        var files = uploads.Ready;
        if (
            IsClosed
            || uploads.IsBusy
            || trimmed.Length > Limit
            || (trimmed.Length == 0 && files.Count == 0)
        )
        {
            text = typed;
            StateHasChanged();
            return;
        }
        if (suggest.IsTemplate(typed, Scope.Words))
        {
            text = typed;
            await PickAsync(suggest.Chosen);
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
        draft.Touch();
        (error, failed) = (null, null);
        (quote, templateId, missing, begunAt) = (null, null, [], null);
        uploads.Leave();
        suggest.Close();
        text = text == typed ? "" : text;
        var answer = Send(sent);
        StateHasChanged();
        if (await answer is { } problem)
        {
            await GiveBackAsync(sent, problem);
        }
        else
        {
            await draft.SaveAsync();
        }
    }

    protected override async Task OnInitializedAsync()
    {
        suggest = new ComposerSuggestions(Data, Details.Id);
        uploads = new ComposerUploads(Data, Details.Id, () => InvokeAsync(StateHasChanged));
        draft = new ComposerDraft(Data, Details.Id, Clock, () => text);
        var kept = await draft.ReadAsync();
        if (!draft.IsTouched && kept is not null)
        {
            (text, begunAt) = (kept, kept.Length > 0 ? Answers.LastSeq : null);
        }
        await uploads.LoadAsync();
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
        draft.Touch();
        error = text.Length == 0 ? null : error;
        if (text.Length == 0)
        {
            (begunAt, templateId, missing) = (null, null, []);
        }
        else
        {
            begunAt ??= Answers.LastSeq;
        }
        _ = draft.SaveSoonAsync();
        if (text.Length > 0 && !isNote)
        {
            await OnTyping.InvokeAsync();
        }
        await suggest.LookAsync(text, text.Length, isNote, Scope.Words);
    }

    /// <summary>Where the caret stands, after what was typed is here.</summary>
    [JSInvokable]
    public async Task CaretAsync(int caret)
    {
        await suggest.LookAsync(text, caret, isNote, Scope.Words);
        StateHasChanged();
    }

    [JSInvokable]
    public async Task MoveAsync(int step)
    {
        await suggest.MoveAsync(step);
        StateHasChanged();
    }

    [JSInvokable]
    public Task ChooseAsync() => PickAsync(suggest.Chosen);

    [JSInvokable]
    public void Dismiss()
    {
        suggest.Dismiss(text);
        StateHasChanged();
    }

    /// <summary>The next message answers this one.</summary>
    public async Task QuoteAsync(ThreadQuote answered)
    {
        quote = answered;
        await SwitchAsync(toNote: false);
    }

    private async Task PickAsync(int at)
    {
        if (await suggest.PickAsync(at, text) is not { } picked)
        {
            return;
        }
        text = picked.Text;
        if (picked.TemplateId is not null)
        {
            (missing, templateId) = (picked.Missing, picked.TemplateId);
        }
        draft.Touch();
        StateHasChanged();
        _ = draft.SaveSoonAsync();
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

    private Task AttachAsync(InputFileChangeEventArgs chosen)
    {
        // A new field for the next choice: the browser keeps the files of a field only until it is used again.
        picks++;
        return uploads.AddAsync(chosen.GetMultipleFiles(Math.Max(1, chosen.FileCount)));
    }

    private async Task SwitchAsync(bool toNote)
    {
        (isNote, error) = (toNote, null);
        suggest.Close();
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
        draft.Touch();
        (error, failed, isNote) = (problem, sent, sent.IsPrivate);
        (quote, templateId) = (sent.Quoted, sent.TemplateId);
        uploads.GiveBack(sent.Files);
        if (isGone)
        {
            await draft.SaveAsync();
            Snackbar.Add($"{L.Customer(Details.Contact.Name)}: {L.Of(problem)}", Severity.Error);
        }
        else
        {
            StateHasChanged();
            _ = draft.SaveSoonAsync();
        }
    }
}
