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
    public Guid? TeamId { get; set; }
    public Guid? AssistantId { get; set; }

    /// <summary>A name of its own; without one it is called by its contact.</summary>
    public string? Title { get; set; }

    /// <summary>JSON: key of a definition to its typed value.</summary>
    public string CustomFields { get; set; } = "{}";

    /// <summary>Names of its tags, kept by the database.</summary>
    public List<string> Tags { get; set; } = [];

    /// <summary>The conversation that its messages went to; closed for ever then.</summary>
    public Guid? MergedInto { get; set; }

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

    public DateTimeOffset? SnoozedUntil { get; set; }

    /// <summary>By when the customer who waits should have an answer, in the channel's working time; null without a target.</summary>
    public DateTimeOffset? ResponseDueAt { get; set; }

    /// <summary>One of <see cref="ResponseStates"/>.</summary>
    public string ResponseState { get; set; } = ResponseStates.None;

    public DateTimeOffset? FirstResponseAt { get; set; }
    public DateTimeOffset? ResolvedAt { get; set; }

    /// <summary>Seconds from the start to the last resolution.</summary>
    public int? ResolutionTime { get; set; }

    /// <summary>1 to 5, by the customer.</summary>
    public int? SatisfactionScore { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What one member has read and begun to write.</summary>
public sealed class ConversationMember
{
    public Guid ConversationId { get; set; }
    public Guid UserId { get; set; }
    public long ReadInboundSeq { get; set; }
    public string? Draft { get; set; }

    /// <summary>Follows it: is told of new messages as if it were assigned to them.</summary>
    public bool IsParticipant { get; set; }

    /// <summary>Wants to hear nothing of it.</summary>
    public bool IsMuted { get; set; }
}

/// <summary>How far the first-response target of a waiting customer is.</summary>
public static class ResponseStates
{
    public const string None = "none";
    public const string Waiting = "waiting";
    public const string Warned = "warned";
    public const string Breached = "breached";
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
        builder.Property(c => c.CustomFields).HasColumnType("jsonb");
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
