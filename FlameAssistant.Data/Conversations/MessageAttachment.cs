using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Conversations;

/// <summary>A file of a message, in either direction.</summary>
public sealed class MessageAttachment
{
    public Guid Id { get; set; }
    public Guid MessageId { get; set; }

    /// <summary><c>image</c>, <c>audio</c>, <c>video</c>, <c>document</c> or <c>sticker</c>.</summary>
    public required string Kind { get; set; }

    public string? FileName { get; set; }
    public string? ContentType { get; set; }
    public long? SizeBytes { get; set; }

    /// <summary>The hash of the content, which names it in the file store; null until it is there.</summary>
    public string? StorageKey { get; set; }

    public string? ThumbnailKey { get; set; }
    public int? Width { get; set; }
    public int? Height { get; set; }

    /// <summary>One of <see cref="AttachmentStates"/>.</summary>
    public string State { get; set; } = AttachmentStates.Pending;

    public string? ErrorMessage { get; set; }

    /// <summary>The provider's name of the file, by which it is fetched.</summary>
    public string? ExternalId { get; set; }

    public int Position { get; set; }

    /// <summary>It is in the store now.</summary>
    internal void Take(StoredFile file)
    {
        State = AttachmentStates.Stored;
        // A story is a picture or a film, which its provider does not say.
        if (Kind == "image" && file.Kind == "video")
        {
            Kind = file.Kind;
        }
        ContentType = file.ContentType;
        SizeBytes = file.SizeBytes;
        StorageKey = file.ContentHash;
        ThumbnailKey = file.ThumbnailHash;
        Width = file.Width;
        Height = file.Height;
        FileName ??= file.FileName;
    }
}

public static class AttachmentStates
{
    public const string Pending = "pending";
    public const string Stored = "stored";
    public const string Failed = "failed";
}

/// <summary>A file that waits in a member's draft, or for the message of a web chat's visitor.</summary>
public sealed class Upload
{
    public Guid Id { get; set; }

    /// <summary>Null for a visitor's: their conversation may not be there yet.</summary>
    public Guid? ConversationId { get; set; }

    /// <summary>The member, or the visitor.</summary>
    public Guid UserId { get; set; }
    public required string Kind { get; set; }
    public required string FileName { get; set; }
    public required string ContentType { get; set; }
    public long SizeBytes { get; set; }
    public required string ContentHash { get; set; }
    public string? ThumbnailHash { get; set; }
    public int? Width { get; set; }
    public int? Height { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

internal sealed class MessageAttachmentConfiguration
    : IEntityTypeConfiguration<MessageAttachment>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<MessageAttachment> builder)
    {
        builder.ToTable("message_attachments");
        builder.HasOne<Message>().WithMany().HasForeignKey(a => a.MessageId);
        builder.Property(a => a.Id).ValueGeneratedNever();
    }
}

internal sealed class UploadConfiguration : IEntityTypeConfiguration<Upload>, ITenantMapping
{
    public void Configure(EntityTypeBuilder<Upload> builder)
    {
        builder.ToTable("uploads");
        builder.HasOne<Conversation>().WithMany().HasForeignKey(u => u.ConversationId);
        builder.Property(u => u.Id).ValueGeneratedNever();
    }
}
