using System.Globalization;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using MudBlazor;

namespace FlameAssistant.Web.Features.Channels;

/// <summary>What could not be taken in: why, what came, and what is done about it. The address says which state is shown.</summary>
public sealed partial class QuarantineList : IDisposable
{
    private const string NobodysMark = "-";

    private readonly CancellationTokenSource gone = new();
    private readonly Dictionary<Guid, string?> bodies = [];
    private List<QuarantineRow> rows = [];
    private QuarantineListing? view;
    private QuarantineCursor? next;
    private ConfirmDialog? confirm;
    private (string State, string? Tenant)? asked;
    private string? problem;
    private bool isLoaded;
    private bool isBusy;

    [Parameter, EditorRequired]
    public required IQuarantineData Data { get; set; }

    /// <summary>As in the address; anything else is <c>open</c>.</summary>
    [Parameter]
    public string? State { get; set; }

    /// <summary>A slug, or <c>-</c> for what belongs to nobody.</summary>
    [Parameter]
    public string? Tenant { get; set; }

    [Parameter]
    public bool IsSystem { get; set; }

    /// <summary>The page's address with a query.</summary>
    [Parameter, EditorRequired]
    public required Func<string, string> Href { get; set; }

    [Inject]
    private BrowserTime Browser { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string Shown =>
        QuarantineStates.All.Contains(State, StringComparer.Ordinal)
            ? State!
            : QuarantineStates.Open;

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (asked == (Shown, Tenant))
        {
            return;
        }
        asked = (Shown, Tenant);
        problem = null;
        await Browser.EnsureAsync();
        await LoadAsync();
        isLoaded = true;
    }

    private async Task LoadAsync()
    {
        var wanted = asked;
        var found = await AskAsync(after: null);
        if (wanted == asked)
        {
            view = found;
            bodies.Clear();
            (rows, next) = ([.. found?.Page.Rows ?? []], found?.Page.Next);
        }
    }

    private Task<QuarantineListing?> AskAsync(QuarantineCursor? after) =>
        Data.ListAsync(
            Shown,
            Tenant switch
            {
                null or "" => null,
                NobodysMark => "",
                var slug => slug,
            },
            after,
            gone.Token
        );

    private async Task MoreAsync()
    {
        if (await AskAsync(next) is { } more)
        {
            rows.AddRange(more.Page.Rows);
            next = more.Page.Next;
        }
    }

    private string CountOf(string state)
    {
        var count = view!.Counts.Of(state);
        return count.ToString("N0", CultureInfo.CurrentCulture)
            + (count >= QuarantineQueries.CountLimit ? "+" : "");
    }

    private static string Query(string state, string? tenant) =>
        QueryHelpers.AddQueryString(
            "",
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["state"] = state == QuarantineStates.Open ? null : state,
                ["tenant"] = string.IsNullOrWhiteSpace(tenant) ? null : tenant.Trim(),
            }.Where(part => part.Value is not null)
        );

    private void Filter(string? tenant) => Navigation.NavigateTo(Href(Query(Shown, tenant)));

    private async Task ToggleAsync(Guid id)
    {
        if (!bodies.Remove(id))
        {
            bodies[id] = await Data.ReadAsync(id, gone.Token);
        }
    }

    private Task AskReplayAllAsync() =>
        confirm!.ShowAsync(
            L["Quarantine.AskAll"],
            L["Quarantine.AskAllText"],
            L["Quarantine.ReplayAll"],
            () => ReplayAsync(null)
        );

    private Task ReplayAsync(IReadOnlyList<Guid>? ids) =>
        DoAsync(() => Data.ReplayAsync(ids, gone.Token), "Quarantine.Replayed");

    private Task DismissAsync(Guid id) =>
        DoAsync(() => Data.DismissAsync([id], gone.Token), "Quarantine.Dismissed");

    private async Task DoAsync(Func<Task<Result<int>>> work, string said)
    {
        isBusy = true;
        var done = await work();
        isBusy = false;
        problem = done.IsOk ? null : L.Of(done.Error);
        if (done.IsOk)
        {
            Snackbar.Add(L[said, done.Value], Severity.Success);
        }
        await LoadAsync();
        StateHasChanged();
    }
}
