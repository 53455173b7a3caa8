using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Tenancy;

/// <summary>What a tenant uses, as of the last measurement; written by <c>shared.measure_tenant</c> only.</summary>
public sealed class TenantUsage
{
    public Guid TenantId { get; init; }
    public long StorageBytes { get; init; }

    /// <summary>Of the 24 hours before <see cref="MeasuredAt"/>.</summary>
    public long MessagesIn { get; init; }

    /// <inheritdoc cref="MessagesIn"/>
    public long MessagesOut { get; init; }

    public int FailingChannels { get; init; }
    public DateTimeOffset MeasuredAt { get; init; }
}

internal sealed class TenantUsageConfiguration
    : IEntityTypeConfiguration<TenantUsage>,
        Platform.IPlatformMapping
{
    public void Configure(EntityTypeBuilder<TenantUsage> builder)
    {
        builder.ToTable("tenant_usage", "shared");
        builder.HasKey(u => u.TenantId);
    }
}
