using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Conversations;

/// <summary>A list as somebody filters it; without a person it is everybody's.</summary>
public sealed class SavedView
{
    public const string Conversations = "conversations";
    public const string Contacts = "contacts";

    public Guid Id { get; set; }
    public Guid? UserId { get; set; }
    public string Subject { get; set; } = Conversations;
    public required string Name { get; set; }

    /// <summary>JSON of the filter of its subject.</summary>
    public string Filter { get; set; } = "{}";

    public int Position { get; set; }
}

internal sealed class SavedViewConfiguration : IEntityTypeConfiguration<SavedView>, ITenantMapping
{
    public void Configure(EntityTypeBuilder<SavedView> builder)
    {
        builder.ToTable("saved_views");
        builder.Property(v => v.Id).ValueGeneratedNever();
        builder.Property(v => v.Filter).HasColumnType("jsonb");
    }
}
