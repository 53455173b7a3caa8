using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>One conversation. A component per conversation: the page keys it by id, so nothing of another one is ever left in it.</summary>
public sealed partial class ThreadPane : IAsyncDisposable
{
    private static readonly TimeSpan SameMoment = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource gone = new();
    private readonly SemaphoreSlim oneAtATime = new(1, 1);
    private readonly List<Outgoing> outgoing = [];
    private List<ThreadMessage> messages = [];
    private ElementReference body;
    private ScriptOf<ThreadPane>? script;
    private bool isLoaded;
    private bool hasEarlier;
    private long seen = -1;

    [Parameter, EditorRequired]
    public required ConversationDetails Details { get; set; }

    [Parameter, EditorRequired]
    public required string BackHref { get; set; }

    [Parameter]
    public bool ShowsContact { get; set; }

    [Parameter]
    public EventCallback OnContact { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Parameter]
    public EventCallback OnSeen { get; set; }

    [Inject]
    private IInboxData Data { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private IEnumerable<ThreadMessage> Shown =>
        messages.Concat(outgoing.Where(IsStillAlone).Select(sent => sent.AsMessage));

    /// <summary>The newest page again. Earlier pages stay, unless more was missed than a page holds.</summary>
    public async Task RefreshAsync()
    {
        var page = await Data.ThreadAsync(Details.Id, beforeSeq: null, gone.Token);
        var first = page.Messages.Count > 0 ? page.Messages[0].Seq : 0;
        var kept = messages.TakeWhile(message => message.Seq < first).ToList();
        var isGap = page.HasEarlier && messages.Count > 0 && messages[^1].Seq < first;
        if (kept.Count == 0 || isGap)
        {
            kept = [];
            hasEarlier = page.HasEarlier;
        }

        messages = [.. kept, .. page.Messages];
        outgoing.RemoveAll(sent => sent.Id is { } id && messages.Exists(known => known.Id == id));
        isLoaded = true;
        StateHasChanged();
    }

    [JSInvokable]
    public async Task EarlierAsync()
    {
        if (hasEarlier && messages.Count > 0)
        {
            var page = await Data.ThreadAsync(Details.Id, messages[0].Seq, gone.Token);
            messages = [.. page.Messages, .. messages];
            hasEarlier = page.HasEarlier;
            StateHasChanged();
        }
    }

    /// <summary>The newest message is on a visible screen.</summary>
    [JSInvokable]
    public async Task SeenAsync()
    {
        if (isLoaded && Details.InboundSeq > seen)
        {
            seen = Details.InboundSeq;
            await Data.MarkReadAsync(Details.Id, seen, gone.Token);
            await OnSeen.InvokeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await gone.CancelAsync();
        gone.Dispose();
        if (script is not null)
        {
            await script.DisposeAsync();
        }
    }

    protected override Task OnInitializedAsync() => RefreshAsync();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            script = await ScriptOf<ThreadPane>.StartAsync(
                Js,
                "./Features/Conversations/ThreadPane.razor.js",
                this,
                body
            );
        }
    }

    private static bool Follows(ThreadMessage? before, ThreadMessage message) =>
        before is not null
        && before.SenderId == message.SenderId
        && message.At - before.At < SameMoment
        && MessageBubble.DirectionOf(before) == MessageBubble.DirectionOf(message);

    /// <summary>On the screen at once, then for real, in the order of typing. The composer gets the error and keeps the text.</summary>
    private async Task<Error?> SendAsync(OutgoingText text)
    {
        var sent = new Outgoing(
            text,
            Data.MeId,
            Time.Now,
            After: messages.Count > 0 ? messages[^1].Seq : 0
        );
        outgoing.Add(sent);
        StateHasChanged();
        await oneAtATime.WaitAsync(CancellationToken.None);
        try
        {
            var result = await Attempt.RunAsync(() =>
                Data.SendAsync(
                    Details.Id,
                    text.Text,
                    text.IsPrivate,
                    text.Key,
                    quotedMessageId: null,
                    CancellationToken.None
                )
            );
            if (!result.IsOk)
            {
                outgoing.Remove(sent);
                StateHasChanged();
                return result.Error;
            }

            sent.Id = result.Value;
        }
        finally
        {
            oneAtATime.Release();
        }

        await FollowAsync();
        return null;
    }

    private async Task SendAgainAsync(Guid messageId)
    {
        var result = await Attempt.RunAsync(() =>
            Data.SendAgainAsync(messageId, CancellationToken.None)
        );
        if (result.Error is { } error)
        {
            Snackbar.Add(L.Of(error), Severity.Error);
        }

        await FollowAsync();
    }

    /// <summary>What was done is done; not seeing it at once is mended by the next hint.</summary>
    private async Task FollowAsync()
    {
        if (!gone.IsCancellationRequested)
        {
            await Attempt.RunAsync<bool>(async () =>
            {
                await RefreshAsync();
                return true;
            });
        }
    }

    /// <summary>Until its own row is among the messages, which a hint may bring before the answer to sending.</summary>
    private bool IsStillAlone(Outgoing sent) =>
        !messages.Exists(message =>
            message.Id == sent.Id
            || (
                sent.Id is null
                && message.Seq > sent.After
                && message.SenderId == Data.MeId
                && message.IsPrivate == sent.Text.IsPrivate
                && string.Equals(message.Content, sent.Text.Text, StringComparison.Ordinal)
            )
        );
}
