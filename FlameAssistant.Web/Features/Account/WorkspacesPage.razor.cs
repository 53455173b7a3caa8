using System.Security.Claims;
using FlameAssistant.Data.Members;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace FlameAssistant.Web.Features.Account;

/// <summary>
/// Where to work. Who came straight from signing in and has one workspace is taken there; who runs the installation
/// finds it here too.
/// </summary>
public sealed partial class WorkspacesPage
{
    private IReadOnlyList<WorkspaceCard> cards = [];
    private bool isSuperAdmin;

    /// <summary>Whether a membership ended while its pages were open.</summary>
    [SupplyParameterFromQuery]
    private bool Ended { get; set; }

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private IWorkspaceDirectory Directory { get; set; } = default!;

    [Inject]
    private MemberDirectory Members { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        if (!Guid.TryParse(HttpContext.User.FindFirstValue(ClaimTypes.NameIdentifier), out var me))
        {
            return;
        }

        isSuperAdmin = await Members.IsSuperAdminAsync(me, HttpContext.RequestAborted);
        cards = await Directory.ListAsync(me, HttpContext.RequestAborted);
        var cameFromInside = HttpContext
            .Request.Headers.Referer.ToString()
            .Contains("/t/", StringComparison.Ordinal);
        if (cards is [var only] && !isSuperAdmin && !cameFromInside && !Ended)
        {
            Navigation.NavigateTo(Urls.Inbox(only.Slug));
        }
    }
}
