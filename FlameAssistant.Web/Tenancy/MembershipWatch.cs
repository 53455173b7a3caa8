using FlameAssistant.Data.Live;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Tenancy;

/// <summary>
/// Ends a page whose person may no longer be there, at once by the live event, and by a look every few seconds where one
/// was missed; tells the frame when their role has changed. Operations refuse by themselves, this clears the screen.
/// </summary>
public sealed class MembershipWatch : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2.5);

    private IDisposable? subscription;
    private ITimer? timer;
    private Actor? known;
    private bool isLeaving;

    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Inject]
    private TenantSession Session { get; set; } = default!;

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

    protected override async Task OnInitializedAsync()
    {
        if (await Session.EnterAsync(CancellationToken.None) is not { } tenant)
        {
            return;
        }
        known = Session.Actor;
        subscription = Live.Subscribe(
            tenant.Id,
            e =>
            {
                if (
                    e.Kind is LiveKinds.Tenant or LiveKinds.Resync
                    || (e.Kind is LiveKinds.Member && e.SubjectId == known.Id)
                )
                {
                    _ = InvokeAsync(CheckAsync);
                }
            }
        );
        timer = Time.CreateTimer(_ => _ = InvokeAsync(CheckAsync), null, Look, Look);
    }

    private async Task CheckAsync()
    {
        var here = Urls.SlugOf("/" + Navigation.ToBaseRelativePath(Navigation.Uri));
        if (here is null || known is null || isLeaving)
        {
            return;
        }
        if (await Session.EnterAsync(CancellationToken.None) is null)
        {
            if (isLeaving)
            {
                return;
            }
            // Once: the same said again would break off the way there.
            isLeaving = true;
            Navigation.NavigateTo(
                known.Kind == Actor.SupportKind
                    ? $"{Urls.SystemTenant(here)}?left=true"
                    : $"{Urls.Workspaces}?ended=true",
                forceLoad: true
            );
            return;
        }
        var now = Session.Actor;
        var isSame = now.Permissions.SetEquals(known.Permissions);
        known = now;
        if (!isSame)
        {
            await OnChanged.InvokeAsync();
        }
    }
}
