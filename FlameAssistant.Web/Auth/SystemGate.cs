using System.Security.Claims;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Shared;

namespace FlameAssistant.Web.Auth;

/// <summary>
/// Stands before <c>/system</c> and <c>/hangfire</c>: for everybody but super-admins they are not there. Who is not signed
/// in is asked to, as anywhere.
/// </summary>
internal sealed class SystemGate(RequestDelegate next, MemberDirectory members)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (
            (
                path.StartsWithSegments(Urls.System, StringComparison.OrdinalIgnoreCase)
                || path.StartsWithSegments(Urls.Jobs, StringComparison.OrdinalIgnoreCase)
            )
            && context.User.Identity?.IsAuthenticated == true
        )
        {
            if (
                !Guid.TryParse(
                    context.User.FindFirstValue(ClaimTypes.NameIdentifier),
                    out var userId
                ) || !await members.IsSuperAdminAsync(userId, context.RequestAborted)
            )
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }
            context.Features.Set(
                new SystemVisit(Actor.SuperAdmin(userId, ClientAddress.Of(context)))
            );
        }
        await next(context);
    }
}

/// <summary>Whom the gate let in: for endpoints under <c>/system</c> that are no pages.</summary>
internal sealed record SystemVisit(Actor Actor);

internal static class SystemGateRegistration
{
    public static void UseSystemGate(this WebApplication app) => app.UseMiddleware<SystemGate>();
}
