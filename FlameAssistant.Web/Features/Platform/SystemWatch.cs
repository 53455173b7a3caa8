using FlameAssistant.Data.Live;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Auth;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Features.Platform;

/// <summary>Ends the pages of <c>/system</c> of who is a super-admin no more: at once, or within seconds.</summary>
public sealed class SystemWatch : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan look = TimeSpan.FromSeconds(4.5);

    private IDisposable? subscription;
    private ITimer? timer;

    [Inject]
    private SystemSession Session { get; set; } = default!;

    [Inject]
    private LiveHub Live { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    public async ValueTask DisposeAsync()
    {
        subscription?.Dispose();
        if (timer is not null)
        {
            await timer.DisposeAsync();
        }
    }

    protected override void OnInitialized()
    {
        subscription = Live.Subscribe(
            SystemTenant.Id,
            e =>
            {
                if (e.Kind is LiveKinds.Member or LiveKinds.Resync)
                {
                    _ = InvokeAsync(CheckAsync);
                }
            }
        );
        timer = Time.CreateTimer(_ => _ = InvokeAsync(CheckAsync), null, look, look);
    }

    private async Task CheckAsync()
    {
        if (!await Session.IsSuperAdminAsync(CancellationToken.None))
        {
            Navigation.NavigateTo(Urls.Workspaces, forceLoad: true);
        }
    }
}
