using FlameAssistant.Data.Notifications;
using FlameAssistant.Web.Features.Notifications;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Features.Notifications;

/// <summary>How a person is told of each kind, in this workspace. Each box is saved as it is set.</summary>
public sealed partial class NotificationSettingsPage : IDisposable
{
    private readonly CancellationTokenSource gone = new();
    private IReadOnlyList<NotificationChoice>? choices;
    private string? problem;
    private string? said;

    [Parameter]
    public string Slug { get; set; } = "";

    [Inject]
    private INotificationsData Data { get; set; } = default!;

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnInitializedAsync() =>
        choices = await Data.ChoicesAsync(gone.Token);

    private async Task SaveAsync(NotificationChoice choice)
    {
        var saved = await Data.ChooseAsync(choice, gone.Token);
        problem = saved.IsOk ? null : L.Of(saved.Error);
        said = saved.IsOk ? L["Saved"].Value : null;
        choices = await Data.ChoicesAsync(gone.Token);
    }
}
