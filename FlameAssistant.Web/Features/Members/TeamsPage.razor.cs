using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FlameAssistant.Web.Features.Members;

/// <summary>Who shares conversations, and how a team's conversations find an agent.</summary>
public sealed partial class TeamsPage : IDisposable
{
    private const int Shown = 5;

    private readonly CancellationTokenSource gone = new();
    private TeamsView? view;
    private TeamDialog? editor;
    private ConfirmDialog? confirm;
    private IDisposable? subscription;
    private bool isLoaded;

    [Parameter]
    public string Slug { get; set; } = "";

    [Inject]
    private ITeamsData Data { get; set; } = default!;

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
        isLoaded = true;
    }

    private async Task ReloadAsync()
    {
        if (!gone.IsCancellationRequested)
        {
            view = await Data.ListAsync(gone.Token);
            StateHasChanged();
        }
    }

    private IEnumerable<Colleague> PeopleOf(TeamRow team) =>
        view!.People.Where(person => team.Members.Contains(person.UserId));

    private string Names(TeamRow team) =>
        string.Join(", ", PeopleOf(team).Select(person => person.Name));

    private string InboxOf(TeamRow team) => Urls.Inbox(Slug, number: null, $"?team={team.Id:D}");

    private async Task<Error?> SaveAsync(SaveTeam team)
    {
        var saved = await Data.SaveAsync(team, gone.Token);
        if (saved.IsOk)
        {
            await TellAsync(error: null, L["Team.Saved", team.Name.Trim()]);
        }
        return saved.Error;
    }

    private Task AskDeleteAsync(TeamRow team, int open) =>
        confirm!.ShowAsync(
            L["Team.Delete.Title", team.Name],
            L["Team.Delete.Text", open],
            L["Delete"],
            async () =>
                await TellAsync(
                    (await Data.DeleteAsync(team.Id, gone.Token)).Error,
                    L["Team.Deleted", team.Name]
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
