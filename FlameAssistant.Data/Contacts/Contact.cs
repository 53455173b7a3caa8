using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Contacts;

/// <summary>A customer. How they are reached is in <see cref="ContactIdentity"/>; a phone number is not guaranteed.</summary>
public sealed class Contact
{
    public Guid Id { get; set; }
    public string? Name { get; set; }
    public string? Phone { get; set; }
    public string? Email { get; set; }
    public bool IsBlocked { get; set; }

    /// <summary>Several people in one conversation; not in the list of people.</summary>
    public bool IsGroup { get; set; }
    public Guid? MergedInto { get; set; }
    public DateTimeOffset? LastInteractionAt { get; set; }
    public int InteractionCount { get; set; }

    /// <summary>JSON: key of a definition to its value.</summary>
    public string CustomFields { get; set; } = "{}";

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>One way to reach a contact on one channel; unique there by kind and value.</summary>
public sealed class ContactIdentity
{
    public Guid Id { get; set; }
    public Guid ContactId { get; set; }
    public Guid ChannelId { get; set; }
    public required string Kind { get; set; }
    public required string Value { get; set; }
}

public static class IdentityKinds
{
    public const string Phone = "phone";
    public const string WaId = "wa_id";
    public const string Bsuid = "bsuid";
    public const string Username = "username";

    /// <summary>Of a web chat: the visitor's id, or <c>user:</c> and the site's own id of the person.</summary>
    public const string Visitor = "visitor";

    /// <summary>A person towards one page; Messenger.</summary>
    public const string Psid = "psid";

    /// <summary>A person towards one professional account; Instagram.</summary>
    public const string Igsid = "igsid";

    public const string Telegram = "telegram";

    /// <summary>A person on WhatsApp who hides their number, as digits; one and the same for everybody.</summary>
    public const string Lid = "lid";

    /// <summary>A group on WhatsApp, by its full name there.</summary>
    public const string Group = "group";
}

internal sealed class ContactConfiguration : IEntityTypeConfiguration<Contact>, ITenantMapping
{
    public void Configure(EntityTypeBuilder<Contact> builder)
    {
        builder.ToTable("contacts");
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.CustomFields).HasColumnType("jsonb");
        builder.Property(c => c.CreatedAt).HasDefaultValueSql("now()");
    }
}

internal sealed class ContactIdentityConfiguration
    : IEntityTypeConfiguration<ContactIdentity>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<ContactIdentity> builder)
    {
        builder.ToTable("contact_identities");
        builder.HasOne<Contact>().WithMany().HasForeignKey(i => i.ContactId);
        builder.HasOne<Channels.Channel>().WithMany().HasForeignKey(i => i.ChannelId);
        builder.Property(c => c.Id).ValueGeneratedNever();
    }
}
