using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Members;

/// <summary>Members who share conversations.</summary>
public sealed class Team
{
    public Guid Id { get; set; }
    public required string Name { get; set; }
    public string? Description { get; set; }

    /// <summary>One of <see cref="AssignmentModes"/>, for conversations that are given to it.</summary>
    public string AssignmentMode { get; set; } = AssignmentModes.None;
}

public sealed class TeamMember
{
    public Guid TeamId { get; set; }
    public Guid UserId { get; set; }
}

/// <summary>Whose channel it is; a channel without any is everybody's.</summary>
public sealed class ChannelMember
{
    public Guid ChannelId { get; set; }
    public Guid UserId { get; set; }
}

/// <summary>Whether an agent is there for conversations, and for how many.</summary>
public sealed class AgentAvailability
{
    public Guid UserId { get; set; }

    /// <summary><c>online</c> or <c>busy</c>, by the person.</summary>
    public string Chosen { get; set; } = AvailabilityChoices.Online;

    /// <summary>Has a page open; false a minute after the last one's beat.</summary>
    public bool IsOnline { get; set; }

    /// <summary>How many open conversations are given to them by themselves.</summary>
    public int Capacity { get; set; } = 20;

    public DateTimeOffset? LastSeenAt { get; set; }
    public DateTimeOffset? LastAssignedAt { get; set; }
}

public static class AvailabilityChoices
{
    public const string Online = "online";
    public const string Busy = "busy";

    public static readonly IReadOnlyList<string> All = [Online, Busy];

    /// <summary>How long after the last beat of a page somebody counts as there.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);
}

internal sealed class TeamConfiguration : IEntityTypeConfiguration<Team>, ITenantMapping
{
    public void Configure(EntityTypeBuilder<Team> builder)
    {
        builder.ToTable("teams");
        builder.Property(t => t.Id).ValueGeneratedNever();
    }
}

internal sealed class TeamMemberConfiguration : IEntityTypeConfiguration<TeamMember>, ITenantMapping
{
    public void Configure(EntityTypeBuilder<TeamMember> builder)
    {
        builder.ToTable("team_members");
        builder.HasKey(m => new { m.TeamId, m.UserId });
        builder.HasOne<Team>().WithMany().HasForeignKey(m => m.TeamId);
    }
}

internal sealed class ChannelMemberConfiguration
    : IEntityTypeConfiguration<ChannelMember>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<ChannelMember> builder)
    {
        builder.ToTable("channel_members");
        builder.HasKey(m => new { m.ChannelId, m.UserId });
        builder.HasOne<Channels.Channel>().WithMany().HasForeignKey(m => m.ChannelId);
    }
}

internal sealed class AgentAvailabilityConfiguration
    : IEntityTypeConfiguration<AgentAvailability>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<AgentAvailability> builder)
    {
        builder.ToTable("agent_availability");
        builder.HasKey(a => a.UserId);
        builder.Property(a => a.UserId).ValueGeneratedNever();
    }
}
