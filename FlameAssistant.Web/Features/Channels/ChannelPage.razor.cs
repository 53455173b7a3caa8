using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace FlameAssistant.Web.Features.Channels;

/// <summary>One channel: how it fares, its name and settings, and its end.</summary>
public sealed partial class ChannelPage : IDisposable
{
    private readonly CancellationTokenSource gone = new();
    private ChannelRow? channel;
    private ChannelDefinition? definition;
    private ChannelDraftForm? draft;
    private ChannelCheck? check;
    private ConfirmDialog? confirm;
    private FormDialog? removal;
    private IDisposable? subscription;
    private Guid shown;
    private string? name;
    private string? nameProblem;
    private string? typedName;
    private string? problem;
    private string? removeProblem;
    private string? removeNameProblem;
    private ElementReference form;
    private bool isLoaded;
    private bool isBusy;
    private bool may;

    [Parameter]
    public string Slug { get; set; } = "";

    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    private IChannelsData World { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private BrowserTime Browser { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    public void Dispose()
    {
        subscription?.Dispose();
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        await Browser.EnsureAsync();
        may = await World.MayManageAsync(gone.Token);
        subscription = await World.SubscribeAsync(() => InvokeAsync(ReloadAsync), gone.Token);
    }

    protected override async Task OnParametersSetAsync()
    {
        if (shown == Id && isLoaded)
        {
            return;
        }
        shown = Id;
        await LoadAsync();
        (name, check, problem, nameProblem) = (channel?.Name, null, null, null);
        NewDraft();
        isLoaded = true;
    }

    private async Task ReloadAsync()
    {
        if (!gone.IsCancellationRequested && isLoaded)
        {
            // What is being typed stays.
            await LoadAsync();
            StateHasChanged();
        }
    }

    private async Task LoadAsync()
    {
        channel = may ? await World.FindAsync(Id, gone.Token) : null;
        definition = World.Catalog.FirstOrDefault(d => d.Type == channel?.Type);
    }

    private void NewDraft() =>
        draft =
            definition is not null && channel is not null
                ? new ChannelDraftForm(definition, channel)
                : null;

    private async Task CheckAsync()
    {
        isBusy = true;
        var answer = await World.CheckStoredAsync(Id, gone.Token);
        isBusy = false;
        check = answer.Check;
        problem = answer.Error is { } error ? L.Of(error) : null;
        await ReloadAsync();
    }

    private async Task RenameAsync()
    {
        var renamed = await World.RenameAsync(Id, name ?? "", gone.Token);
        nameProblem = renamed.IsOk ? null : L.Of(renamed.Error);
        if (renamed.IsOk)
        {
            await ReloadAsync();
            draft?.Name = channel?.Name ?? "";
            Snackbar.Add(L["Saved", channel?.Name ?? ""], Severity.Success);
        }
    }

    private async Task SaveAsync()
    {
        isBusy = true;
        // Of what is typed, only the settings: a name that is half typed is not meant here.
        draft!.Name = channel?.Name ?? draft.Name;
        var answer = await World.UpdateAsync(draft.Read(), gone.Token);
        isBusy = false;
        draft.Take(answer, L);
        if (answer.IsOk)
        {
            var warnings = draft.Warnings;
            await ReloadAsync();
            NewDraft();
            draft?.Warn(warnings);
            check = null;
            Snackbar.Add(L["Saved", channel?.Name ?? ""], Severity.Success);
        }
        else
        {
            StateHasChanged();
            await WrongField.ShowAsync(Js, form);
        }
    }

    private Task AskPauseAsync() =>
        confirm!.ShowAsync(
            L["Pause.Ask", channel!.Name],
            L["Pause.Because"],
            L["Pause"],
            () => SetPausedAsync(true)
        );

    private async Task SetPausedAsync(bool isPaused)
    {
        var done = await World.SetPausedAsync(Id, isPaused, gone.Token);
        problem = done.IsOk ? null : L.Of(done.Error);
        await ReloadAsync();
        StateHasChanged();
    }

    private async Task AskRemoveAsync()
    {
        (typedName, removeProblem, removeNameProblem) = (null, null, null);
        await removal!.ShowAsync();
    }

    private async Task<bool> RemoveAsync()
    {
        (removeProblem, removeNameProblem) = (null, null);
        // The hint that it is gone may be here before the answer, and the channel with it.
        var removedName = channel?.Name ?? "";
        var removed = await World.RemoveAsync(Id, typedName ?? "", gone.Token);
        if (removed.IsOk)
        {
            Snackbar.Add(L["Removed", removedName], Severity.Success);
            Navigation.NavigateTo(Urls.Channels(Slug));
            return true;
        }
        (removeNameProblem, removeProblem) =
            removed.Error.Fields?.ContainsKey("name") == true
                ? (L.Of(removed.Error), (string?)null)
                : (null, L.Of(removed.Error));
        return false;
    }
}
