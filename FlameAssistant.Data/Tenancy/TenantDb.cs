using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Notifications;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Templates;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tenancy;

/// <summary>
/// One tenant's data, by the login that row-level security holds. Its tables carry no schema: the unit of work sets the
/// search path, and outside one every command is refused.
/// </summary>
public sealed class TenantDb(DbContextOptions<TenantDb> options) : DbContext(options)
{
    public DbSet<AgentAvailability> Availability => Set<AgentAvailability>();
    public DbSet<Channel> Channels => Set<Channel>();
    public DbSet<ChannelHealth> ChannelHealth => Set<ChannelHealth>();
    public DbSet<ChannelMember> ChannelMembers => Set<ChannelMember>();
    public DbSet<ChannelRoute> ChannelRoutes => Set<ChannelRoute>();
    public DbSet<Contact> Contacts => Set<Contact>();
    public DbSet<ContactIdentity> ContactIdentities => Set<ContactIdentity>();
    public DbSet<Conversation> Conversations => Set<Conversation>();
    public DbSet<ConversationEvent> ConversationEvents => Set<ConversationEvent>();
    public DbSet<ConversationMember> ConversationMembers => Set<ConversationMember>();
    public DbSet<ConversationTag> ConversationTags => Set<ConversationTag>();
    public DbSet<CustomFieldDefinition> CustomFields => Set<CustomFieldDefinition>();
    public DbSet<Membership> Memberships => Set<Membership>();
    public DbSet<MemberPerson> MemberPeople => Set<MemberPerson>();
    public DbSet<Message> Messages => Set<Message>();
    public DbSet<MessageAttachment> Attachments => Set<MessageAttachment>();
    public DbSet<MessageMention> Mentions => Set<MessageMention>();
    public DbSet<MessageReaction> Reactions => Set<MessageReaction>();
    public DbSet<Notification> Notifications => Set<Notification>();
    public DbSet<NotificationPreference> NotificationPreferences => Set<NotificationPreference>();
    public DbSet<ParkedEvent> ParkedEvents => Set<ParkedEvent>();
    public DbSet<Profile> Profiles => Set<Profile>();
    public DbSet<ResponseTemplate> Templates => Set<ResponseTemplate>();
    public DbSet<SavedView> SavedViews => Set<SavedView>();
    public DbSet<Tag> Tags => Set<Tag>();
    public DbSet<Team> Teams => Set<Team>();
    public DbSet<ChannelSession> Sessions => Set<ChannelSession>();
    public DbSet<TeamMember> TeamMembers => Set<TeamMember>();
    public DbSet<Upload> Uploads => Set<Upload>();
    public DbSet<OutboxItem> Outbox => Set<OutboxItem>();

    /// <summary>Set while a unit of work holds its transaction; the guard looks at it.</summary>
    internal bool UnitIsOpen { get; set; }

    /// <summary>What the first command of a reading unit takes along: the settings that name its tenant.</summary>
    internal string? NamesToSend { private get; set; }

    internal string? TakeNames()
    {
        var names = NamesToSend;
        NamesToSend = null;
        return names;
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(
            typeof(TenantDb).Assembly,
            type => type.GetInterfaces().Contains(typeof(ITenantMapping))
        );
}

/// <summary>Marks a mapping that belongs to the tenant's context.</summary>
internal interface ITenantMapping;
