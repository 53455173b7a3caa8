using System.Globalization;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FlameAssistant.Web.Features.Templates;

/// <summary>The answers that are written once: found, counted, changed. The address says which one is open.</summary>
public sealed partial class TemplatesPage : IDisposable
{
    private const string NewKey = "new";

    private readonly CancellationTokenSource gone = new();
    private TemplatesView? view;
    private ConfirmDialog? confirm;
    private IDisposable? subscription;
    private string wanted = "";

    [Parameter]
    public string Slug { get; set; } = "";

    /// <summary>A template's id, or <c>new</c>.</summary>
    [Parameter]
    public string? Key { get; set; }

    [Inject]
    private ITemplatesData Data { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private TemplateRow? Chosen =>
        Guid.TryParse(Key, out var id) ? view?.Rows.FirstOrDefault(row => row.Id == id) : null;

    private List<TemplateRow> Found =>
        [
            .. view!.Rows.Where(row =>
                Has(row.Name)
                || Has(row.Content)
                || Has(row.Category)
                || row.TriggerKeywords.Any(Has)
            ),
        ];

    public void Dispose()
    {
        subscription?.Dispose();
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        subscription = await Data.SubscribeAsync(() => InvokeAsync(ChangedAsync), gone.Token);
        view = await Data.ListAsync(gone.Token);
    }

    private async Task ChangedAsync()
    {
        if (!gone.IsCancellationRequested)
        {
            view = await Data.ListAsync(gone.Token);
            StateHasChanged();
        }
    }

    /// <summary>As people look for it: case and accents do not matter.</summary>
    private bool Has(string text) =>
        CultureInfo.CurrentCulture.CompareInfo.IndexOf(
            text,
            wanted.Trim(),
            CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace
        ) >= 0;

    private async Task<Error?> SaveAsync(SaveTemplate template)
    {
        var saved = await Data.SaveAsync(template, gone.Token);
        if (saved.IsOk)
        {
            Snackbar.Add(L["Saved"], Severity.Success);
            view = await Data.ListAsync(gone.Token);
            Navigation.NavigateTo($"{Urls.Templates(Slug)}/{saved.Value:D}");
        }
        return saved.Error;
    }

    private Task AskDeleteAsync(TemplateRow row) =>
        confirm!.ShowAsync(
            L["Delete.Title", row.Name],
            L["Delete.Text"],
            L["Delete"],
            async () =>
            {
                var deleted = await Data.DeleteAsync(row.Id, gone.Token);
                Snackbar.Add(
                    deleted.IsOk ? L["Deleted", row.Name] : L.Of(deleted.Error),
                    deleted.IsOk ? Severity.Success : Severity.Error
                );
                view = await Data.ListAsync(gone.Token);
                Navigation.NavigateTo(Urls.Templates(Slug));
            }
        );
}
