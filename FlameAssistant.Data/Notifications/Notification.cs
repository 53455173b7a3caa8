using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Notifications;

/// <summary>Something that one member should know of. What is said of it is made from its type in the reader's language.</summary>
public sealed class Notification
{
    public Guid Id { get; set; }
    public Guid UserId { get; set; }

    /// <summary>One of <see cref="NotificationKinds"/>.</summary>
    public required string Type { get; set; }

    /// <summary>The contact's name.</summary>
    public required string Title { get; set; }

    /// <summary>The beginning of the message that it is about.</summary>
    public string? Message { get; set; }

    public Guid? ConversationId { get; set; }

    /// <summary>The channel that it is about, where it is about no conversation.</summary>
    public Guid? ChannelId { get; set; }

    /// <summary>The member who caused it; null when the customer or the clock did.</summary>
    public Guid? ActorId { get; set; }

    /// <summary>False: there for a letter or a sound only, not for the bell.</summary>
    public bool InApp { get; set; } = true;

    public bool IsRead { get; set; }
    public DateTimeOffset? ReadAt { get; set; }
    public string EmailState { get; set; } = EmailStates.None;
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What a member wants to be told of, and how.</summary>
public sealed class NotificationPreference
{
    public Guid UserId { get; set; }
    public required string Kind { get; set; }
    public bool InApp { get; set; }
    public bool Email { get; set; }
    public bool Sound { get; set; }
}

public static class NotificationKinds
{
    public const string Assignment = "assignment";
    public const string Mention = "mention";
    public const string Message = "message";
    public const string Handoff = "handoff";
    public const string SlaWarning = "sla_warning";
    public const string SlaBreach = "sla_breach";

    /// <summary>A channel does not work until an admin does something.</summary>
    public const string Channel = "channel";

    public static readonly IReadOnlyList<string> All =
    [
        Assignment,
        Mention,
        Message,
        Handoff,
        SlaWarning,
        SlaBreach,
        Channel,
    ];
}

public static class EmailStates
{
    public const string None = "none";
    public const string Due = "due";
    public const string Sent = "sent";
}

internal sealed class NotificationConfiguration
    : IEntityTypeConfiguration<Notification>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<Notification> builder)
    {
        builder.ToTable("notifications");
        builder.Property(n => n.Id).ValueGeneratedNever();
    }
}

internal sealed class NotificationPreferenceConfiguration
    : IEntityTypeConfiguration<NotificationPreference>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<NotificationPreference> builder)
    {
        builder.ToTable("notification_preferences");
        builder.HasKey(p => new { p.UserId, p.Kind });
    }
}
