using System.Security.Claims;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Features.Audit;
using FlameAssistant.Web.Shared;
using Microsoft.AspNetCore.Http;

namespace FlameAssistant.Web.Tests.Audit;

/// <summary>Whose days an export's filter counts in.</summary>
public sealed class AuditZoneTests
{
    [Theory]
    [InlineData("Asia/Tokyo", "Europe/Madrid", "America/Lima", "Asia/Tokyo")]
    [InlineData("no/zone", "Europe/Madrid", "America/Lima", "Europe/Madrid")]
    [InlineData(null, "Europe/Madrid", "America/Lima", "Europe/Madrid")]
    [InlineData(null, null, "America/Lima", "America/Lima")]
    [InlineData(null, null, null, "UTC")]
    public void Export_should_count_in_the_pages_days_then_the_persons_then_the_tenants(
        string? page,
        string? person,
        string? tenant,
        string expected
    )
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = page is null
            ? QueryString.Empty
            : QueryString.Create("zone", page);
        context.User = new ClaimsPrincipal(
            new ClaimsIdentity(person is null ? [] : [new Claim(BrowserTime.ZoneClaim, person)])
        );
        var visited = tenant is null
            ? null
            : new TenantRef(Guid.NewGuid(), "acme", "Acme", "tenant_acme", "main", "active")
            {
                Defaults = new TenantDefaults("en", tenant, BrandName: null),
            };

        AuditEndpoints.ZoneOf(context, visited).Id.ShouldBe(expected);
    }
}
