using FlameAssistant.Data.Notifications;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FlameAssistant.Web.Features.Notifications;

/// <summary>
/// The bell: how much is unread, live, and the list behind it. The list is a native popover; it is asked for when it opens,
/// and kept true while it is open.
/// </summary>
public sealed partial class NotificationBell : IDisposable
{
    private readonly CancellationTokenSource gone = new();
    private List<NotificationRow> rows = [];
    private NotificationCursor? next;
    private IDisposable? subscription;
    private ElementReference panel;
    private string? heard;
    private DateTimeOffset known;
    private string? said;
    private int unread;
    private bool isOpen;

    [Parameter, EditorRequired]
    public required string Slug { get; set; }

    [Inject]
    private INotificationsData Data { get; set; } = default!;

    [Inject]
    private BrowserTime Browser { get; set; } = default!;

    private string Label => unread == 0 ? L["Title"] : L["Unread", unread];

    public void Dispose()
    {
        subscription?.Dispose();
        gone.Cancel();
        gone.Dispose();
    }

    /// <summary>Another workspace has another bell.</summary>
    protected override async Task OnParametersSetAsync()
    {
        if (string.Equals(heard, Slug, StringComparison.Ordinal))
        {
            return;
        }
        heard = Slug;
        subscription?.Dispose();
        subscription = await Data.SubscribeAsync(() => InvokeAsync(ChangedAsync), gone.Token);
        await Browser.EnsureAsync();
        unread = await Data.CountUnreadAsync(gone.Token);
        known = (await Data.NewsAsync(since: null, gone.Token)).Newest;
    }

    /// <summary>As the person chose for each kind; not for what they are looking at.</summary>
    private async Task RingAsync()
    {
        var news = await Data.NewsAsync(known, gone.Token);
        known = news.Newest;
        if (news.Sounds.Count > 0)
        {
            await using var module = await Js.InvokeAsync<IJSObjectReference>(
                "import",
                "./browser.js"
            );
            await module.InvokeVoidAsync(
                "ring",
                news.Sounds.Select(number => Urls.Inbox(Slug, number))
            );
        }
    }

    private async Task ChangedAsync()
    {
        if (gone.IsCancellationRequested)
        {
            return;
        }
        try
        {
            var before = unread;
            unread = await Data.CountUnreadAsync(gone.Token);
            said = unread > before ? Label : null;
            if (isOpen)
            {
                await ReloadAsync();
            }
            StateHasChanged();
            await RingAsync();
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The page was left meanwhile.
        }
    }

    private async Task ToggledAsync(EventArgs e)
    {
        // The event does not say which way: the panel opens closed.
        isOpen = !isOpen;
        if (isOpen)
        {
            await ReloadAsync();
        }
    }

    private async Task ReloadAsync()
    {
        var page = await Data.ListAsync(after: null, gone.Token);
        (rows, next) = ([.. page.Rows], page.Next);
    }

    private async Task MoreAsync()
    {
        var page = await Data.ListAsync(next, gone.Token);
        rows.AddRange(page.Rows);
        next = page.Next;
    }

    /// <summary>The link leads to the conversation; the panel goes out of its way.</summary>
    private async Task OpenAsync(NotificationRow row)
    {
        await using var module = await Js.InvokeAsync<IJSObjectReference>("import", "./browser.js");
        await module.InvokeVoidAsync("hidePopover", panel);
        await ReadAsync(row);
    }

    private Task ReadAsync(NotificationRow row) =>
        row.IsRead ? Task.CompletedTask : ReadAsync(row.Id);

    private Task ReadAllAsync() => ReadAsync(id: null);

    private async Task ReadAsync(Guid? id)
    {
        if ((await Data.ReadAsync(id, gone.Token)).IsOk)
        {
            rows =
            [
                .. rows.Select(row =>
                    id is null || row.Id == id ? row with { IsRead = true } : row
                ),
            ];
            unread = await Data.CountUnreadAsync(gone.Token);
        }
    }

    private string Words(NotificationRow row) =>
        row.ActorName is { } actor && L[$"Words.{row.Type}.By"] is { ResourceNotFound: false }
            ? L[$"Words.{row.Type}.By", actor, row.Title]
            : L[$"Words.{row.Type}", row.Title];

    private static string IconOf(string kind) =>
        kind switch
        {
            NotificationKinds.Assignment => "user-round-check",
            NotificationKinds.Mention => "at-sign",
            NotificationKinds.Handoff => "corner-up-right",
            NotificationKinds.Channel => "triangle-alert",
            NotificationKinds.SlaWarning or NotificationKinds.SlaBreach => "timer",
            _ => "message-circle",
        };
}
