using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Conversations;

public sealed class ConversationTag
{
    public Guid ConversationId { get; set; }
    public Guid TagId { get; set; }
}

internal sealed class ConversationTagConfiguration
    : IEntityTypeConfiguration<ConversationTag>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<ConversationTag> builder)
    {
        builder.ToTable("conversation_tags");
        builder.HasKey(t => new { t.ConversationId, t.TagId });
        builder.HasOne<Conversation>().WithMany().HasForeignKey(t => t.ConversationId);
        builder.HasOne<Tag>().WithMany().HasForeignKey(t => t.TagId);
    }
}
