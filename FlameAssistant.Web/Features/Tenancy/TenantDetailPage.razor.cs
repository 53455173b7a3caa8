using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FlameAssistant.Web.Features.Tenancy;

/// <summary>One tenant before a super-admin's eyes: how it stands, its plan and flags, and what can be done with it.</summary>
public sealed partial class TenantDetailPage : IDisposable
{
    private readonly CancellationTokenSource gone = new();
    private TenantDetail? detail;
    private IReadOnlyList<TenantFlag> flags = [];
    private FormDialog? suspendDialog;
    private FormDialog? planDialog;
    private FormDialog? deleteDialog;
    private FormDialog? supportDialog;
    private string? text;
    private string plan = Plans.Free;
    private string? problem;
    private string? fieldProblem;

    [Parameter]
    public string Slug { get; set; } = "";

    [SupplyParameterFromQuery]
    private bool Created { get; set; }

    [SupplyParameterFromQuery]
    private bool Left { get; set; }

    [Inject]
    private ITenantsData Data { get; set; } = default!;

    [Inject]
    private BrowserTime Browser { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private bool IsOpen =>
        detail?.Row.Status
            is TenantStatuses.Active
                or TenantStatuses.Trial
                or TenantStatuses.Pending;

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        await Browser.EnsureAsync();
        await LoadAsync();
        if (detail is null)
        {
            Navigation.NotFound();
        }
    }

    private async Task LoadAsync()
    {
        flags = await Data.FlagsAsync(Slug, gone.Token);
        detail = await Data.FindAsync(Slug, gone.Token);
    }

    private Task AskAsync(FormDialog? dialog)
    {
        (text, problem, fieldProblem, plan) = (null, null, null, detail!.Row.Plan);
        return dialog!.ShowAsync();
    }

    private async Task<bool> SuspendAsync() =>
        await DoneAsync(
            await Data.SuspendAsync(Slug, text, gone.Token),
            L["Suspend.Done", detail!.Row.Name]
        );

    private async Task ResumeAsync()
    {
        var resumed = await Data.ResumeAsync(Slug, gone.Token);
        Snackbar.Add(
            resumed.IsOk ? L["Resume.Done", detail!.Row.Name].Value : L.Of(resumed.Error),
            resumed.IsOk ? Severity.Success : Severity.Error
        );
        await LoadAsync();
    }

    private async Task<bool> ChangePlanAsync() =>
        await DoneAsync(
            await Data.ChangePlanAsync(Slug, plan, text, gone.Token),
            L["Plan.Done", detail!.Row.Name, L[$"Plan.{plan}"].Value]
        );

    private async Task<bool> DeleteAsync() =>
        await DoneAsync(
            await Data.DeleteAsync(Slug, text?.Trim() ?? "", gone.Token),
            L["Delete.Done", detail!.Row.Name]
        );

    private async Task<bool> EnterAsync()
    {
        var entered = await Data.EnterAsync(Slug, text ?? "", gone.Token);
        if (!Tell(entered.Error))
        {
            return false;
        }
        // Through the gate, like everybody else.
        Navigation.NavigateTo(Urls.Inbox(Slug), forceLoad: true);
        return true;
    }

    private async Task OverrideAsync(TenantFlag flag, string? word)
    {
        var changed = await Data.OverrideAsync(
            flag.Name,
            Slug,
            word switch
            {
                "on" => true,
                "off" => false,
                _ => null,
            },
            gone.Token
        );
        Snackbar.Add(
            changed.IsOk ? L["Flags.Saved", flag.Name].Value : L.Of(changed.Error),
            changed.IsOk ? Severity.Success : Severity.Error
        );
        flags = await Data.FlagsAsync(Slug, gone.Token);
    }

    private async Task<bool> DoneAsync(Result<TenantRef> result, string done)
    {
        if (!Tell(result.Error))
        {
            return false;
        }
        Snackbar.Add(done, Severity.Success);
        await LoadAsync();
        StateHasChanged();
        return true;
    }

    /// <summary>At the field where one is at fault; what was typed stays.</summary>
    private bool Tell(Error? error)
    {
        (problem, fieldProblem) =
            error is null ? (null, null)
            : error.Fields is null ? (L.Of(error), null)
            : ((string?)null, L.Of(error));
        return error is null;
    }
}
