using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Channels;

/// <summary>A connected channel: one row of <c>integrations</c>; its key is <c>channel_id</c> elsewhere.</summary>
public sealed class Channel
{
    public Guid Id { get; set; }
    public required string Type { get; set; }
    public required string Name { get; set; }
    public string Status { get; set; } = ChannelStatuses.Pending;
    public string? StatusDetail { get; set; }

    /// <summary>The account's id at the provider, as in <c>channel_routes</c>.</summary>
    public string? AccountId { get; set; }

    /// <summary>JSON: field name to plain value.</summary>
    public string Config { get; set; } = "{}";

    /// <summary>JSON: field name to ciphertext of <see cref="ChannelSecrets"/>.</summary>
    public string Credentials { get; set; } = "{}";

    public string? WebhookUrl { get; set; }
    public string? ErrorMessage { get; set; }

    /// <summary>One of <see cref="Conversations.AssignmentModes"/>.</summary>
    public string AssignmentMode { get; set; } = Conversations.AssignmentModes.None;

    /// <summary>Whose members get its conversations; without a team those of the channel, or everybody.</summary>
    public Guid? AssignmentTeamId { get; set; }

    /// <summary>Whether what an agent has goes back to Unassigned when they are gone.</summary>
    public bool HandBack { get; set; }

    /// <summary>JSON, see <see cref="Channels.WorkingHours"/>.</summary>
    public string WorkingHours { get; set; } = "{}";

    public int? FirstResponseMinutes { get; set; }
    public int? MaxAttachmentMb { get; set; }

    /// <summary>Taken away: only its conversations are still there to read.</summary>
    public DateTimeOffset? RemovedAt { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

public static class ChannelStatuses
{
    public const string Active = "active";
    public const string Inactive = "inactive";
    public const string Error = "error";
    public const string Pending = "pending";
}

public static class ChannelDetails
{
    public const string Connected = "connected";
    public const string QrRequired = "qr_required";
    public const string Disconnected = "disconnected";
    public const string Restricted = "restricted";
}

public static class ChannelTypes
{
    public const string WhatsApp = "whatsapp";
    public const string WhatsAppWeb = "whatsapp_web";
    public const string Messenger = "messenger";
    public const string Instagram = "instagram";
    public const string Telegram = "telegram";
    public const string WebChat = "web_chat";
}

internal sealed class ChannelConfiguration : IEntityTypeConfiguration<Channel>, ITenantMapping
{
    public void Configure(EntityTypeBuilder<Channel> builder)
    {
        builder.ToTable("integrations");
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.Config).HasColumnType("jsonb");
        builder.Property(c => c.WorkingHours).HasColumnType("jsonb");
        builder.Property(c => c.Credentials).HasColumnType("jsonb");
        builder.Property(c => c.CreatedAt).HasDefaultValueSql("now()");
    }
}
