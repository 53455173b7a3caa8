using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Features.Conversations;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using MudBlazor;

namespace FlameAssistant.Web.Features.Contacts;

/// <summary>Everybody who ever wrote, was added or came in by a file. The address says what is shown.</summary>
public sealed partial class ContactsPage : IAsyncDisposable
{
    private readonly CancellationTokenSource gone = new();
    private ContactPages pages = default!;
    private ContactWords words = ContactWords.None;
    private ContactsQuery query = new();
    private ContactDialog? editor;
    private ElementReference root;
    private ElementReference scroller;
    private ScriptOf<ContactsPage>? script;
    private IDisposable? subscription;
    private string segmentName = "";
    private bool isSegmentShared;

    [Parameter]
    public string Slug { get; set; } = "";

    [Inject]
    private IContactsData Data { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    private bool IsFiltered => query.Count > 0 || query.Search.Length > 0;

    private SegmentRow? CurrentSegment =>
        IsFiltered || query.Sort != ContactSorts.Seen
            ? words.Segments.FirstOrDefault(s => ContactsQuery.Of(s.Filter) == query)
            : null;

    [JSInvokable]
    public async Task MoreAsync()
    {
        await pages.MoreAsync(gone.Token);
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        Navigation.LocationChanged -= Moved;
        subscription?.Dispose();
        await gone.CancelAsync();
        gone.Dispose();
        if (script is not null)
        {
            await script.DisposeAsync();
        }
    }

    protected override async Task OnInitializedAsync()
    {
        pages = new ContactPages(Data);
        query = ContactsQuery.From(new Uri(Navigation.Uri).Query);
        Navigation.LocationChanged += Moved;
        await Time.EnsureAsync();
        subscription = await Data.SubscribeAsync(() => InvokeAsync(ChangedAsync), gone.Token);
        words = await Data.WordsAsync(gone.Token);
        await pages.LoadAsync(query.ToData(), gone.Token);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            script = await ScriptOf<ContactsPage>.StartAsync(
                Js,
                "./Features/Contacts/ContactsPage.razor.js",
                this,
                root
            );
        }
    }

    private void Moved(object? sender, LocationChangedEventArgs e)
    {
        var uri = new Uri(e.Location);
        if (uri.AbsolutePath == Urls.Contacts(Slug))
        {
            _ = InvokeAsync(() => ShowAsync(ContactsQuery.From(uri.Query)));
        }
    }

    private async Task ShowAsync(ContactsQuery wanted)
    {
        if (wanted != query && !gone.IsCancellationRequested)
        {
            query = wanted;
            await pages.LoadAsync(query.ToData(), gone.Token);
            StateHasChanged();
        }
    }

    private async Task ChangedAsync()
    {
        if (!gone.IsCancellationRequested)
        {
            words = await Data.WordsAsync(gone.Token);
            await pages.RefreshAsync(gone.Token);
            StateHasChanged();
        }
    }

    private void Go(ContactsQuery wanted) =>
        Navigation.NavigateTo(Urls.Contacts(Slug, wanted.Text), replace: true);

    private async Task<Error?> CreateAsync(string? name, string? phone, string? email)
    {
        var made = await RunAsync(new CreateContact(name, phone, email));
        if (made.IsOk)
        {
            Navigation.NavigateTo(Urls.Contact(Slug, made.Value));
        }
        return made.Error;
    }

    private async Task SaveSegmentAsync()
    {
        var saved = await RunAsync(
            new SaveSegment(SegmentId: null, segmentName, query.ToData(), isSegmentShared)
        );
        Tell(saved.Error, L["Segment.Saved", segmentName.Trim()]);
        if (saved.IsOk)
        {
            segmentName = "";
            await ChangedAsync();
        }
    }

    private async Task DeleteSegmentAsync(SegmentRow segment)
    {
        var deleted = await RunAsync(new DeleteView(segment.Id));
        Tell(deleted.Error, L["Segment.Deleted", segment.Name]);
        await ChangedAsync();
    }

    private Task<Result<T>> RunAsync<T>(ITenantOperation<T> operation) =>
        Attempt.RunAsync(() => Data.RunAsync(operation, CancellationToken.None));

    private void Tell(Error? error, string done) =>
        Snackbar.Add(
            error is null ? done : L.Of(error),
            error is null ? Severity.Success : Severity.Error
        );
}
