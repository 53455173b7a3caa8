using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Outbox;

/// <summary>Work that a committed change asks for; the row lives until it is done.</summary>
public sealed class OutboxItem
{
    public Guid Id { get; set; }
    public Guid TenantId { get; set; }
    public required string Kind { get; set; }
    public Guid SubjectId { get; set; }
    public Guid OrderKey { get; set; }
    public long OrderSeq { get; set; }
    public int Attempts { get; set; }
    public DateTimeOffset AvailableAt { get; set; }
    public string? LeasedBy { get; set; }
    public string? LastError { get; set; }

    /// <summary>The moment that its channel's pace gave it; it takes no other when it comes back for it.</summary>
    public DateTimeOffset? PacedAt { get; set; }
}

public static class OutboxKinds
{
    public const string DeliverMessage = "message.deliver";

    /// <summary>Ends a conversation's snooze at its time.</summary>
    public const string WakeConversation = "conversation.wake";

    /// <summary>Gives waiting conversations to who has room for them.</summary>
    public const string AssignWaiting = "conversation.assign";

    /// <summary>Looks whether a waiting customer was answered in time.</summary>
    public const string CheckResponse = "conversation.response";

    /// <summary>Looks whether a member is still there.</summary>
    public const string CheckAvailability = "availability.check";

    public const string RaiseNotifications = "notification.raise";
    public const string MailNotifications = "notification.mail";

    /// <summary>Fetches what a customer sent from the provider.</summary>
    public const string FetchMedia = "media.fetch";

    /// <summary>Reads rows of a file of contacts: checks them, or takes them in.</summary>
    public const string ImportContacts = "contact.import";

    /// <summary>Takes away files and raw bodies of a contact who is to be forgotten.</summary>
    public const string EraseContact = "contact.erase";

    /// <summary>Tells a provider that a press of a button was taken; its subject is the message that it made.</summary>
    public const string AcknowledgeMessage = "message.acknowledge";

    /// <summary>Tells a provider where a channel's webhooks go, or that they go nowhere any more.</summary>
    public const string RegisterWebhook = "channel.webhook";

    /// <summary>Reads the templates that a channel's provider has approved, and those it has not.</summary>
    public const string SyncTemplates = "channel.templates";

    /// <summary>Looks whether a provider's restriction of a channel is over.</summary>
    public const string EndRestriction = "channel.restriction";

    /// <summary>Sends an agent's reaction; its subject is the message reacted to.</summary>
    public const string SendReaction = "message.react";

    /// <summary>Takes in what customers wrote while a channel was paused.</summary>
    public const string TakeInPaused = "channel.take_in";

    /// <summary>Asks a provider for the name of a contact that has none.</summary>
    public const string NameContact = "contact.name";

    /// <summary>Takes away the files of a tenant that is gone; a row of the tenant <c>system</c>, its subject the tenant.</summary>
    public const string RemoveTenantFiles = "tenant.files";
}

internal sealed class OutboxItemConfiguration : IEntityTypeConfiguration<OutboxItem>, ITenantMapping
{
    public void Configure(EntityTypeBuilder<OutboxItem> builder)
    {
        builder.ToTable("outbox", "shared");
        builder.Property(o => o.Id).ValueGeneratedNever();
    }
}
