using System.Globalization;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>The left pane: views with counters, and rows that load as one scrolls.</summary>
public sealed partial class ConversationList : IAsyncDisposable
{
    private readonly CancellationTokenSource gone = new();
    private ConversationPages pages = default!;

    // Fewer would not fill a screen, and nobody could scroll for more.
    private const int FewRows = 20;

    private static readonly TimeSpan SearchPause = TimeSpan.FromMilliseconds(350);

    private readonly HashSet<Guid> selection = [];
    private TypedSearch typed = default!;
    private string viewName = "";
    private bool isViewShared;
    private InboxFilter? shown;
    private ElementReference scroller;
    private ScriptOf<ConversationList>? script;

    [Parameter, EditorRequired]
    public required string Slug { get; set; }

    [Parameter, EditorRequired]
    public required InboxFilter Filter { get; set; }

    [Parameter]
    public long? Selected { get; set; }

    /// <summary>Null until they are known.</summary>
    [Parameter]
    public ConversationCounts? Counts { get; set; }

    [Parameter]
    public EventCallback OnKeys { get; set; }

    /// <summary>The words of menus changed.</summary>
    [Parameter]
    public EventCallback OnWords { get; set; }

    [CascadingParameter]
    public InboxScope Scope { get; set; } = InboxScope.None;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Inject]
    private IInboxData Data { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    private SavedViewRow? CurrentView =>
        Filter.Search.Length > 0
            ? null
            : Scope.Words.Views.FirstOrDefault(view => InboxFilter.Of(view.Filter) == Filter);

    private string EmptyKind =>
        Filter.Count > 0 ? "filtered"
        : Filter.Resolved ? ConversationStatuses.Resolved
        : Filter.View;

    private InboxFilter EmptyWayOut =>
        Filter switch
        {
            { Count: > 0 } => Filter.Plain,
            { Resolved: true } => Filter with { Status = "" },
            { View: ConversationViewNames.Mine } => Filter with
            {
                View = ConversationViewNames.Unassigned,
            },
            { View: ConversationViewNames.Unassigned or ConversationViewNames.Mentions } =>
                Filter with
                {
                    View = ConversationViewNames.All,
                },
            _ => Filter with { Status = ConversationStatuses.Resolved },
        };

    /// <summary>What the rows are asked for with.</summary>
    public ConversationFilter Asked => pages.Filter;

    /// <summary>How far the member has read in those of these conversations that are loaded.</summary>
    public IReadOnlyDictionary<Guid, ReadMark> Read(Predicate<Guid> which) => pages.Read(which);

    /// <summary>Something changed: asks again for what is shown.</summary>
    public async Task RefreshAsync()
    {
        await pages.RefreshAsync(gone.Token);
        StateHasChanged();
    }

    /// <summary>
    /// Rows that changed, asked for with <paramref name="asked"/>; they are on the screen when the page draws itself next.
    /// </summary>
    /// <returns>Whether so few are left that more are to be asked for.</returns>
    public bool Take(
        IReadOnlyCollection<Guid> changed,
        IReadOnlyList<ConversationRow> rows,
        ConversationFilter asked
    )
    {
        pages.Take(changed, rows, asked);
        return pages.HasMore && pages.Rows.Count < FewRows;
    }

    [JSInvokable]
    public async Task MoreAsync()
    {
        await pages.MoreAsync(gone.Token);
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        typed.Dispose();
        await gone.CancelAsync();
        gone.Dispose();
        if (script is not null)
        {
            await script.DisposeAsync();
        }
    }

    protected override void OnInitialized()
    {
        pages = new ConversationPages(Data);
        typed = new TypedSearch(Clock, SearchPause);
    }

    protected override async Task OnParametersSetAsync()
    {
        typed.Show(Filter.Search);
        if (Filter != shown)
        {
            var isSameList = shown is not null && shown with { Search = Filter.Search } == Filter;
            shown = Filter;
            if (isSameList && pages.IsLoaded)
            {
                return;
            }
            selection.Clear();
            await pages.LoadAsync(Filter.ToData(), gone.Token);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            script = await ScriptOf<ConversationList>.StartAsync(
                Js,
                "./Features/Conversations/ConversationList.razor.js",
                this,
                scroller
            );
        }
    }

    private string Href(InboxFilter filter) => Urls.Inbox(Slug, Selected, filter.Query);

    private void GoTo(InboxFilter filter) => Navigation.NavigateTo(Href(filter), replace: true);

    private void Toggle(Guid id)
    {
        if (!selection.Remove(id))
        {
            selection.Add(id);
        }
    }

    private void ClearSelection() => selection.Clear();

    private async Task BulkDoneAsync(IReadOnlyList<Guid> done)
    {
        selection.ExceptWith(done);
        await RefreshAsync();
    }

    /// <summary>The address changes when the typing pauses, and the results with it.</summary>
    private async Task SearchSoon()
    {
        if (await typed.PauseAsync() is { } words && !gone.IsCancellationRequested)
        {
            GoTo(Filter with { Search = words });
        }
    }

    private async Task SaveViewAsync()
    {
        var saved = await Attempt.RunAsync(() =>
            Data.RunAsync(
                new SaveView(ViewId: null, viewName, Filter.ToData(), isViewShared),
                CancellationToken.None
            )
        );
        if (saved.IsOk)
        {
            Snackbar.Add(L["View.Saved", viewName.Trim()], Severity.Success);
            viewName = "";
            await OnWords.InvokeAsync();
        }
        else
        {
            Snackbar.Add(L.Of(saved.Error), Severity.Error);
        }
    }

    private async Task DeleteViewAsync(SavedViewRow view)
    {
        var deleted = await Attempt.RunAsync(() =>
            Data.RunAsync(new DeleteView(view.Id), CancellationToken.None)
        );
        if (deleted.Error is { } error)
        {
            Snackbar.Add(L.Of(error), Severity.Error);
        }
        await OnWords.InvokeAsync();
    }

    private string Count(string view)
    {
        var count = view switch
        {
            ConversationViewNames.Mine => Counts?.Mine,
            ConversationViewNames.Unassigned => Counts?.Unassigned,
            ConversationViewNames.Mentions => Counts?.Mentions,
            _ => Counts?.All,
        };
        return count is > 99 ? "99+" : count?.ToString(CultureInfo.CurrentCulture) ?? "";
    }
}
