using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Features.Conversations;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace FlameAssistant.Web.Features.Contacts;

/// <summary>A file of contacts: taken, understood, checked, brought in. The address says which; it goes on without the page.</summary>
public sealed partial class ImportPage : IDisposable
{
    private const int ShownOfRow = 80;

    private readonly CancellationTokenSource gone = new();
    private ContactWords words = ContactWords.None;
    private ImportView? import;
    private IReadOnlyList<ImportView> earlier = [];
    private IReadOnlyList<ImportLine> wrong = [];
    private IDisposable? subscription;
    private Guid? shown;
    private bool isLoaded;
    private bool isTaking;
    private bool isMapping;
    private Error? error;

    [Parameter]
    public string Slug { get; set; } = "";

    [SupplyParameterFromQuery(Name = "id")]
    public Guid? ImportId { get; set; }

    [Inject]
    private IContactsData Data { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    public void Dispose()
    {
        subscription?.Dispose();
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        await Time.EnsureAsync();
        subscription = await Data.SubscribeAsync(() => InvokeAsync(ReloadAsync), gone.Token);
        words = await Data.WordsAsync(gone.Token);
        await LoadAsync();
        isLoaded = true;
    }

    protected override async Task OnParametersSetAsync()
    {
        if (isLoaded && shown != ImportId)
        {
            (error, isMapping) = (null, false);
            await LoadAsync();
        }
    }

    private async Task LoadAsync()
    {
        shown = ImportId;
        import = ImportId is { } id ? await Data.FindImportAsync(id, gone.Token) : null;
        if (import is null)
        {
            earlier = await Data.ListImportsAsync(gone.Token);
        }
        wrong = import is { Errors: > 0 } ? await Data.ErrorsAsync(import.Id, gone.Token) : [];
    }

    private async Task ReloadAsync()
    {
        if (!gone.IsCancellationRequested && isLoaded)
        {
            await LoadAsync();
            StateHasChanged();
        }
    }

    private async Task TakeAsync(InputFileChangeEventArgs e)
    {
        (isTaking, error) = (true, null);
        try
        {
            await using var content = e.File.OpenReadStream(
                ImportErrors.MaxMegabytes * 1024L * 1024,
                gone.Token
            );
            var taken = await Attempt.RunAsync(() =>
                Data.TakeFileAsync(e.File.Name, content, gone.Token)
            );
            if (taken.IsOk)
            {
                Navigation.NavigateTo(Urls.ImportContacts(Slug, taken.Value));
            }
            error = taken.Error;
        }
        catch (IOException)
        {
            error = ImportErrors.TooLarge;
        }
        finally
        {
            isTaking = false;
        }
    }

    private async Task CheckAsync(ImportOptions options)
    {
        await RunAsync(new CheckImport(import!.Id, options));
        isMapping = isMapping && error is not null;
    }

    private async Task RunAsync(ITenantOperation<bool> operation)
    {
        error = (
            await Attempt.RunAsync(() => Data.RunAsync(operation, CancellationToken.None))
        ).Error;
        await LoadAsync();
    }

    private static string Short(ImportLine line)
    {
        var text = string.Join(" · ", line.Cells.Where(cell => !string.IsNullOrWhiteSpace(cell)));
        return text.Length <= ShownOfRow ? text : text[..ShownOfRow] + "…";
    }
}
