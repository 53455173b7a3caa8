using System.Collections.Concurrent;
using System.Security.Claims;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Shared;

namespace FlameAssistant.Web.Tenancy;

/// <summary>
/// Stands before every page under <c>/t/{slug}</c>: unknown tenants, <c>system</c> and other people's are one and the same
/// 404, a closed one leads to the page that says so.
/// </summary>
internal sealed class TenantGate(
    RequestDelegate next,
    TenantCatalog tenants,
    MemberDirectory members,
    TenantUnits units
)
{
    private readonly ConcurrentDictionary<
        (Guid Tenant, Guid User),
        (string Name, string? Avatar)
    > profiled = new();

    public async Task InvokeAsync(HttpContext context)
    {
        if (
            Urls.SlugOf(context.Request.Path) is not { } slug
            || context.User.Identity?.IsAuthenticated != true
        )
        {
            await next(context);
            return;
        }
        var ct = context.RequestAborted;
        var tenant = await tenants.FindAsync(slug, ct);
        var member =
            tenant is not null
            && Guid.TryParse(context.User.FindFirstValue(ClaimTypes.NameIdentifier), out var userId)
                ? await members.FindAsync(tenant.Id, userId, ct)
                : null;
        if (tenant is null || member is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        if (!tenant.IsUpgraded)
        {
            context.Response.Redirect(Urls.Upgrading);
            return;
        }
        if (!tenant.IsOpen)
        {
            context.Response.Redirect(Urls.Denied);
            return;
        }
        var key = (tenant.Id, member.UserId);
        var face = (member.DisplayName, member.Avatar);
        if (!profiled.TryGetValue(key, out var known) || known != face)
        {
            await units.RunAsync(
                tenant,
                Actor.System,
                new EnsureProfile(member.UserId, member.DisplayName, member.Avatar),
                ct
            );
            profiled[key] = face;
        }
        await next(context);
    }
}

internal static class TenancyRegistration
{
    public static void AddTenancy(this IServiceCollection services) =>
        services.AddScoped<TenantSession>();

    public static void UseTenantGate(this WebApplication app) => app.UseMiddleware<TenantGate>();
}
