using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Members;

/// <summary>Identity's names on the left, the platform seed's on the right.</summary>
internal sealed class UserConfiguration : IEntityTypeConfiguration<User>, Platform.IPlatformMapping
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.ToTable("users", "shared");
        builder.Property(u => u.Id).ValueGeneratedNever();
        // Identity asks for varchar(256) and takes null; the database's own checks hold.
        builder.Property(u => u.UserName).HasColumnName("username");
        builder.Property(u => u.NormalizedUserName).HasColumnName("normalized_username");
        foreach (
            var name in (string[])
                [
                    nameof(User.UserName),
                    nameof(User.NormalizedUserName),
                    nameof(User.Email),
                    nameof(User.NormalizedEmail),
                ]
        )
        {
            builder.Property(name).HasColumnType("text").IsRequired();
        }
        builder.Property(u => u.EmailConfirmed).HasColumnName("is_verified");
        builder.Property(u => u.PhoneNumber).HasColumnName("phone");
        builder.Property(u => u.PhoneNumberConfirmed).HasColumnName("phone_verified");
        builder.Property(u => u.AccessFailedCount).HasColumnName("failed_login_attempts");
        builder.Property(u => u.LockoutEnd).HasColumnName("locked_until");
        builder.Property(u => u.CreatedAt).HasDefaultValueSql("now()").ValueGeneratedOnAdd();
        builder
            .Property(u => u.UpdatedAt)
            .HasDefaultValueSql("now()")
            .ValueGeneratedOnAddOrUpdate();
        builder.Ignore(u => u.DisplayName);
    }
}

internal sealed class UserClaimConfiguration
    : IEntityTypeConfiguration<IdentityUserClaim<Guid>>,
        Platform.IPlatformMapping
{
    public void Configure(EntityTypeBuilder<IdentityUserClaim<Guid>> builder) =>
        builder.ToTable("user_claims", "shared");
}

internal sealed class UserLoginConfiguration
    : IEntityTypeConfiguration<IdentityUserLogin<Guid>>,
        Platform.IPlatformMapping
{
    public void Configure(EntityTypeBuilder<IdentityUserLogin<Guid>> builder) =>
        builder.ToTable("user_logins", "shared");
}

internal sealed class UserTokenConfiguration
    : IEntityTypeConfiguration<IdentityUserToken<Guid>>,
        Platform.IPlatformMapping
{
    public void Configure(EntityTypeBuilder<IdentityUserToken<Guid>> builder) =>
        builder.ToTable("user_tokens", "shared");
}

internal sealed class UserPasskeyConfiguration
    : IEntityTypeConfiguration<IdentityUserPasskey<Guid>>,
        Platform.IPlatformMapping
{
    // Whole, since Identity maps passkeys only where the web host's options name its third schema version.
    public void Configure(EntityTypeBuilder<IdentityUserPasskey<Guid>> builder)
    {
        builder.ToTable("user_passkeys", "shared");
        builder.HasKey(p => p.CredentialId);
        builder.HasOne<User>().WithMany().HasForeignKey(p => p.UserId).IsRequired();
        builder.OwnsOne(p => p.Data, data => data.ToJson("data"));
        builder.Navigation(p => p.Data).IsRequired();
    }
}
