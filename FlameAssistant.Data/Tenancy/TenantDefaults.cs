using System.Text.Json.Nodes;

namespace FlameAssistant.Data.Tenancy;

/// <summary>
/// What holds where nobody chose for themselves: of a person without a choice in their profile, of a customer whose browser
/// speaks none of our languages, of working hours without a time zone. Kept in <c>shared.tenants.settings</c>.
/// </summary>
/// <param name="TimeZone">IANA name.</param>
/// <param name="BrandName">What people outside know the company by; null is the tenant's own name.</param>
public sealed record TenantDefaults(string Language, string TimeZone, string? BrandName)
{
    public static TenantDefaults None { get; } = new("en", "UTC", BrandName: null);

    public static TenantDefaults Read(string settings)
    {
        var chosen = JsonNode.Parse(settings)!.AsObject();
        return new TenantDefaults(
            (string?)chosen["language"] ?? None.Language,
            (string?)chosen["time_zone"] ?? None.TimeZone,
            (string?)chosen["brand_name"]
        );
    }

    /// <summary>What people outside know a tenant by.</summary>
    public static string BrandOf(string name, string settings) => Read(settings).BrandName ?? name;
}
