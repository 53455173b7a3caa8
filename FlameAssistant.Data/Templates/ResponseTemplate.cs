using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Templates;

/// <summary>A text that agents put in by <c>/</c>, and that may answer by itself on its keywords.</summary>
public sealed class ResponseTemplate
{
    public Guid Id { get; set; }
    public Guid? AssistantId { get; set; }
    public required string Name { get; set; }

    /// <summary>With places such as <c>{{contact.name}}</c>, see <see cref="TemplateText"/>.</summary>
    public required string Content { get; set; }

    public string Category { get; set; } = "general";
    public List<string> TriggerKeywords { get; set; } = [];
    public int Priority { get; set; }
    public bool IsActive { get; set; } = true;
    public int UsageCount { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? DeletedAt { get; set; }
}

internal sealed class ResponseTemplateConfiguration
    : IEntityTypeConfiguration<ResponseTemplate>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<ResponseTemplate> builder)
    {
        builder.ToTable("response_templates");
        builder.Property(t => t.Id).ValueGeneratedNever();
        builder.Property(t => t.UpdatedAt).HasDefaultValueSql("now()");
    }
}
