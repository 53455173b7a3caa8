using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>Who it is with, who has it, and what can be done with the whole conversation.</summary>
public sealed partial class ThreadHeader
{
    private bool isBusy;

    [Parameter, EditorRequired]
    public required ConversationDetails Details { get; set; }

    [Parameter, EditorRequired]
    public required string BackHref { get; set; }

    [Parameter]
    public bool ShowsContact { get; set; }

    [Parameter]
    public EventCallback OnContact { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Inject]
    private IInboxData Data { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private bool IsMine => Details.AssignedTo == Data.MeId;

    private bool IsResolved =>
        string.Equals(Details.Status, ConversationStatuses.Resolved, StringComparison.Ordinal);

    private string StatusAction => L[IsResolved ? "Reopen" : "Resolve"];

    private string Assignee =>
        Details.AssignedTo switch
        {
            null => L["View.unassigned"],
            _ when IsMine => L["AssignedToYou"],
            _ => L["AssignedTo", Details.AssigneeName ?? L["Colleague"]],
        };

    private Task AssignAsync(Guid? userId) =>
        DoAsync(() => Data.AssignAsync(Details.Id, userId, CancellationToken.None));

    private Task ToggleStatusAsync() =>
        DoAsync(() =>
            Data.SetStatusAsync(
                Details.Id,
                IsResolved ? ConversationStatuses.Open : ConversationStatuses.Resolved,
                CancellationToken.None
            )
        );

    private async Task DoAsync(Func<Task<Result<bool>>> action)
    {
        isBusy = true;
        var result = await Attempt.RunAsync(action);
        if (result.Error is { } error)
        {
            Snackbar.Add(L.Of(error), Severity.Error);
        }

        await OnChanged.InvokeAsync();
        isBusy = false;
    }
}
