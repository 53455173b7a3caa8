using FlameAssistant.Data.Channels;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Features.Channels;

/// <summary>
/// A number that a gateway holds: linked, or to be linked by a code. Codes change every few seconds, so while there is one
/// the gateway is asked again and again; else what it tells is enough.
/// </summary>
public sealed partial class SessionPart : IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(3);
    private const int LongestCode = 1000;

    private readonly CancellationTokenSource gone = new();
    private IDisposable? subscription;
    private SessionView? view;
    private SessionReport? linked;
    private string? state;
    private string? drawn;
    private string? drawing;
    private string? phone;
    private string? pairing;
    private bool isBusy;

    [Parameter, EditorRequired]
    public required Guid ChannelId { get; set; }

    [Parameter, EditorRequired]
    public required ChannelDefinition Definition { get; set; }

    /// <summary>The page's own dialog: the question, why, what the button says, and what it does.</summary>
    [Parameter, EditorRequired]
    public required Func<string, string, string, Func<Task>, Task> Ask { get; set; }

    /// <summary>After the gateway said how the session is.</summary>
    [Parameter]
    public EventCallback OnChange { get; set; }

    [Inject]
    private ISessionData Data { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private string? Badge =>
        state switch
        {
            SessionStates.Working => "badge-good",
            SessionStates.Starting or SessionStates.ScanQrCode => "badge-wait",
            _ => "badge-bad",
        };

    public void Dispose()
    {
        subscription?.Dispose();
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        subscription = await Data.SubscribeAsync(
            ChannelId,
            () => InvokeAsync(LookAsync),
            gone.Token
        );
        await LookAsync();
        _ = WatchAsync(gone.Token);
    }

    private async Task WatchAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await Task.Delay(LookAgain, Clock, ct)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ct.IsCancellationRequested && state != SessionStates.Working)
            {
                await InvokeAsync(LookAsync);
            }
        }
    }

    private async Task LookAsync()
    {
        if (!gone.IsCancellationRequested && !isBusy)
        {
            await TakeAsync(Data.LookAsync(ChannelId, gone.Token));
        }
    }

    private Task RestartAsync() => DoAsync(() => Data.RestartAsync(ChannelId, gone.Token));

    private Task AskLogOutAsync() =>
        Ask(
            L["Session.LogOut.Ask"],
            L["Session.LogOut.Because"],
            L["Session.LogOut"],
            () => DoAsync(() => Data.LogOutAsync(ChannelId, gone.Token))
        );

    private Task PairAsync() => DoAsync(() => Data.PairAsync(ChannelId, phone ?? "", gone.Token));

    private async Task DoAsync(Func<Task<SessionView?>> action)
    {
        isBusy = true;
        try
        {
            await TakeAsync(action());
        }
        finally
        {
            isBusy = false;
            StateHasChanged();
        }
    }

    private async Task TakeAsync(Task<SessionView?> asked)
    {
        var before = state;
        SessionView? told;
        try
        {
            told = await asked;
        }
        catch (OperationCanceledException)
        {
            return;
        }
        if (gone.IsCancellationRequested || told is null)
        {
            return;
        }
        view = told;
        // What was refused says nothing of the session.
        state = told.Report?.State ?? state;
        linked = told.Report?.Account is null ? linked : told.Report;
        pairing = state == SessionStates.ScanQrCode ? told.PairingCode ?? pairing : null;
        if (drawn != told.Code)
        {
            drawn = told.Code;
            drawing = drawn is { Length: > 0 and <= LongestCode } code ? QrDrawing.Of(code) : null;
        }
        StateHasChanged();
        if (before != state)
        {
            await OnChange.InvokeAsync();
        }
    }
}
