using FlameAssistant.Data.Channels;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Features.Channels;

/// <summary>What is connected and how it fares, and what can be connected.</summary>
public sealed partial class ChannelsPage : IDisposable
{
    private readonly CancellationTokenSource gone = new();
    private IReadOnlyList<ChannelRow>? rows;
    private IDisposable? subscription;
    private ElementReference heading;
    private int quarantined;
    private bool isLoaded;

    [Parameter]
    public string Slug { get; set; } = "";

    [Inject]
    private IChannelsData Data { get; set; } = default!;

    [Inject]
    private BrowserTime Browser { get; set; } = default!;

    public void Dispose()
    {
        subscription?.Dispose();
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        await Browser.EnsureAsync();
        subscription = await Data.SubscribeAsync(() => InvokeAsync(ReloadAsync), gone.Token);
        await LoadAsync();
        isLoaded = true;
    }

    private async Task ReloadAsync()
    {
        if (!gone.IsCancellationRequested)
        {
            await LoadAsync();
            StateHasChanged();
        }
    }

    private async Task LoadAsync()
    {
        rows = await Data.ListAsync(gone.Token);
        quarantined = rows is null ? 0 : await Data.CountQuarantineAsync(gone.Token);
    }

    private string NameOf(string type) =>
        Data.Catalog.FirstOrDefault(d => d.Type == type) is { } definition
            ? definition.Title
            : type;

    private async Task ToCatalogueAsync() => await heading.FocusAsync();
}
