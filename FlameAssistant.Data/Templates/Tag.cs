using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Templates;

/// <summary>A label for conversations and contacts.</summary>
public sealed class Tag
{
    public Guid Id { get; set; }
    public required string Name { get; set; }
    public string? Description { get; set; }

    /// <summary><c>#RRGGBB</c>.</summary>
    public string Color { get; set; } = "#3B82F6";

    public string Category { get; set; } = "general";
    public bool IsActive { get; set; } = true;

    /// <summary>How many conversations carry it.</summary>
    public int UsageCount { get; set; }
}

internal sealed class TagConfiguration : IEntityTypeConfiguration<Tag>, ITenantMapping
{
    public void Configure(EntityTypeBuilder<Tag> builder)
    {
        builder.ToTable("tags");
        builder.Property(t => t.Id).ValueGeneratedNever();
    }
}
