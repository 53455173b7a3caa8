using System.Text.Json;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Conversations;

/// <summary>Something that was done with a conversation; the thread shows it between the messages.</summary>
public sealed class ConversationEvent
{
    public Guid Id { get; set; }
    public Guid ConversationId { get; set; }

    /// <summary>One of <see cref="ConversationEventKinds"/>.</summary>
    public required string Kind { get; set; }

    public required string ActorKind { get; set; }
    public Guid? ActorId { get; set; }

    /// <summary>The person, team, tag or conversation that it is about.</summary>
    public Guid? SubjectId { get; set; }

    /// <summary>JSON object of texts: what it was and became, and names as they were then.</summary>
    public string Data { get; set; } = "{}";

    public DateTimeOffset OccurredAt { get; set; }
}

public static class ConversationEventKinds
{
    public const string Assigned = "assigned";
    public const string Unassigned = "unassigned";
    public const string TeamAssigned = "team_assigned";
    public const string TeamUnassigned = "team_unassigned";

    /// <summary>The agent is gone, so it went back to Unassigned.</summary>
    public const string HandedBack = "handed_back";

    /// <summary>Who had it, the assistant or a person, asks for somebody else.</summary>
    public const string Handoff = "handoff";

    public const string StatusChanged = "status_changed";
    public const string Snoozed = "snoozed";

    /// <summary>A snooze ended by its time, or by the customer.</summary>
    public const string Woken = "woken";

    /// <summary>The customer wrote after it was resolved.</summary>
    public const string Reopened = "reopened";

    public const string PriorityChanged = "priority_changed";
    public const string Tagged = "tagged";
    public const string Untagged = "untagged";
    public const string Titled = "titled";
    public const string FieldsChanged = "fields_changed";
    public const string ParticipantAdded = "participant_added";
    public const string ParticipantRemoved = "participant_removed";

    /// <summary>Another conversation's messages came here.</summary>
    public const string MergedHere = "merged_here";

    public const string MergedInto = "merged_into";
    public const string Rated = "rated";

    /// <summary>The customer writes from another number, or under another id, since.</summary>
    public const string NumberChanged = "number_changed";
    public const string IdChanged = "id_changed";

    public const string ResponseWarning = "sla_warning";
    public const string ResponseBreach = "sla_breach";
}

internal static class ConversationEventWriter
{
    /// <summary>Notes what is done, in the transaction of the doing.</summary>
    public static ConversationEvent Note(
        this TenantUnit unit,
        Guid conversationId,
        string kind,
        Guid? subjectId = null,
        params (string Name, string? Value)[] data
    )
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in data)
        {
            if (value is not null)
            {
                texts[name] = value;
            }
        }
        var noted = new ConversationEvent
        {
            Id = Guid.CreateVersion7(unit.Now),
            ConversationId = conversationId,
            Kind = kind,
            ActorKind = unit.Actor.Kind,
            ActorId = unit.Actor.Id == Guid.Empty ? null : unit.Actor.Id,
            SubjectId = subjectId,
            Data = JsonSerializer.Serialize(texts),
            OccurredAt = unit.Now,
        };
        unit.Db.ConversationEvents.Add(noted);
        return noted;
    }
}

internal sealed class ConversationEventConfiguration
    : IEntityTypeConfiguration<ConversationEvent>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<ConversationEvent> builder)
    {
        builder.ToTable("conversation_events");
        builder.HasOne<Conversation>().WithMany().HasForeignKey(e => e.ConversationId);
        builder.Property(e => e.Id).ValueGeneratedNever();
        builder.Property(e => e.Data).HasColumnType("jsonb");
    }
}
