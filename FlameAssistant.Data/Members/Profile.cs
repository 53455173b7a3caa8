using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Members;

/// <summary>A member as this tenant sees them; name and state follow the membership.</summary>
public sealed class Profile
{
    public Guid Id { get; set; }
    public Guid UserId { get; set; }
    public required string DisplayName { get; set; }
    public bool IsActive { get; set; } = true;
    public string? AvatarUrl { get; set; }

    /// <summary>IANA name.</summary>
    public string Timezone { get; set; } = "UTC";

    public string Language { get; set; } = "en";
}

internal sealed class ProfileConfiguration : IEntityTypeConfiguration<Profile>, ITenantMapping
{
    public void Configure(EntityTypeBuilder<Profile> builder)
    {
        builder.ToTable("profiles");
        builder.Property(p => p.Id).ValueGeneratedNever();
    }
}
