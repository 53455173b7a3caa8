using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
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
    public DbSet<Channel> Channels => Set<Channel>();
    public DbSet<ChannelRoute> ChannelRoutes => Set<ChannelRoute>();
    public DbSet<Contact> Contacts => Set<Contact>();
    public DbSet<ContactIdentity> ContactIdentities => Set<ContactIdentity>();
    public DbSet<Conversation> Conversations => Set<Conversation>();
    public DbSet<ConversationMember> ConversationMembers => Set<ConversationMember>();
    public DbSet<Membership> Memberships => Set<Membership>();
    public DbSet<MemberPerson> MemberPeople => Set<MemberPerson>();
    public DbSet<Message> Messages => Set<Message>();
    public DbSet<ParkedEvent> ParkedEvents => Set<ParkedEvent>();
    public DbSet<Profile> Profiles => Set<Profile>();
    public DbSet<Tag> Tags => Set<Tag>();
    public DbSet<OutboxItem> Outbox => Set<OutboxItem>();

    /// <summary>Set while a unit of work holds its transaction; the guard looks at it.</summary>
    internal bool UnitIsOpen { get; set; }

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(
            typeof(TenantDb).Assembly,
            type => type.GetInterfaces().Contains(typeof(ITenantMapping))
        );
}

/// <summary>Marks a mapping that belongs to the tenant's context.</summary>
internal interface ITenantMapping;
