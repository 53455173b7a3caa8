using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Conversations;

/// <summary>One message of a conversation, in either direction, or a private note.</summary>
public sealed class Message
{
    public Guid Id { get; set; }
    public Guid ConversationId { get; set; }
    public Guid ChannelId { get; set; }

    /// <summary>The provider's id, unique per channel; null for notes and until the provider has answered.</summary>
    public string? ExternalMessageId { get; set; }

    public long Seq { get; set; }
    public long Rev { get; set; }

    /// <summary><c>user</c>, <c>contact</c>, <c>assistant</c> or <c>system</c>.</summary>
    public required string SenderType { get; set; }

    public Guid? SenderId { get; set; }
    public required string Content { get; set; }
    public string MessageType { get; set; } = "text";
    public bool IsFromMe { get; set; }
    public bool IsPrivate { get; set; }

    /// <summary>One of <see cref="MessageStatuses"/>.</summary>
    public required string Status { get; set; }

    public string? ErrorCode { get; set; }
    public string? ErrorMessage { get; set; }
    public DateTimeOffset? UnknownSince { get; set; }
    public string? IdempotencyKey { get; set; }
    public Guid? QuotedMessageId { get; set; }
    public Guid? TemplateId { get; set; }

    /// <summary>JSON of what the provider told and the product does not interpret.</summary>
    public string Metadata { get; set; } = "{}";

    /// <summary>What the thread is ordered by, then by <see cref="Seq"/>.</summary>
    public DateTimeOffset OccurredAt { get; set; }

    public DateTimeOffset? ProviderAt { get; set; }
    public DateTimeOffset? SentAt { get; set; }
    public DateTimeOffset? DeliveredAt { get; set; }
    public DateTimeOffset? ReadAt { get; set; }
    public DateTimeOffset? EditedAt { get; set; }
    public DateTimeOffset? DeletedAt { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A status, edit, reaction or deletion that came before its message.</summary>
public sealed class ParkedEvent
{
    public Guid Id { get; set; }
    public Guid ChannelId { get; set; }
    public required string ExternalMessageId { get; set; }
    public required string Kind { get; set; }
    public required string DedupKey { get; set; }
    public required string Payload { get; set; }
    public DateTimeOffset ProviderAt { get; set; }
}

public static class SenderTypes
{
    public const string User = "user";
    public const string Contact = "contact";
    public const string Assistant = "assistant";
    public const string System = "system";
}

internal sealed class MessageConfiguration : IEntityTypeConfiguration<Message>, ITenantMapping
{
    public void Configure(EntityTypeBuilder<Message> builder)
    {
        builder.ToTable("messages");
        builder.HasOne<Conversation>().WithMany().HasForeignKey(m => m.ConversationId);
        builder.HasOne<Channels.Channel>().WithMany().HasForeignKey(m => m.ChannelId);
        builder.HasOne<Message>().WithMany().HasForeignKey(m => m.QuotedMessageId);
        builder.Property(m => m.Id).ValueGeneratedNever();
        builder.Property(m => m.Metadata).HasColumnType("jsonb");
        builder.Property(m => m.CreatedAt).HasDefaultValueSql("now()");
    }
}

internal sealed class ParkedEventConfiguration
    : IEntityTypeConfiguration<ParkedEvent>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<ParkedEvent> builder)
    {
        builder.ToTable("parked_events");
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.Property(p => p.Payload).HasColumnType("jsonb");
    }
}
