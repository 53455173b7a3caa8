using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FlameAssistant.Web.Features.Tenancy;

/// <summary>What a workspace is called and how it is by default; and, for its owner, its end.</summary>
public sealed partial class GeneralPage
{
    private GeneralView? view;
    private FormDialog? dialog;
    private Error? error;
    private bool isLoaded;
    private string? name;
    private string? brand;
    private string? zone;
    private string? language;
    private string? problem;
    private string? typed;
    private string? typedProblem;
    private string? deleteProblem;

    [Parameter]
    public string Slug { get; set; } = "";

    [Inject]
    private IGeneralData Data { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private static IEnumerable<string> Zones =>
        TimeZoneInfo
            .GetSystemTimeZones()
            .Where(zone => zone.HasIanaId && zone.Id.Contains('/'))
            .Select(zone => zone.Id)
            .Order(StringComparer.Ordinal);

    protected override async Task OnInitializedAsync()
    {
        view = await Data.FindAsync(CancellationToken.None);
        if (view is not null)
        {
            (name, brand, zone, language) = (
                view.Settings.Name,
                view.Settings.BrandName,
                view.Settings.TimeZone,
                view.Settings.Language
            );
        }
        isLoaded = true;
    }

    private async Task SaveAsync()
    {
        var saved = await Data.SaveAsync(
            new TenantSettings(name ?? "", zone?.Trim() ?? "", language ?? "", brand),
            CancellationToken.None
        );
        error = saved.Error;
        problem = error is { Fields: null } ? L.Of(error) : null;
        if (saved.IsOk)
        {
            Snackbar.Add(L["Saved"], Severity.Success);
        }
    }

    /// <summary>In the person's language, by the field's name.</summary>
    private string? ProblemOf(string field) =>
        error?.Fields?.ContainsKey(field) == true ? L[$"Problem.{field}"].Value : null;

    private Task AskAsync()
    {
        (typed, typedProblem, deleteProblem) = (null, null, null);
        return dialog!.ShowAsync();
    }

    private async Task<bool> DeleteAsync()
    {
        var deleted = await Data.DeleteAsync(typed?.Trim() ?? "", CancellationToken.None);
        if (deleted.IsOk)
        {
            Navigation.NavigateTo(Urls.Workspaces, forceLoad: true);
            return true;
        }
        (typedProblem, deleteProblem) = deleted.Error.Fields is null
            ? ((string?)null, L.Of(deleted.Error))
            : (L.Of(deleted.Error), null);
        return false;
    }
}
