using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Members;

/// <summary>What a tenant may know of the person behind a membership: the barrier view <c>shared.members</c>.</summary>
public sealed class MemberPerson
{
    public Guid UserId { get; set; }
    public required string Email { get; set; }
    public required string DisplayName { get; set; }

    /// <summary>As they chose for themselves; null is the tenant's default.</summary>
    public string? Language { get; set; }
}

internal sealed class MemberPersonConfiguration
    : IEntityTypeConfiguration<MemberPerson>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<MemberPerson> builder) =>
        builder.ToView("members", "shared").HasNoKey();
}
