using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FlameAssistant.Web.Features.Members;

/// <summary>What a click asks for before it happens.</summary>
public enum MemberQuestion
{
    Deactivate,
    HandOver,
}

/// <summary>Who works here: inviting, roles, leaving, ownership. Every change is asked of the operation, and the list again.</summary>
public sealed partial class MembersPage : IDisposable
{
    private readonly CancellationTokenSource gone = new();
    private MemberList? list;
    private IDisposable? subscription;
    private bool isReloading;
    private bool isChanged;
    private InviteDialog? invite;
    private PermissionsDialog? permissions;
    private ConfirmDialog? confirm;
    private bool isLoaded;
    private bool wasAsked;

    [Parameter]
    public string Slug { get; set; } = "";

    /// <summary>Asked for by the command bar: the page opens with its form.</summary>
    [SupplyParameterFromQuery]
    public bool Invite { get; set; }

    [Inject]
    private IMembersData Data { get; set; } = default!;

    [Inject]
    private BrowserTime Browser { get; set; } = default!;

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
        await Browser.EnsureAsync();
        subscription = await Data.SubscribeAsync(() => InvokeAsync(ChangedAsync), gone.Token);
        await ReloadAsync();
        isLoaded = true;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (Invite && isLoaded && list is not null && !wasAsked)
        {
            wasAsked = true;
            await ShowInviteAsync();
        }
    }

    protected override void OnParametersSet() => wasAsked &= Invite;

    private async Task ReloadAsync() => list = await Data.ListAsync(gone.Token);

    /// <summary>Somebody accepted, was invited, or left. Many at once are one look, and one more for what came meanwhile.</summary>
    private async Task ChangedAsync()
    {
        isChanged = true;
        if (isReloading || gone.IsCancellationRequested)
        {
            return;
        }
        isReloading = true;
        try
        {
            while (isChanged)
            {
                isChanged = false;
                await ReloadAsync();
                StateHasChanged();
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The page was left meanwhile.
        }
        finally
        {
            isReloading = false;
        }
    }

    private Task ShowInviteAsync() => invite!.ShowAsync();

    private async Task<Error?> InviteAsync(string email, string role)
    {
        var made = await Data.InviteAsync(email, role, gone.Token);
        if (made.IsOk)
        {
            Snackbar.Add(L["Invited", made.Value.Email], Severity.Success);
            await ReloadAsync();
            StateHasChanged();
        }
        return made.Error;
    }

    private async Task ResendAsync(MemberRow row)
    {
        var made = await Data.ResendAsync(row.UserId, gone.Token);
        await TellAsync(made.Error, L["Resent", row.Email]);
    }

    private Task RevokeAsync(MemberRow row) =>
        RunAsync(new RevokeInvitation(row.UserId), L["Revoked", row.Name]);

    private Task ReactivateAsync(MemberRow row) =>
        RunAsync(new ReactivateMember(row.UserId), L["Reactivated", row.Name]);

    private Task ChangeRoleAsync(MemberRow row, string role) =>
        RunAsync(
            new ChangeRole(row.UserId, role),
            L["RoleChanged", row.Name, Shell[$"Role.{role}"].Value]
        );

    private async Task<Error?> SavePermissionsAsync(MemberRow row, IReadOnlySet<string> allowed)
    {
        var saved = await Data.RunAsync(
            new ChangePermissions(row.UserId, allowed.ToHashSet(StringComparer.Ordinal)),
            gone.Token
        );
        if (saved.IsOk)
        {
            await TellAsync(error: null, L["Permissions.Saved", row.Name]);
        }
        return saved.Error;
    }

    private async Task RunAsync(ITenantOperation<bool> operation, string done) =>
        await TellAsync((await Data.RunAsync(operation, gone.Token)).Error, done);

    private Task AskAsync(MemberRow row, MemberQuestion question) =>
        confirm!.ShowAsync(
            L[$"{question}.Title", row.Name],
            L[$"{question}.Text", row.Name],
            L[$"{question}.Submit"],
            () =>
                question == MemberQuestion.Deactivate
                    ? RunAsync(new DeactivateMember(row.UserId), L["Deactivated", row.Name])
                    : RunAsync(new HandOverOwnership(row.UserId), L["HandedOver", row.Name])
        );

    private async Task TellAsync(Error? error, string done)
    {
        Snackbar.Add(
            error is null ? done : L.Of(error),
            error is null ? Severity.Success : Severity.Error
        );
        // Whether it went well or not: what is shown is what is true.
        await ReloadAsync();
        StateHasChanged();
    }
}
