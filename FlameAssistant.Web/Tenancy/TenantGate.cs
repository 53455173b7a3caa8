using System.Collections.Concurrent;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Auth;
using FlameAssistant.Web.Shared;

namespace FlameAssistant.Web.Tenancy;

/// <summary>
/// Stands before every page under <c>/t/{slug}</c>: unknown tenants, <c>system</c> and other people's are one and the same
/// 404, a closed one leads to the page that says so. A super-admin is other people too, but for an open support access.
/// </summary>
internal sealed class TenantGate(
    RequestDelegate next,
    TenantCatalog tenants,
    MemberDirectory members,
    SupportDirectory support,
    TenantUnits units
)
{
    private readonly ConcurrentDictionary<
        (Guid Tenant, Guid User),
        (string Name, string? Avatar, string Language, string TimeZone)
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
        var userId = context.User.PersonId();
        var member = tenant is null ? null : await members.FindAsync(tenant.Id, userId, ct);
        var access =
            tenant is null || member is not null
                ? null
                : await support.FindAsync(tenant.Id, userId, ct);
        if (tenant is null || (member is null && access is null))
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
        var ip = ClientAddress.Of(context);
        context.Features.Set(
            new TenantVisit(
                tenant,
                member is null ? Actor.Support(userId, ip) : Actor.Member(member, ip)
            )
        );
        if (member is null)
        {
            await next(context);
            return;
        }
        var key = (tenant.Id, member.UserId);
        var profile = (
            member.DisplayName,
            member.Avatar,
            member.Language ?? tenant.Defaults.Language,
            member.TimeZone ?? tenant.Defaults.TimeZone
        );
        if (!profiled.TryGetValue(key, out var known) || known != profile)
        {
            await units.RunAsync(
                tenant,
                Actor.System,
                new EnsureProfile(member.UserId, member.DisplayName, member.Avatar),
                ct
            );
            profiled[key] = profile;
        }
        await next(context);
    }
}

/// <summary>Whom the gate let in, and where: for endpoints under <c>/t/{slug}</c> that are no pages.</summary>
internal sealed record TenantVisit(TenantRef Tenant, Actor Actor);

internal static class TenancyRegistration
{
    public static void AddTenancy(this IServiceCollection services) =>
        services.AddScoped<TenantSession>();

    public static void UseTenantGate(this WebApplication app) => app.UseMiddleware<TenantGate>();
}
