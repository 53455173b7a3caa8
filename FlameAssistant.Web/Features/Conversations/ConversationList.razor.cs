using System.Globalization;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>The left pane: views with counters, and rows that load as one scrolls.</summary>
public sealed partial class ConversationList : IAsyncDisposable
{
    private readonly CancellationTokenSource gone = new();
    private ConversationPages pages = default!;
    private InboxCounts? counts;
    private InboxFilter? shown;
    private ElementReference scroller;
    private ScriptOf<ConversationList>? script;

    [Parameter, EditorRequired]
    public required string Slug { get; set; }

    [Parameter, EditorRequired]
    public required InboxFilter Filter { get; set; }

    [Parameter]
    public long? Selected { get; set; }

    [Parameter]
    public EventCallback OnKeys { get; set; }

    [Inject]
    private IInboxData Data { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    private string EmptyKind => Filter.Resolved ? ConversationStatuses.Resolved : Filter.View;

    private InboxFilter EmptyWayOut =>
        (Filter.Resolved, Filter.View) switch
        {
            (true, _) => Filter with { Resolved = false },
            (_, ConversationViewNames.Mine) => Filter with
            {
                View = ConversationViewNames.Unassigned,
            },
            (_, ConversationViewNames.Unassigned) => Filter with
            {
                View = ConversationViewNames.All,
            },
            _ => Filter with { Resolved = true },
        };

    /// <summary>Something changed: asks again for what is shown.</summary>
    public async Task RefreshAsync(InboxChange change)
    {
        await Task.WhenAll(pages.RefreshAsync(change.ConversationId, gone.Token), CountAsync());
        StateHasChanged();
    }

    [JSInvokable]
    public async Task MoreAsync()
    {
        await pages.MoreAsync(gone.Token);
        StateHasChanged();
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

    protected override void OnInitialized() => pages = new ConversationPages(Data);

    protected override async Task OnParametersSetAsync()
    {
        if (Filter != shown)
        {
            shown = Filter;
            await Task.WhenAll(pages.LoadAsync(Filter.ToData(), gone.Token), CountAsync());
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

    private async Task CountAsync() => counts = await Data.CountsAsync(gone.Token);

    private string Href(InboxFilter filter) => Urls.Inbox(Slug, Selected, filter.Query);

    private string Count(string view)
    {
        var count = view switch
        {
            ConversationViewNames.Mine => counts?.Mine,
            ConversationViewNames.Unassigned => counts?.Unassigned,
            _ => counts?.All,
        };
        return count is > 999 ? "999+" : count?.ToString(CultureInfo.CurrentCulture) ?? "";
    }
}
