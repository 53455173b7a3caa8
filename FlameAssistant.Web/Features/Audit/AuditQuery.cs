using System.Globalization;
using FlameAssistant.Data.Audit;
using Microsoft.AspNetCore.WebUtilities;

namespace FlameAssistant.Web.Features.Audit;

/// <summary>What the filters of an audit page say, as in its address; days are the person's own.</summary>
/// <param name="Tenant">Slug; on the installation's audit.</param>
/// <param name="Actor">An e-mail address on the installation's audit, a person's id on a tenant's.</param>
public sealed record AuditQuery(
    string? Tenant = null,
    string? Actor = null,
    string? Action = null,
    string? Table = null,
    string? From = null,
    string? To = null
)
{
    public static AuditQuery Of(IQueryCollection query) =>
        new(
            query["tenant"],
            query["actor"],
            query["action"],
            query["table"],
            query["from"],
            query["to"]
        );

    /// <param name="zone">Whose days they are.</param>
    public AuditFilter ToFilter(Guid? tenantId, Guid? userId, TimeZoneInfo zone) =>
        new(
            tenantId,
            userId,
            Or(Action),
            Or(Table),
            DayOf(From) is { } from ? At(from, zone) : null,
            DayOf(To) is { } to ? At(to.AddDays(1), zone) : null
        );

    public string Href(string page, string? zone = null)
    {
        var query = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["tenant"] = Or(Tenant),
            ["actor"] = Or(Actor),
            ["action"] = Or(Action),
            ["table"] = Or(Table),
            ["from"] = Or(From),
            ["to"] = Or(To),
            ["zone"] = zone,
        };
        return QueryHelpers.AddQueryString(page, query.Where(pair => pair.Value is not null));
    }

    public static DateOnly? DayOf(string? text) =>
        DateOnly.TryParseExact(
            text,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var day
        ) && day.Year is > 2000 and < 9999
            ? day
            : null;

    private static DateTimeOffset At(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }

    private static string? Or(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
