using FlameAssistant.Data.Platform;

namespace FlameAssistant.Data.Tenancy;

/// <summary>What every floor needs to know of a tenant to work in it; read from the catalog, never from a request.</summary>
public sealed record TenantRef(
    Guid Id,
    string Slug,
    string Name,
    string SchemaName,
    string Cluster,
    string Status
)
{
    /// <summary>The last script that its schema has.</summary>
    public int SchemaVersion { get; init; } = Migrator.TenantVersion;

    /// <summary>What its admins chose for all of its people.</summary>
    public TenantDefaults Defaults { get; init; } = TenantDefaults.None;

    /// <summary>What customers and invited people know it by.</summary>
    public string Brand => Defaults.BrandName ?? Name;

    /// <summary>False while its schema waits for an upgrade that this build cannot do without.</summary>
    public bool IsUpgraded => SchemaVersion >= Migrator.MinimumTenantVersion;

    /// <summary>A suspended tenant's inbound is kept and nothing goes out.</summary>
    public bool MaySend => IsUpgraded && Status is (TenantStatuses.Active or TenantStatuses.Trial);

    /// <summary>Whether its members may sign in to it.</summary>
    public bool IsOpen =>
        IsUpgraded
        && Status is (TenantStatuses.Active or TenantStatuses.Trial or TenantStatuses.Pending);
}

public static class TenantStatuses
{
    public const string Pending = "pending";
    public const string Trial = "trial";
    public const string Active = "active";
    public const string Suspended = "suspended";
    public const string Expired = "expired";
    public const string Cancelled = "cancelled";

    public static readonly IReadOnlyList<string> All =
    [
        Pending,
        Trial,
        Active,
        Suspended,
        Expired,
        Cancelled,
    ];
}

/// <summary>The tenant that carries platform events and super-admins; hidden from lists, and <c>/t/system</c> is 404.</summary>
public static class SystemTenant
{
    public const string Slug = "system";
    public const string TemplateSchema = "tenant_template";
    public static readonly Guid Id = new("00000000-0000-7000-8000-000000000001");
}
