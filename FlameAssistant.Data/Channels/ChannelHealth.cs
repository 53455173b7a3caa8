using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Channels;

/// <summary>How a channel fares with its provider. There is no row until something happened.</summary>
public sealed class ChannelHealth
{
    public Guid ChannelId { get; set; }

    /// <summary>To the minute.</summary>
    public DateTimeOffset? LastInboundAt { get; set; }

    /// <summary>To the minute.</summary>
    public DateTimeOffset? LastOutboundAt { get; set; }

    /// <summary>When the provider last said that the settings are right.</summary>
    public DateTimeOffset? LastCheckedAt { get; set; }

    public DateTimeOffset? LastErrorAt { get; set; }
    public string? LastErrorCode { get; set; }
    public string? LastError { get; set; }

    /// <summary>The provider refuses the credentials: only an admin can help.</summary>
    public bool NeedsAuth { get; set; }

    /// <summary>In a row, of the channel and not of single messages.</summary>
    public int Failures { get; set; }

    /// <summary>Nothing is sent before; then one message tries for all.</summary>
    public DateTimeOffset? RetryAt { get; set; }

    public bool IsProbing { get; set; }
}

internal sealed class ChannelHealthConfiguration
    : IEntityTypeConfiguration<ChannelHealth>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<ChannelHealth> builder)
    {
        builder.ToTable("channel_health");
        builder.HasKey(h => h.ChannelId);
        builder.Property(h => h.ChannelId).ValueGeneratedNever();
    }
}
