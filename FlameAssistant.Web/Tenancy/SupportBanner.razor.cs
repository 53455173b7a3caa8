using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Auth;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.Extensions.Localization;

namespace FlameAssistant.Web.Tenancy;

/// <summary>Says on every page of a tenant that a super-admin is only visiting, for how long, and how to leave.</summary>
public sealed partial class SupportBanner
{
    private static readonly TimeSpan tick = TimeSpan.FromSeconds(15);

    private SupportRef? access;
    private ITimer? timer;

    [Inject]
    private TenantSession Session { get; set; } = default!;

    [Inject]
    private SystemSession System { get; set; } = default!;

    [Inject]
    private EndSupportAccess End { get; set; } = default!;

    [Inject]
    private BrowserTime Browser { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IStringLocalizer<ShellText> L { get; set; } = default!;

    private string? Slug => Urls.SlugOf("/" + Navigation.ToBaseRelativePath(Navigation.Uri));

    private TimeSpan Left
    {
        get
        {
            var left = access!.ExpiresAt - Time.GetUtcNow();
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Navigation.LocationChanged -= Moved;
        if (timer is not null)
        {
            await timer.DisposeAsync();
        }
    }

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        await LookAsync();
    }

    private async Task LookAsync()
    {
        access = await Session.EnterAsync(CancellationToken.None) is null ? null : Session.Support;
        if (access is not null && timer is null)
        {
            timer = Time.CreateTimer(
                _ => _ = InvokeAsync(StateHasChanged),
                state: null,
                tick,
                tick
            );
        }
        StateHasChanged();
    }

    private async Task LeaveAsync()
    {
        var slug = Slug!;
        await End.RunAsync(
            slug,
            await System.EnterAsync(CancellationToken.None),
            CancellationToken.None
        );
        Navigation.NavigateTo($"{Urls.SystemTenant(slug)}?left=true", forceLoad: true);
    }

    private void Moved(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(LookAsync);
}
