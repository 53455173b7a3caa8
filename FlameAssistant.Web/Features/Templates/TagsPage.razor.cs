using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FlameAssistant.Web.Features.Templates;

/// <summary>The labels of conversations and contacts: named, colored, joined, taken away.</summary>
public sealed partial class TagsPage : IDisposable
{
    private readonly CancellationTokenSource gone = new();
    private TagsView? view;
    private TagDialog? editor;
    private MergeTagDialog? merger;
    private ConfirmDialog? confirm;
    private IDisposable? subscription;

    [Parameter]
    public string Slug { get; set; } = "";

    [Inject]
    private ITemplatesData Data { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    public void Dispose()
    {
        subscription?.Dispose();
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        subscription = await Data.SubscribeAsync(() => InvokeAsync(ReloadAsync), gone.Token);
        view = await Data.ListTagsAsync(gone.Token);
    }

    private async Task ReloadAsync()
    {
        if (!gone.IsCancellationRequested)
        {
            view = await Data.ListTagsAsync(gone.Token);
            StateHasChanged();
        }
    }

    private async Task<Error?> SaveAsync(SaveTag tag)
    {
        var saved = await Data.SaveTagAsync(tag, gone.Token);
        if (saved.IsOk)
        {
            await TellAsync(error: null, L["Tag.Saved", tag.Name]);
        }
        return saved.Error;
    }

    private async Task<Error?> MergeAsync(TagRow row, TagRow into)
    {
        var merged = await Data.MergeTagsAsync(row.Id, into.Id, gone.Token);
        if (merged.IsOk)
        {
            await TellAsync(error: null, L["Tag.Merged", row.Name, into.Name]);
        }
        return merged.Error;
    }

    private Task AskDeleteAsync(TagRow row) =>
        confirm!.ShowAsync(
            L["Tag.Delete.Title", row.Name],
            L["Tag.Delete.Text", row.Uses],
            L["Delete"],
            async () =>
                await TellAsync(
                    (await Data.DeleteTagAsync(row.Id, gone.Token)).Error,
                    L["Deleted", row.Name]
                )
        );

    private async Task TellAsync(Error? error, string done)
    {
        Snackbar.Add(
            error is null ? done : L.Of(error),
            error is null ? Severity.Success : Severity.Error
        );
        await ReloadAsync();
    }
}
