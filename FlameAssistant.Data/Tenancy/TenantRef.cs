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
    /// <summary>A suspended tenant's inbound is kept and nothing goes out.</summary>
    public bool MaySend => Status is TenantStatuses.Active or TenantStatuses.Trial;

    /// <summary>Whether its members may sign in to it.</summary>
    public bool IsOpen =>
        Status is TenantStatuses.Active or TenantStatuses.Trial or TenantStatuses.Pending;
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
