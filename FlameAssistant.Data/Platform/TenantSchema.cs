using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Platform;

/// <summary>A row of the ledger of tenants' schemas; written by the migrator and the functions of <c>shared</c>.</summary>
public sealed class TenantSchema
{
    public required string SchemaName { get; init; }
    public Guid TenantId { get; init; }
    public int Version { get; init; }
    public required string State { get; init; }
    public int Attempt { get; init; }
    public string? LastError { get; init; }
}

internal sealed class TenantSchemaConfiguration
    : IEntityTypeConfiguration<TenantSchema>,
        IPlatformMapping
{
    public void Configure(EntityTypeBuilder<TenantSchema> builder)
    {
        builder.ToTable("tenant_schemas", "shared");
        builder.HasKey(s => s.SchemaName);
    }
}
