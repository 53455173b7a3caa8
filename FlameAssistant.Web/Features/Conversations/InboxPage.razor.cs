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
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource gone = new();
    private InboxFilter filter = InboxFilter.From(view: null, status: null);
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

    [SupplyParameterFromQuery]
    private string? View { get; set; }

    [SupplyParameterFromQuery]
    private string? Status { get; set; }

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
        subscription = Data.Subscribe(change => InvokeAsync(() => ChangedAsync(change)));
        clock = Time.CreateTimer(_ => _ = InvokeAsync(StateHasChanged), null, Tick, Tick);
        isReady = true;
    }

    protected override async Task OnParametersSetAsync()
    {
        filter = InboxFilter.From(View, Status);
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

    private void ToggleContact() => showContact = !showContact;

    private Task ShowKeysAsync() => keys?.ShowAsync() ?? Task.CompletedTask;

    private Task SeenAsync() =>
        list is not null && details is not null
            ? list.RefreshAsync(new InboxChange(details.Id, "read"))
            : Task.CompletedTask;

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
