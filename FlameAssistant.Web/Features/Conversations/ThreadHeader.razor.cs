using System.Globalization;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>Who it is with, who has it, and what can be done with the whole conversation.</summary>
public sealed partial class ThreadHeader
{
    private const string StampFormat = "yyyy-MM-ddTHH:mm";

    private IReadOnlyList<ConversationRow> others = [];
    private ConfirmDialog? confirm;
    private HandOverDialog? handOver;
    private DateTimeOffset picked;
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

    [CascadingParameter]
    public InboxScope Scope { get; set; } = InboxScope.None;

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

    private bool Follows => Details.Participants.Contains(Data.MeId);

    /// <summary>By when an answer is due, while somebody waits for one.</summary>
    private (DateTimeOffset At, bool IsLate, string Text)? Due =>
        Details.ResponseDueAt is { } at && !IsResolved
            ? at <= Time.Now
                ? (at, true, L["Due.Late", Time.Length(Time.Now - at)])
                : (at, false, L["Due.In", Time.Length(at - Time.Now)])
            : null;

    protected override void OnInitialized() => picked = SnoozeTimes.Tomorrow(Time.Now);

    private static string Stamp(DateTimeOffset at) =>
        at.ToString(StampFormat, CultureInfo.InvariantCulture);

    private bool Has(Guid tagId) => Details.Tags.Any(tag => tag.Id == tagId);

    private Task TakeAsync() =>
        Details.AssignedTo is null
            ? DoAsync(new TakeConversation(Details.Id))
            : DoAsync(new AssignConversation(Details.Id, Data.MeId));

    private Task ToggleTagAsync(Guid tagId) =>
        DoAsync(
            Has(tagId)
                ? new TagConversation(Details.Id, [], [tagId])
                : new TagConversation(Details.Id, [tagId], [])
        );

    private Task ToggleStatusAsync() =>
        DoAsync(
            new SetConversationStatus(
                Details.Id,
                IsResolved ? ConversationStatuses.Open : ConversationStatuses.Resolved
            )
        );

    private Task SnoozeAsync(DateTimeOffset until) =>
        DoAsync(new SnoozeConversation(Details.Id, until.ToUniversalTime()));

    /// <summary>What the field says is a time of the person's own clock.</summary>
    private void Pick(ChangeEventArgs e)
    {
        if (
            DateTime.TryParse(
                e.Value as string,
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var at
            )
        )
        {
            picked = Time.AtLocal(at);
        }
    }

    private async Task FindOthersAsync()
    {
        var open = await Data.ListAsync(
            new() { Contact = Details.Contact.Id },
            after: null,
            CancellationToken.None
        );
        var resolved = await Data.ListAsync(
            new() { Contact = Details.Contact.Id, Status = ConversationStatuses.Resolved },
            after: null,
            CancellationToken.None
        );
        others = [.. open.Rows.Concat(resolved.Rows).Where(row => row.Id != Details.Id)];
    }

    private Task AskHandOverAsync() => handOver?.ShowAsync() ?? Task.CompletedTask;

    private Task AskMergeAsync(ConversationRow other) =>
        confirm?.ShowAsync(
            L["Merge.Ask", other.Number],
            L["Merge.Because", other.Number],
            L["Merge"],
            () => DoAsync(new MergeConversations(Details.Id, other.Id))
        )
        ?? Task.CompletedTask;

    private Task DoAsync(ITenantOperation<bool> operation) =>
        DoAsync(() => Data.RunAsync(operation, CancellationToken.None));

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
