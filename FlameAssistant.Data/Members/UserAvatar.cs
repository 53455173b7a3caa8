using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Members;

/// <summary>A person's picture: one row of <c>shared.user_avatars</c>.</summary>
public sealed class UserAvatar
{
    public const int MaxBytes = 262_144;

    public Guid UserId { get; set; }

    /// <summary>New with every picture.</summary>
    public Guid Version { get; set; }

    /// <summary>WebP, as the product drew it.</summary>
    public required byte[] Image { get; set; }

    /// <summary>Where it is served, to those who work with the person.</summary>
    public static string UrlOf(Guid userId, Guid version) => $"/account/avatars/{userId}/{version}";
}

internal sealed class UserAvatarConfiguration
    : IEntityTypeConfiguration<UserAvatar>,
        Platform.IPlatformMapping
{
    public void Configure(EntityTypeBuilder<UserAvatar> builder)
    {
        builder.ToTable("user_avatars", "shared");
        builder.HasKey(a => a.UserId);
        builder.Property(a => a.UserId).ValueGeneratedNever();
    }
}
