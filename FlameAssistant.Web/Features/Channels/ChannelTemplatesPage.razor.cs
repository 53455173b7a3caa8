using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Templates;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FlameAssistant.Web.Features.Channels;

/// <summary>The templates that a channel's provider keeps: what they say, and what the provider thinks of them.</summary>
public sealed partial class ChannelTemplatesPage : IDisposable
{
    private readonly CancellationTokenSource gone = new();
    private ChannelRow? channel;
    private IReadOnlyList<ChannelTemplate> all = [];
    private IDisposable? subscription;
    private string state = "";
    private string find = "";
    private string? problem;
    private bool isLoaded;
    private bool may;
    private bool isBusy;

    [Parameter]
    public string Slug { get; set; } = "";

    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    private IChannelsData World { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private IEnumerable<ChannelTemplate> Shown =>
        all.Where(t =>
            (state.Length == 0 || t.Status == state)
            && (
                find.Trim().Length == 0
                || t.Name.Contains(find.Trim(), StringComparison.OrdinalIgnoreCase)
                || t.Components.Contains(find.Trim(), StringComparison.OrdinalIgnoreCase)
            )
        );

    public void Dispose()
    {
        subscription?.Dispose();
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        subscription = await World.SubscribeAsync(() => InvokeAsync(ReloadAsync), gone.Token);
        await LoadAsync();
        isLoaded = true;
    }

    private static string? BadgeOf(string status) =>
        status switch
        {
            TemplateStatuses.Approved => "badge-good",
            TemplateStatuses.Pending or TemplateStatuses.Paused => "badge-wait",
            TemplateStatuses.Rejected => "badge-bad",
            _ => null,
        };

    /// <summary>What was handed in with it, so that it reads as a message.</summary>
    private static Dictionary<string, string> Examples(TemplateShape shape) =>
        shape
            .Places.Where(p => p.Example is not null)
            .ToDictionary(p => p.Key, p => p.Example!, StringComparer.Ordinal);

    private async Task LoadAsync()
    {
        may = await World.MayManageAsync(gone.Token);
        channel = may ? await World.FindAsync(Id, gone.Token) : null;
        all =
            channel is not null && World.HasTemplates(channel.Type)
                ? await World.TemplatesAsync(Id, gone.Token)
                : [];
    }

    private async Task ReloadAsync()
    {
        if (!gone.IsCancellationRequested && isLoaded)
        {
            await LoadAsync();
            StateHasChanged();
        }
    }

    private async Task ReadAsync()
    {
        isBusy = true;
        var read = await World.ReadTemplatesAsync(Id, gone.Token);
        isBusy = false;
        problem = read.IsOk ? null : L["Templates.NotRead", L.Of(read.Error)].Value;
        if (read is { IsOk: true, Value: { } count })
        {
            Snackbar.Add(L["Templates.Done", count], Severity.Success);
        }
        await ReloadAsync();
    }
}
