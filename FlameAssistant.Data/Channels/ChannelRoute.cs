using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Channels;

/// <summary>Which tenant and channel a provider's account belongs to, and what verifies its webhooks.</summary>
public sealed class ChannelRoute
{
    public Guid ChannelId { get; set; }
    public Guid TenantId { get; set; }
    public required string Provider { get; set; }
    public required string AccountId { get; set; }

    /// <summary>The account above it that some webhooks name instead, where the provider has one.</summary>
    public string? GroupId { get; set; }

    /// <summary><c>pending</c> until the provider has confirmed the credentials, then <c>active</c>; or <c>paused</c>.</summary>
    public string State { get; set; } = Pending;

    public string? AppSecretEncrypted { get; set; }
    public string? VerifyTokenEncrypted { get; set; }

    public const string Pending = "pending";
    public const string Active = "active";
    public const string Paused = "paused";
}

internal sealed class ChannelRouteConfiguration
    : IEntityTypeConfiguration<ChannelRoute>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<ChannelRoute> builder)
    {
        builder.ToTable("channel_routes", "shared");
        builder.HasKey(r => r.ChannelId);
        builder.Property(r => r.ChannelId).ValueGeneratedNever();
    }
}
