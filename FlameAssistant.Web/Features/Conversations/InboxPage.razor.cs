using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
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
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource gone = new();
    private InboxFilter filter = new();
    private InboxScope scope = InboxScope.None;
    private UnreadOfMine unread = UnreadOfMine.None;
    private Guid? focus;
    private ConversationDetails? details;
    private ConversationList? list;
    private ThreadPane? thread;
    private KeysDialog? keys;
    private ElementReference root;
    private ScriptOf<InboxPage>? script;
    private IDisposable? subscription;
    private ITimer? clock;
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
        unread = await Data.UnreadAsync(gone.Token);
        clock = Time.CreateTimer(_ => _ = InvokeAsync(StateHasChanged), null, Tick, Tick);
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

    /// <summary>Says it where nobody looks at the page: the title, and the computer if it may.</summary>
    private async Task CountUnreadAsync()
    {
        var before = unread;
        unread = await Data.UnreadAsync(gone.Token);
        if (unread.Count > 0 && unread.At > before.At && script is not null)
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

    private async Task SeenAsync()
    {
        if (list is not null && details is not null)
        {
            await list.RefreshAsync(new InboxChange(details.Id, "read"));
        }
        unread = await Data.UnreadAsync(gone.Token);
        StateHasChanged();
    }

    private async Task ReloadDetailsAsync()
    {
        if (
            details is { } shown
            && await Data.FindAsync(shown.Number, gone.Token) is { } fresh
            && details?.Id == fresh.Id
        )
        {
            details = fresh;
        }
    }

    /// <summary>A hint that could not be followed costs freshness only; the next one asks for everything again.</summary>
    private async Task ChangedAsync(InboxChange change)
    {
        try
        {
            var isShown = details is { } shown && (change.ConversationId ?? shown.Id) == shown.Id;
            if (isShown)
            {
                await ReloadDetailsAsync();
                StateHasChanged();
            }

            if (
                change.Kind
                is LiveKinds.Vocabulary
                    or LiveKinds.Availability
                    or LiveKinds.Member
                    or LiveKinds.Channel
                    or LiveKinds.Resync
            )
            {
                await LearnAsync();
            }
            if (change.Kind is not LiveKinds.Vocabulary and not LiveKinds.Availability)
            {
                await CountUnreadAsync();
            }
            StateHasChanged();
            if (change.Kind is LiveKinds.Availability or LiveKinds.Notification)
            {
                return;
            }

            await Task.WhenAll(
                list?.RefreshAsync(change) ?? Task.CompletedTask,
                isShown && thread is not null ? thread.RefreshAsync() : Task.CompletedTask
            );
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            NotRefreshed(Log, problem);
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The inbox could not be refreshed after a change."
    )]
    private static partial void NotRefreshed(ILogger logger, Exception problem);
}
