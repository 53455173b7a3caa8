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
    private static readonly TimeSpan TypingLasts = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan TypingPause = TimeSpan.FromSeconds(3);
    private const string NewLineKey = "new";

    private readonly CancellationTokenSource gone = new();
    private readonly SemaphoreSlim oneAtATime = new(1, 1);
    private readonly List<Outgoing> outgoing = [];
    private readonly Dictionary<Guid, DateTimeOffset> typing = [];
    private List<ThreadMessage> messages = [];
    private List<ThreadEvent> events = [];
    private ColleagueAnswers answers = ColleagueAnswers.None;
    private Composer? composer;
    private ITimer? typingEnds;
    private DateTimeOffset toldTyping;
    private Guid? newFrom;
    private bool hasLater;
    private ElementReference body;
    private ScriptOf<ThreadPane>? script;
    private bool isLoaded;
    private bool hasEarlier;
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

    [Parameter]
    public EventCallback OnSeen { get; set; }

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
                .Where(t => t.Value > Time.Now)
                .Select(t => Scope.Words.Person(t.Key)?.Name)
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

    /// <summary>The newest page again. Earlier pages stay, unless more was missed than a page holds.</summary>
    public async Task RefreshAsync()
    {
        if (hasLater)
        {
            // The reader is somewhere in the past: what is new waits at the end.
            return;
        }
        var page = await Data.ThreadAsync(Details.Id, beforeSeq: null, gone.Token);
        var first = page.Messages is [var oldest, ..] ? oldest : null;
        var kept = first is null
            ? []
            : messages.TakeWhile(message => IsBefore(message, first)).ToList();
        var isGap =
            page.HasEarlier
            && first is not null
            && messages.Count > 0
            && IsBefore(messages[^1], first);
        if (kept.Count == 0 || isGap)
        {
            kept = [];
            hasEarlier = page.HasEarlier;
        }

        events = kept.Count == 0 ? [.. page.Events] : Joined(events, page.Events);
        messages = [.. kept, .. page.Messages];
        Loaded();
    }

    [JSInvokable]
    public async Task EarlierAsync()
    {
        if (hasEarlier && messages.Count > 0)
        {
            var page = await Data.ThreadAsync(Details.Id, messages[0].Seq, gone.Token);
            messages = [.. page.Messages, .. messages];
            events = Joined(page.Events, events);
            hasEarlier = page.HasEarlier;
            StateHasChanged();
        }
    }

    [JSInvokable]
    public async Task LaterAsync()
    {
        if (hasLater && messages.Count > 0)
        {
            var page = await Data.ThreadAfterAsync(Details.Id, messages[^1].Seq, gone.Token);
            messages = [.. messages, .. page.Messages];
            events = Joined(events, page.Events);
            hasLater = page.HasLater;
            Loaded();
        }
    }

    /// <summary>Somebody writes in this conversation.</summary>
    public void Types(Guid personId)
    {
        if (personId == Data.MeId)
        {
            return;
        }
        typing[personId] = Time.Now + TypingLasts;
        typingEnds ??= Clock.CreateTimer(
            _ => _ = InvokeAsync(StateHasChanged),
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        typingEnds.Change(TypingLasts + TimeSpan.FromMilliseconds(50), Timeout.InfiniteTimeSpan);
        StateHasChanged();
    }

    /// <summary>The newest message is on a visible screen.</summary>
    [JSInvokable]
    public async Task SeenAsync()
    {
        if (isLoaded && !hasLater && Details.InboundSeq > seen)
        {
            seen = Details.InboundSeq;
            await Data.MarkReadAsync(Details.Id, seen, gone.Token);
            await OnSeen.InvokeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (typingEnds is not null)
        {
            await typingEnds.DisposeAsync();
        }
        await gone.CancelAsync();
        gone.Dispose();
        if (script is not null)
        {
            await script.DisposeAsync();
        }
    }

    protected override async Task OnInitializedAsync()
    {
        var unread = await Data.UnreadInAsync(Details.Id, gone.Token);
        if (Focus is { } wanted)
        {
            var page = await Data.ThreadAroundAsync(Details.Id, wanted, gone.Token);
            if (page.Messages.Count > 0)
            {
                (messages, events) = ([.. page.Messages], [.. page.Events]);
                (hasEarlier, hasLater) = (page.HasEarlier, page.HasLater);
                Loaded();
                return;
            }
        }
        await RefreshAsync();
        MarkNew(unread);
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

    private static bool IsBefore(ThreadMessage one, ThreadMessage other) =>
        one.At < other.At || (one.At == other.At && one.Seq < other.Seq);

    private static List<ThreadEvent> Joined(
        IEnumerable<ThreadEvent> earlier,
        IEnumerable<ThreadEvent> later
    ) =>
        [
            .. earlier
                .Concat(later)
                .DistinctBy(done => done.Id)
                .OrderBy(done => done.At)
                .ThenBy(done => done.Id),
        ];

    private void Loaded()
    {
        outgoing.RemoveAll(sent => sent.Id is { } id && messages.Exists(known => known.Id == id));
        foreach (var message in messages.TakeLast(5).Where(m => m.SenderId is not null))
        {
            // What they typed is here.
            if (
                typing.TryGetValue(message.SenderId!.Value, out var until)
                && message.At > until - TypingLasts
            )
            {
                typing.Remove(message.SenderId.Value);
            }
        }
        answers = ColleagueAnswers.Of(messages, Data.MeId);
        isLoaded = true;
        StateHasChanged();
    }

    /// <summary>Where the reading begins; nothing is marked when all of it is new.</summary>
    private void MarkNew(long unread)
    {
        var inbound = messages
            .Where(message => MessageBubble.DirectionOf(message) == "in")
            .ToList();
        newFrom =
            unread > 0 && unread < messages.Count && unread <= inbound.Count
                ? inbound[^(int)unread].Id
                : null;
        newFrom = newFrom == messages.FirstOrDefault()?.Id ? null : newFrom;
        StateHasChanged();
    }

    /// <summary>Messages and what was done between them, in the order of time.</summary>
    private IEnumerable<ThreadLine> Lines()
    {
        var at = 0;
        foreach (var message in messages)
        {
            while (at < events.Count && events[at].At <= message.At)
            {
                yield return new ThreadLine(events[at].At, null, events[at++]);
            }
            yield return new ThreadLine(message.At, message, null);
        }
        while (at < events.Count)
        {
            yield return new ThreadLine(events[at].At, null, events[at++]);
        }
        foreach (var sent in outgoing.Where(IsStillAlone))
        {
            yield return new ThreadLine(sent.At, sent.AsMessage, null);
        }
    }

    private async Task ToNewestAsync()
    {
        (messages, events, hasLater) = ([], [], false);
        await RefreshAsync();
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
                message.SenderId == Data.MeId ? L["You"].Value : message.SenderName,
                message.Content
            )
        ) ?? Task.CompletedTask;

    private async Task TellTypingAsync()
    {
        if (Time.Now - toldTyping > TypingPause)
        {
            toldTyping = Time.Now;
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
        && MessageBubble.DirectionOf(before) == MessageBubble.DirectionOf(message);

    /// <summary>On the screen at once, then for real, in the order of typing. The composer gets the error and keeps the text.</summary>
    private async Task<Error?> SendAsync(OutgoingText text)
    {
        if (hasLater)
        {
            await ToNewestAsync();
        }
        newFrom = null;
        var sent = new Outgoing(
            text,
            Data.MeId,
            Time.Now,
            After: messages.Count > 0 ? messages.Max(message => message.Seq) : 0
        );
        outgoing.Add(sent);
        StateHasChanged();
        await oneAtATime.WaitAsync(CancellationToken.None);
        try
        {
            var result = await Attempt.RunAsync(() =>
                Data.SendAsync(Details.Id, text, CancellationToken.None)
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

/// <summary>A message, or something that was done.</summary>
public readonly record struct ThreadLine(
    DateTimeOffset At,
    ThreadMessage? Message,
    ThreadEvent? Done
);
