using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>What a workspace wants to know of its conversations and contacts beside what the product asks.</summary>
public sealed partial class FieldsPage : IDisposable
{
    private readonly CancellationTokenSource gone = new();
    private FieldsView? view;
    private FieldDialog? editor;
    private ConfirmDialog? confirm;
    private IDisposable? subscription;

    [Parameter]
    public string Slug { get; set; } = "";

    [Inject]
    private IFieldsData Data { get; set; } = default!;

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
        view = await Data.ListAsync(gone.Token);
    }

    private async Task ReloadAsync()
    {
        if (!gone.IsCancellationRequested)
        {
            view = await Data.ListAsync(gone.Token);
            StateHasChanged();
        }
    }

    private List<FieldRow> Of(string subject) =>
        [.. view!.Rows.Where(row => row.Subject == subject)];

    private async Task MoveAsync(FieldRow row, int by)
    {
        var rows = Of(row.Subject);
        var from = rows.IndexOf(row);
        var to = Math.Clamp(from + by, 0, rows.Count - 1);
        (rows[from], rows[to]) = (rows[to], rows[from]);
        var moved = await Data.OrderAsync(
            new OrderFields(row.Subject, [.. rows.Select(r => r.Id)]),
            gone.Token
        );
        if (moved.Error is { } error)
        {
            Snackbar.Add(L.Of(error), Severity.Error);
        }
        await ReloadAsync();
    }

    private async Task<Error?> SaveAsync(SaveField field)
    {
        var saved = await Data.SaveAsync(field, gone.Token);
        if (saved.IsOk)
        {
            await TellAsync(error: null, L["Saved", field.Label.Trim()]);
        }
        return saved.Error;
    }

    private Task AskDeleteAsync(FieldRow row) =>
        confirm!.ShowAsync(
            L["Delete.Title", row.Label],
            L["Delete.Text"],
            L["Delete"],
            async () =>
                await TellAsync(
                    (await Data.DeleteAsync(row.Id, gone.Token)).Error,
                    L["Deleted", row.Label]
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
