using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Conversations;

/// <summary>The talk with one contact on one channel; at most one that is not resolved. Its row lock orders its messages.</summary>
public sealed class Conversation
{
    public Guid Id { get; set; }

    /// <summary>Counts up per tenant, with gaps; what addresses show.</summary>
    public long Number { get; set; }

    public Guid ContactId { get; set; }
    public Guid ChannelId { get; set; }
    public string Status { get; set; } = ConversationStatuses.Open;
    public string Priority { get; set; } = "normal";
    public Guid? AssignedTo { get; set; }
    public Guid? AssistantId { get; set; }

    /// <summary>The last message's place; <see cref="InboundSeq"/> counts the customer's only.</summary>
    public long Seq { get; set; }

    public long InboundSeq { get; set; }
    public long Rev { get; set; }
    public DateTimeOffset LastMessageAt { get; set; }
    public string LastMessagePreview { get; set; } = "";
    public string LastMessageDirection { get; set; } = "in";
    public string LastMessageType { get; set; } = "text";

    /// <summary>Since when the customer waits for an answer; null when answered.</summary>
    public DateTimeOffset? WaitingSince { get; set; }

    /// <summary>Until when a free text may be sent; null on channels without a window or before the first message.</summary>
    public DateTimeOffset? WindowExpiresAt { get; set; }

    public DateTimeOffset? FirstResponseAt { get; set; }
    public DateTimeOffset? ResolvedAt { get; set; }

    /// <summary>Seconds from the start to the last resolution.</summary>
    public int? ResolutionTime { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What one member has read and begun to write.</summary>
public sealed class ConversationMember
{
    public Guid ConversationId { get; set; }
    public Guid UserId { get; set; }
    public long ReadInboundSeq { get; set; }
    public string? Draft { get; set; }
}

internal sealed class ConversationConfiguration
    : IEntityTypeConfiguration<Conversation>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<Conversation> builder)
    {
        builder.ToTable("conversations");
        builder.HasOne<Contacts.Contact>().WithMany().HasForeignKey(c => c.ContactId);
        builder.HasOne<Channels.Channel>().WithMany().HasForeignKey(c => c.ChannelId);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.Number).ValueGeneratedOnAdd();
        builder.Property(c => c.CreatedAt).HasDefaultValueSql("now()");
    }
}

internal sealed class ConversationMemberConfiguration
    : IEntityTypeConfiguration<ConversationMember>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<ConversationMember> builder)
    {
        builder.ToTable("conversation_members");
        builder.HasOne<Conversation>().WithMany().HasForeignKey(m => m.ConversationId);
        builder.HasKey(m => new { m.ConversationId, m.UserId });
    }
}
