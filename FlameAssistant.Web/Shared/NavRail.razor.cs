using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;

namespace FlameAssistant.Web.Shared;

/// <summary>Navigation, looks and the way out. Menus are native popovers: they open, close and keep focus without script.</summary>
public sealed partial class NavRail : IDisposable
{
    [CascadingParameter(Name = "ThemeName")]
    public string ThemeName { get; set; } = Preferences.System;

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    private IReadOnlyList<Data.Members.WorkspaceRef> workspaces = [];

    [Inject]
    private Tenancy.TenantSession Session { get; set; } = default!;

    [Inject]
    private Auth.SystemSession System { get; set; } = default!;

    private bool MayManageMembers { get; set; }

    private bool MayManageChannels { get; set; }

    private bool MayWriteTags { get; set; }

    private bool MayReadAudit { get; set; }

    private bool IsSuperAdmin { get; set; }

    private string? SettingsHref =>
        Slug is not { } slug ? null
        : MayManageMembers ? Urls.General(slug)
        : MayManageChannels ? Urls.Channels(slug)
        : MayReadAudit ? Urls.Audit(slug)
        : null;

    private string UserName { get; set; } = "";

    private string? UserAvatar { get; set; }

    private string Here => "/" + Navigation.ToBaseRelativePath(Navigation.Uri);

    private string? Slug => Urls.SlugOf(Here);

    private string ThemeIcon => IconOf(ThemeName);

    public void Dispose() => Navigation.LocationChanged -= Moved;

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        if (Authentication is not null)
        {
            var user = (await Authentication).User;
            UserName =
                user.FindFirstValue("name")
                ?? user.FindFirstValue(ClaimTypes.GivenName)
                ?? user.Identity?.Name
                ?? "";
            UserAvatar = user.FindFirstValue(Auth.FlameClaims.Avatar);
        }

        await RefreshAsync();
    }

    /// <summary>Asks again what the person may do here: entries they may not use are not shown.</summary>
    public async Task RefreshAsync()
    {
        await Session.EnterAsync(CancellationToken.None);
        MayManageMembers = Session.Actor.May(Data.Members.MemberPermissions.MembersManage);
        MayManageChannels = Session.Actor.May(Data.Members.MemberPermissions.ChannelsManage);
        MayWriteTags = Session.Actor.May(Data.Members.MemberPermissions.TagsWrite);
        MayReadAudit = Session.Actor.May(Data.Members.MemberPermissions.AuditRead);
        IsSuperAdmin = await System.IsSuperAdminAsync(CancellationToken.None);
        workspaces = await Session.WorkspacesAsync(CancellationToken.None);
        StateHasChanged();
    }

    internal static string IconOf(string theme) =>
        theme switch
        {
            "light" => "sun",
            "dark" => "moon",
            _ => "monitor",
        };

    private static string? Current(string value, string current) =>
        string.Equals(value, current, StringComparison.Ordinal) ? "true" : null;

    private void Moved(object? sender, LocationChangedEventArgs e) =>
        _ = InvokeAsync(StateHasChanged);
}
