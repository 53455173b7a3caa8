using System.Globalization;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FlameAssistant.Web.Features.Channels;

/// <summary>Who answers which channel, when, and by when; and how much each agent gets. The address says whose form is open.</summary>
public sealed partial class RoutingPage : IDisposable
{
    // Beyond they are counted.
    private const int Named = 4;

    private readonly CancellationTokenSource gone = new();
    private RoutingView? view;
    private IDisposable? subscription;
    private bool isLoaded;

    [Parameter]
    public string Slug { get; set; } = "";

    [SupplyParameterFromQuery]
    public Guid? Channel { get; set; }

    [Inject]
    private IRoutingData Data { get; set; } = default!;

    [Inject]
    private BrowserTime Browser { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private ChannelRouting? Chosen => view?.Channels.FirstOrDefault(c => c.Id == Channel);

    public void Dispose()
    {
        subscription?.Dispose();
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        await Browser.EnsureAsync();
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

    private string WhoOf(ChannelRouting channel)
    {
        var whose = channel.Members.Count switch
        {
            0 => L["Who.Everybody"].Value,
            <= Named => string.Join(
                ", ",
                view!
                    .People.Where(person => channel.Members.Contains(person.UserId))
                    .Select(person => person.Name)
            ),
            var many => L["Who.Count", many].Value,
        };
        return channel.AssignmentMode == AssignmentModes.None ? L["Who.ByHand", whose]
            : view!.Teams.FirstOrDefault(t => t.Id == channel.TeamId) is { } team
                ? L["Who.Mode", team.Name, L[$"Mode.{channel.AssignmentMode}"].Value]
            : L["Who.Mode", whose, L[$"Mode.{channel.AssignmentMode}"].Value];
    }

    private string HoursOf(ChannelRouting channel) =>
        channel.Hours.IsAlways
            ? L["Hours.Always"]
            : L[
                "Hours.Summary",
                string.Join(
                    ", ",
                    HoursDraft
                        .Week.Where(day => channel.Hours.Week.Any(span => span.Day == day))
                        .Select(CultureInfo.CurrentCulture.DateTimeFormat.GetAbbreviatedDayName)
                ),
                channel.Hours.TimeZone ?? L["Hours.Workspace"].Value
            ];

    private string TargetOf(ChannelRouting channel) =>
        channel.FirstResponseMinutes is { } minutes
            ? L["Target.Summary", minutes]
            : L["Target.None"];

    private async Task<Error?> SaveAsync(ChannelRouting channel, SetChannelRouting routing)
    {
        var saved = await Data.SaveAsync(routing, gone.Token);
        if (saved.IsOk)
        {
            Snackbar.Add(L["Saved", channel.Name], Severity.Success);
            await ReloadAsync();
            Navigation.NavigateTo(Urls.Routing(Slug));
        }
        return saved.Error;
    }

    private async Task<Error?> SetCapacityAsync(Colleague person, int capacity)
    {
        var saved = await Data.SetCapacityAsync(person.UserId, capacity, gone.Token);
        if (saved.IsOk)
        {
            Snackbar.Add(L["Capacity.Saved", person.Name, capacity], Severity.Success);
            await ReloadAsync();
        }
        return saved.Error;
    }
}
