using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Members;

/// <summary>What a person is in a tenant: one row of <c>shared.tenant_users</c>.</summary>
public sealed class Membership
{
    public Guid Id { get; set; }
    public Guid TenantId { get; set; }
    public Guid UserId { get; set; }

    /// <summary>One of <see cref="MemberRoles"/>.</summary>
    public required string Role { get; set; }

    public bool IsOwner { get; set; }
    public bool IsActive { get; set; } = true;

    /// <summary>JSON; see <see cref="PermissionChanges"/>.</summary>
    public string Permissions { get; set; } = PermissionChanges.None;

    /// <summary>Set while an invitation waits, and until then its person does not get in. SHA-256 of the link's token, hex.</summary>
    public string? InvitationToken { get; set; }

    public DateTimeOffset? InvitationExpiresAt { get; set; }
    public DateTimeOffset? InvitationAcceptedAt { get; set; }
    public Guid? InvitedBy { get; set; }
    public DateTimeOffset? LastActiveAt { get; set; }
    public DateTimeOffset JoinedAt { get; set; }

    /// <summary>What its person may do in the tenant.</summary>
    public IReadOnlySet<string> Allowed => MemberPermissions.Of(Role, IsOwner, Permissions);
}

internal sealed class MembershipConfiguration
    : IEntityTypeConfiguration<Membership>,
        Platform.IPlatformMapping,
        Tenancy.ITenantMapping
{
    public void Configure(EntityTypeBuilder<Membership> builder)
    {
        builder.ToTable("tenant_users", "shared");
        builder.HasKey(m => new { m.TenantId, m.Id });
        builder.Property(m => m.Id).ValueGeneratedNever();
        builder.Ignore(m => m.Allowed);
        builder.Property(m => m.Permissions).HasColumnType("jsonb");
        builder.Property(m => m.JoinedAt).HasDefaultValueSql("now()");
    }
}
