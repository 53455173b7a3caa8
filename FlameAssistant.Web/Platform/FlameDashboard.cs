using FlameAssistant.Web.Auth;
using Hangfire;

namespace FlameAssistant.Web.Platform;

/// <summary>Hangfire's own pages, for super-admins.</summary>
internal static class FlameDashboard
{
    public static void MapFlameDashboard(this WebApplication app) =>
        app.MapHangfireDashboardWithAuthorizationPolicy(
            FlameIdentity.SuperAdminPolicy,
            "/hangfire",
            new DashboardOptions { AppPath = "/", DashboardTitle = "Flame Assistant: jobs" }
        );
}
