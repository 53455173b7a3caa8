using FlameAssistant.Data.Conversations;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>
/// The shared inbox. The address says which conversation and which list; changes arrive as hints, and each asks again
/// only for what is on the screen.
/// </summary>
public sealed partial class InboxPage : IAsyncDisposable
{
    private static readonly TimeSpan CountRest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CountPause = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource gone = new();
    private readonly InboxStandings standings = new();
    private InboxFilter filter = new();
    private InboxScope scope = InboxScope.None;
    private InboxTally? tally;
    private Guid? focus;
    private ConversationDetails? details;
    private ConversationList? list;
    private ThreadPane? thread;
    private KeysDialog? keys;
    private ElementReference root;
    private ScriptOf<InboxPage>? script;
    private IDisposable? subscription;
    private ITimer? clock;
    private ITimer? counting;
    private readonly List<InboxChange> meanwhile = [];
    private int detailsAsked;
    private int detailsShown;
    private bool asksPeople;
    private DateTimeOffset countedAt;
    private bool isReady;
    private bool showContact = true;

    [Parameter]
    public string Slug { get; set; } = "";

    [Parameter]
    public long? Number { get; set; }

    [Inject]
    private IInboxData Data { get; set; } = default!;

    [Inject]
    private BrowserTime Browser { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private ILogger<InboxPage> Log { get; set; } = default!;

    private string BackHref => Urls.Inbox(Slug, number: null, filter.Query);

    public async ValueTask DisposeAsync()
    {
        Navigation.LocationChanged -= Moved;
        subscription?.Dispose();
        if (clock is not null)
        {
            await clock.DisposeAsync();
        }
        if (counting is not null)
        {
            await counting.DisposeAsync();
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
        await Browser.EnsureAsync();
        subscription = await Data.SubscribeAsync(
            change => InvokeAsync(() => ChangedAsync(change)),
            (conversation, person) => _ = InvokeAsync(() => Types(conversation, person)),
            gone.Token
        );
        if (gone.IsCancellationRequested)
        {
            subscription.Dispose();
            return;
        }
        Navigation.LocationChanged += Moved;
        ReadAddress();
        await LearnAsync();
        tally = await Data.TallyAsync(gone.Token);
        clock = Time.CreateTimer(_ => _ = InvokeAsync(TimePassed), null, Tick, Tick);
        isReady = true;
    }

    protected override async Task OnParametersSetAsync()
    {
        ReadAddress();
        if (Number == details?.Number)
        {
            return;
        }

        details = null;
        if (Number is { } number)
        {
            meanwhile.Clear();
            var found = await Data.FindAsync(number, gone.Token);
            if (number != Number)
            {
                return;
            }

            details = found;
            if (found is null)
            {
                Navigation.NotFound();
            }
            else if (meanwhile.Exists(change => change.Touches(found.Id)))
            {
                // It may have been read before what was told of while it was on its way.
                await ReloadDetailsAsync();
            }
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            script = await ScriptOf<InboxPage>.StartAsync(
                Js,
                "./Features/Conversations/InboxPage.razor.js",
                this,
                root
            );
        }
    }

    private void ReadAddress()
    {
        var query = new Uri(Navigation.Uri).Query;
        filter = InboxFilter.From(query);
        focus =
            Microsoft
                .AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query)
                .TryGetValue("m", out var message) && Guid.TryParse(message, out var id)
                ? id
                : null;
    }

    /// <summary>A change of the query alone sets no parameter.</summary>
    private void Moved(
        object? sender,
        Microsoft.AspNetCore.Components.Routing.LocationChangedEventArgs e
    ) =>
        _ = InvokeAsync(() =>
        {
            ReadAddress();
            StateHasChanged();
        });

    /// <summary>What says how long ago something was is drawn again: it is given another scope, though an equal one.</summary>
    private void TimePassed()
    {
        scope = scope with { };
        StateHasChanged();
    }

    private void Types(Guid conversationId, Guid personId)
    {
        if (details?.Id == conversationId)
        {
            thread?.Types(personId);
        }
    }

    /// <summary>People, teams, tags, templates and views, and who is there.</summary>
    private async Task LearnAsync()
    {
        var words = await Data.VocabularyAsync(gone.Token);
        scope = new InboxScope(Slug, Data.MeId, words, Data.CanAssignAnybody);
    }

    /// <summary>
    /// Numbers, and who is there, wait a little, so that a message is on every screen before the first of them counts: of many
    /// changes one count is enough, and no two people's at the same moment.
    /// </summary>
    private void CountSoon()
    {
        if (gone.IsCancellationRequested)
        {
            // The page left while it asked.
            return;
        }
        var rest = countedAt + CountRest - Time.GetUtcNow();
        counting ??= Time.CreateTimer(
            _ => _ = InvokeAsync(CountAsync),
            state: null,
            (rest > CountPause ? rest : CountPause)
                + TimeSpan.FromMilliseconds(Data.MeId.GetHashCode() & 511),
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>Says it also where nobody looks at the page: the title, and the computer if it may.</summary>
    private async Task CountAsync()
    {
        if (counting is not null)
        {
            await counting.DisposeAsync();
            counting = null;
        }
        countedAt = Time.GetUtcNow();
        try
        {
            await RefreshCountsAsync();
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
        catch (Exception problem)
        {
            // The next change counts again.
            NotRefreshed(Log, problem);
        }
    }

    private async Task RefreshCountsAsync()
    {
        if (asksPeople)
        {
            asksPeople = false;
            var people = await Data.ColleaguesAsync(gone.Token);
            scope = scope with { Words = scope.Words with { Colleagues = people } };
        }
        var before = tally ?? InboxTally.None;
        tally = await Data.TallyAsync(gone.Token);
        StateHasChanged();
        if (
            tally.Unread is { Count: > 0 } unread
            && unread.At > before.Unread.At
            && script is not null
        )
        {
            await script.CallAsync(
                "tell",
                unread.ContactName,
                unread.Preview,
                Urls.Inbox(Slug, unread.Number)
            );
        }
    }

    private void ToggleContact() => showContact = !showContact;

    private Task ShowKeysAsync() => keys?.ShowAsync() ?? Task.CompletedTask;

    private async Task ReloadDetailsAsync()
    {
        var mine = ++detailsAsked;
        if (
            details is { } shown
            && await Data.FindAsync(shown.Number, gone.Token) is { } fresh
            && details?.Id == fresh.Id
            && mine > detailsShown
        )
        {
            (details, detailsShown) = (fresh, mine);
        }
    }

    /// <summary>Throws where it could not be followed: the subscription then asks for everything.</summary>
    private async Task ChangedAsync(InboxChange change)
    {
        if (gone.IsCancellationRequested)
        {
            return;
        }
        try
        {
            await FollowAsync(change);
        }
        catch (Exception problem) when (!gone.IsCancellationRequested)
        {
            NotRefreshed(Log, problem);
            throw;
        }
    }

    private async Task FollowAsync(InboxChange change)
    {
        if (details is null && Number is not null)
        {
            meanwhile.Add(change);
        }
        if (change.HasWords)
        {
            await LearnAsync();
            StateHasChanged();
        }
        if (change.IsAny)
        {
            await ReloadDetailsAsync();
            StateHasChanged();
            await Task.WhenAll(
                thread?.RefreshAsync() ?? Task.CompletedTask,
                list?.RefreshAsync() ?? Task.CompletedTask
            );
        }
        else if (change.Conversations.Count > 0)
        {
            await TakeAsync(change);
        }
        asksPeople |= change.HasPeople;
        if (change.IsAny || change.HasPeople)
        {
            CountSoon();
        }
    }

    /// <summary>Asks for what changed of what is shown, in one look; the open thread is on the screen first.</summary>
    private async Task TakeAsync(InboxChange change)
    {
        var shown = details is { } open && change.Touches(open.Id) ? open : null;
        var messages = shown is null ? null : change.MessagesOf(shown.Id);
        // While another conversation opens, the thread of the one before is still there.
        var pane = shown is not null && thread?.Details.Id == shown.Id ? thread : null;
        var asked = list?.Asked ?? filter.ToData();
        var question = new InboxQuestion(
            asked,
            change.Conversations,
            messages is { Count: > 0 } seqs ? pane?.Mark(seqs) : null
        );
        if (list is not null)
        {
            question = question with { Known = list.Read(change.IsMessagesOnly) };
        }
        var news = await Data.FollowAsync(question, gone.Token);
        if (news.Shown is { } told && pane is not null && details?.Id == shown?.Id)
        {
            details = Told(details!, told.Pulse);
            await pane.TakeAsync(told);
        }
        else if (shown is not null && messages is not { Count: 0 })
        {
            await ReloadDetailsAsync();
            await (thread?.RefreshAsync() ?? Task.CompletedTask);
        }
        var isShort = list?.Take(change.Conversations, news.Rows, asked) ?? false;
        if (standings.Moves(change, news, Data.MeId))
        {
            CountSoon();
        }
        // Once for all of it.
        StateHasChanged();
        if (isShort)
        {
            await list!.MoreAsync();
        }
    }

    private static ConversationDetails Told(ConversationDetails details, ConversationPulse pulse) =>
        details with
        {
            Status = pulse.Status,
            AssignedTo = pulse.AssignedTo,
            AssigneeName = pulse.AssigneeName,
            WindowExpiresAt = pulse.WindowExpiresAt,
            InboundSeq = pulse.InboundSeq,
            SnoozedUntil = pulse.SnoozedUntil,
            WaitingSince = pulse.WaitingSince,
            ResponseDueAt = pulse.ResponseDueAt,
            ResponseState = pulse.ResponseState,
            FirstResponseAt = pulse.FirstResponseAt,
            Contact = details.Contact with
            {
                Name = pulse.ContactName,
                LastInteractionAt = pulse.ContactSeenAt,
            },
        };

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The inbox could not be refreshed after a change."
    )]
    private static partial void NotRefreshed(ILogger logger, Exception problem);
}
