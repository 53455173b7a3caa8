using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Conversations;

/// <summary>A member who is named in a private note.</summary>
public sealed class MessageMention
{
    public Guid MessageId { get; set; }
    public Guid UserId { get; set; }
    public Guid ConversationId { get; set; }
}

/// <summary>A reaction; one of each sender per message.</summary>
public sealed class MessageReaction
{
    public Guid MessageId { get; set; }
    public Guid SenderId { get; set; }

    /// <summary><c>user</c> or <c>contact</c>.</summary>
    public required string SenderType { get; set; }

    public required string Emoji { get; set; }
    public DateTimeOffset ReactedAt { get; set; }
}

internal sealed class MessageMentionConfiguration
    : IEntityTypeConfiguration<MessageMention>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<MessageMention> builder)
    {
        builder.ToTable("message_mentions");
        builder.HasKey(m => new { m.MessageId, m.UserId });
        builder.HasOne<Message>().WithMany().HasForeignKey(m => m.MessageId);
        builder.HasOne<Conversation>().WithMany().HasForeignKey(m => m.ConversationId);
    }
}

internal sealed class MessageReactionConfiguration
    : IEntityTypeConfiguration<MessageReaction>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<MessageReaction> builder)
    {
        builder.ToTable("message_reactions");
        builder.HasKey(r => new { r.MessageId, r.SenderId });
        builder.HasOne<Message>().WithMany().HasForeignKey(r => r.MessageId);
    }
}
