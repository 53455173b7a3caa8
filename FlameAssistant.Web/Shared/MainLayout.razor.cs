using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace FlameAssistant.Web.Shared;

/// <summary>The frame of every page of a workspace: rail on the left (a bar below on phones), the page beside it.</summary>
public sealed partial class MainLayout : IDisposable
{
    private ErrorBoundary? boundary;
    private NavRail? rail;
    private bool isDark;
    private int rights;

    [CascadingParameter(Name = "ThemeName")]
    public string ThemeName { get; set; } = Preferences.System;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private bool FollowsSystem =>
        string.Equals(ThemeName, Preferences.System, StringComparison.Ordinal);

    private string SkipTarget =>
        $"/{Navigation.ToBaseRelativePath(Navigation.Uri).Split('#')[0]}#main";

    public void Dispose() => Navigation.LocationChanged -= Recover;

    protected override void OnInitialized()
    {
        isDark = string.Equals(ThemeName, "dark", StringComparison.Ordinal);
        Navigation.LocationChanged += Recover;
    }

    /// <summary>The page begins anew with what the person may see and do now; drafts are kept on the server.</summary>
    private Task RightsChangedAsync()
    {
        rights++;
        return rail?.RefreshAsync() ?? Task.CompletedTask;
    }

    private void Recover(object? sender, LocationChangedEventArgs e) =>
        _ = InvokeAsync(() => boundary?.Recover());
}
