using FlameAssistant.Data.Channels;
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
    private const string NewLineKey = "new";

    private readonly CancellationTokenSource gone = new();
    private ThreadStretch thread = default!;
    private OutgoingMessages outgoing = default!;
    private TypingPeople typing = default!;
    private ColleagueAnswers answers = ColleagueAnswers.None;
    private Composer? composer;
    private Guid? newFrom;
    private ElementReference body;
    private ScriptOf<ThreadPane>? script;
    private long seen = -1;

    [Parameter, EditorRequired]
    public required ConversationDetails Details { get; set; }

    [Parameter, EditorRequired]
    public required string BackHref { get; set; }

    /// <summary>A message that a search found: the thread opens around it.</summary>
    [Parameter]
    public Guid? Focus { get; set; }

    [Parameter]
    public bool ShowsContact { get; set; }

    [CascadingParameter]
    public InboxScope Scope { get; set; } = InboxScope.None;

    [Parameter]
    public EventCallback OnContact { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Inject]
    private IInboxData Data { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private string TypingText
    {
        get
        {
            var names = typing
                .Now.Select(id =>
                    id == Details.Contact.Id ? CustomerName : Scope.Words.Person(id)?.Name
                )
                .OfType<string>()
                .ToList();
            return names switch
            {
                [] => "",
                [var one] => L["Typing.One", one],
                _ => L["Typing.Many", string.Join(", ", names)],
            };
        }
    }

    /// <summary>The customer types, too, where their channel tells.</summary>
    private string CustomerName =>
        Details.Contact.Name.Length > 0 ? Details.Contact.Name : L["Typing.Customer"].Value;

    /// <summary>Something changed: the newest page again, if that is what is read.</summary>
    public async Task RefreshAsync()
    {
        if (!thread.HasLater && !gone.IsCancellationRequested)
        {
            await thread.RefreshAsync(gone.Token);
            Loaded();
        }
    }

    public ThreadMark? Mark(IReadOnlyCollection<long> seqs) =>
        thread.IsLoaded ? thread.Mark(seqs) : null;

    /// <summary>What was asked for by <see cref="Mark"/>; it is on the screen when the page draws itself next.</summary>
    public Task TakeAsync(ThreadNews news)
    {
        if (!thread.Take(news.Messages, news.Events))
        {
            return RefreshAsync();
        }
        Settle();
        return Task.CompletedTask;
    }

    [JSInvokable]
    public async Task EarlierAsync()
    {
        if (await thread.ShowEarlierAsync(gone.Token))
        {
            StateHasChanged();
        }
    }

    [JSInvokable]
    public async Task LaterAsync()
    {
        if (await thread.ShowLaterAsync(gone.Token))
        {
            Loaded();
        }
    }

    /// <summary>Somebody writes in this conversation.</summary>
    public void Types(Guid personId)
    {
        if (personId != Data.MeId)
        {
            typing.Heard(personId);
            StateHasChanged();
        }
    }

    /// <summary>The newest message is on a visible screen.</summary>
    [JSInvokable]
    public async Task SeenAsync()
    {
        if (thread is { IsLoaded: true, HasLater: false } && Details.InboundSeq > seen)
        {
            seen = Details.InboundSeq;
            await Data.MarkReadAsync(Details.Id, seen, gone.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await typing.DisposeAsync();
        await gone.CancelAsync();
        gone.Dispose();
        if (script is not null)
        {
            await script.DisposeAsync();
        }
    }

    protected override async Task OnInitializedAsync()
    {
        thread = new ThreadStretch(Data, Details.Id);
        outgoing = new OutgoingMessages(Data, Details.Id);
        typing = new TypingPeople(Clock, () => _ = InvokeAsync(StateHasChanged));
        var unread = await Data.UnreadInAsync(Details.Id, gone.Token);
        if (Focus is { } wanted && await thread.ShowAroundAsync(wanted, gone.Token))
        {
            Loaded();
            return;
        }
        await RefreshAsync();
        newFrom = thread.FirstUnread(unread);
        StateHasChanged();
    }

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

    private void Loaded()
    {
        Settle();
        StateHasChanged();
    }

    private void Settle()
    {
        outgoing.Settle(thread.Messages);
        typing.Wrote(thread.Messages.TakeLast(5));
        answers = ColleagueAnswers.Of(thread.Messages, Data.MeId);
    }

    private async Task ToNewestAsync()
    {
        await thread.ShowNewestAsync(gone.Token);
        Loaded();
        if (script is not null)
        {
            await script.CallAsync("toBottom");
        }
    }

    private Task QuoteAsync(ThreadMessage message) =>
        composer?.QuoteAsync(
            new ThreadQuote(
                message.Id,
                message.SenderType,
                message.SenderId == Data.MeId
                    ? L["You"].Value
                    : MessageExtras.AuthorOf(message) ?? message.SenderName,
                message.Content
            )
        )
        ?? Task.CompletedTask;

    private async Task TellTypingAsync()
    {
        if (typing.MayTell())
        {
            await Attempt.RunAsync<bool>(async () =>
            {
                await Data.TypingAsync(Details.Id, gone.Token);
                return true;
            });
        }
    }

    private static bool Follows(ThreadMessage? before, ThreadMessage message) =>
        before is not null
        && before.SenderId == message.SenderId
        && message.At - before.At < SameMoment
        && MessageBubble.DirectionOf(before) == MessageBubble.DirectionOf(message)
        && MessageExtras.AuthorOf(before) == MessageExtras.AuthorOf(message);

    /// <summary>On the screen at once, then for real, in the order of typing. The composer gets the error and keeps the text.</summary>
    private async Task<Error?> SendAsync(OutgoingText text)
    {
        if (thread.HasLater)
        {
            await ToNewestAsync();
        }
        newFrom = null;
        var sent = new Outgoing(text, Data.MeId, Time.Now, thread.NewestSeq);
        outgoing.Add(sent);
        StateHasChanged();
        if (await outgoing.SendAsync(sent) is { } error)
        {
            StateHasChanged();
            return error;
        }

        await FollowAsync();
        return null;
    }

    private bool CanReact =>
        Data.CanReply
        && ChannelRules.Of(Details.Channel.Type).TakesReactions
        && ReplyWindow.Of(Details, Clock.GetUtcNow()).IsOpen;

    private async Task ReactAsync((Guid MessageId, string Emoji) reaction)
    {
        var result = await Attempt.RunAsync(() =>
            Data.RunAsync(
                new ReactToMessage(reaction.MessageId, reaction.Emoji),
                CancellationToken.None
            )
        );
        if (result.Error is { } error)
        {
            Snackbar.Add(L.Of(error), Severity.Error);
        }
        await FollowAsync();
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
}
