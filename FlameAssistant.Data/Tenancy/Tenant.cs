using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Tenancy;

/// <summary>A company: one row of <c>shared.tenants</c>, one schema.</summary>
public sealed class Tenant
{
    public Guid Id { get; set; }

    /// <summary><c>^[a-z][a-z0-9-]{1,39}$</c>, never changed; names the schema.</summary>
    public required string Slug { get; set; }

    public required string Name { get; set; }
    public required string SchemaName { get; set; }
    public string Cluster { get; set; } = "main";
    public string Status { get; set; } = TenantStatuses.Pending;
    public string SubscriptionPlan { get; set; } = "free";
    public int MaxUsers { get; set; } = 5;
    public int MaxStorageGb { get; set; } = 10;

    /// <summary>JSON: what the tenant's admins choose, see <see cref="TenantSettings"/>.</summary>
    public string Settings { get; set; } = "{}";

    /// <summary>JSON.</summary>
    public string Metadata { get; set; } = "{}";

    public DateTimeOffset? SuspendedAt { get; set; }
    public DateTimeOffset? TrialEndsAt { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? DeletedAt { get; set; }
}

internal sealed class TenantConfiguration
    : IEntityTypeConfiguration<Tenant>,
        Platform.IPlatformMapping
{
    public void Configure(EntityTypeBuilder<Tenant> builder)
    {
        builder.ToTable("tenants", "shared");
        builder.Property(t => t.Id).ValueGeneratedNever();
        builder.Property(t => t.Settings).HasColumnType("jsonb");
        builder.Property(t => t.Metadata).HasColumnType("jsonb");
        builder.Property(t => t.CreatedAt).HasDefaultValueSql("now()");
    }
}
