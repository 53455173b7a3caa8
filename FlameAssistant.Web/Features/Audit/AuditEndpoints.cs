using System.Text;
using FlameAssistant.Data.Audit;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Auth;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tenancy;

namespace FlameAssistant.Web.Features.Audit;

/// <summary>The audits as CSV, streamed page by page: a year of them is never in memory.</summary>
public static class AuditEndpoints
{
    private const int BatchSize = 1000;

    public static void AddAudit(this IServiceCollection services) =>
        services.AddScoped<IAuditData, AuditData>();

    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(Urls.SystemAuditCsv, SystemAsync)
            .RequireAuthorization(FlameIdentity.SuperAdminPolicy)
            .ExcludeFromDescription();
        routes
            .MapGet("/t/{slug}/settings/audit.csv", TenantAsync)
            .RequireAuthorization()
            .ExcludeFromDescription();
    }

    private static async Task SystemAsync(HttpContext context, SystemAuditQueries audit)
    {
        var ct = context.RequestAborted;
        var query = AuditQuery.Of(context.Request.Query);
        if (context.Features.Get<SystemVisit>() is not { Actor: var actor })
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var names = await audit.NamesAsync(query.Tenant, query.Actor, actor, ct);
        if (
            (!string.IsNullOrWhiteSpace(query.Tenant) && names.TenantId is null)
            || (!string.IsNullOrWhiteSpace(query.Actor) && names.UserId is null)
        )
        {
            // A filter that names nobody must not export everybody.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var filter = query.ToFilter(names.TenantId, names.UserId, ZoneOf(context, tenant: null));
        await WriteAsync(
            context,
            "audit",
            after => audit.PageAsync(filter, after, BatchSize, actor, ct),
            ct
        );
    }

    private static async Task TenantAsync(HttpContext context, TenantUnits units)
    {
        var ct = context.RequestAborted;
        if (
            context.Features.Get<TenantVisit>() is not { } visit
            || !visit.Actor.May(MemberPermissions.AuditRead)
        )
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var query = AuditQuery.Of(context.Request.Query);
        var filter = query.ToFilter(
            tenantId: null,
            string.IsNullOrEmpty(query.Actor) ? null
                : Guid.TryParse(query.Actor, out var user) ? user
                : Guid.Empty,
            ZoneOf(context, visit.Tenant)
        );
        await WriteAsync(
            context,
            $"audit-{visit.Tenant.Slug}",
            after =>
                units.ReadAsync(
                    visit.Tenant,
                    visit.Actor,
                    (unit, token) => unit.ListAuditAsync(filter, after, BatchSize, token),
                    ct
                ),
            ct
        );
    }

    private static async Task WriteAsync(
        HttpContext context,
        string name,
        Func<AuditPosition?, Task<AuditPage>> next,
        CancellationToken ct
    )
    {
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.csv\"";
        context.Response.Headers.CacheControl = "no-store";
        await using var writer = new StreamWriter(
            context.Response.Body,
            // With a byte order mark: spreadsheets take it for UTF-8 only then.
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)
        );
        await writer.WriteAsync(AuditCsv.Header);
        AuditPosition? after = null;
        do
        {
            var page = await next(after);
            foreach (var line in page.Lines)
            {
                await writer.WriteAsync(AuditCsv.Line(line));
            }
            await writer.FlushAsync(ct);
            after = page.Next;
        } while (after is not null);
    }

    /// <summary>Whose days they are: the page's, which asked the browser; without it the person's own, then the tenant's.</summary>
    internal static TimeZoneInfo ZoneOf(HttpContext context, TenantRef? tenant)
    {
        string?[] named =
        [
            context.Request.Query["zone"],
            context.User.FindFirst(BrowserTime.ZoneClaim)?.Value,
            tenant?.Defaults.TimeZone,
        ];
        foreach (var name in named)
        {
            if (
                !string.IsNullOrEmpty(name)
                && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            )
            {
                return zone;
            }
        }
        return TimeZoneInfo.Utc;
    }
}
