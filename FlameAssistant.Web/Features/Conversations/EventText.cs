using System.Globalization;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Web.Shared;
using Microsoft.Extensions.Localization;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>What was done with a conversation, as a sentence: "Ana assigned this to Luis".</summary>
public static class EventText
{
    public static string Of(ThreadEvent done, Guid meId, IStringLocalizer texts, BrowserTime time)
    {
        var who = Who(done, meId, texts);
        string Of(string key, string value = "") => texts[$"Event.{key}", who, value];
        var name = Value(done, "name");
        return done.Kind switch
        {
            ConversationEventKinds.Assigned when done.SubjectId == done.ActorId => Of("took"),
            ConversationEventKinds.Assigned => Of("assigned", NameOf(done, meId, texts)),
            ConversationEventKinds.Unassigned when done.SubjectId == done.ActorId => Of("gave"),
            ConversationEventKinds.Unassigned => Of("unassigned", name),
            ConversationEventKinds.StatusChanged => Value(done, "to") switch
            {
                ConversationStatuses.Resolved => Of("resolved"),
                ConversationStatuses.Open => Of("opened"),
                var to => Of("status", texts.Known($"Status.{to}", to).ToLowerInvariant()),
            },
            ConversationEventKinds.Snoozed => Of("snoozed", At(done, "until", time)),
            ConversationEventKinds.PriorityChanged => Of(
                "priority",
                texts.Known($"Priority.{Value(done, "to")}", Value(done, "to")).ToLowerInvariant()
            ),
            ConversationEventKinds.Handoff => name.Length == 0
                ? Of("handoff", Value(done, "reason"))
                : texts["Event.handoff_team", who, name, Value(done, "reason")],
            ConversationEventKinds.Titled when Value(done, "title").Length == 0 => Of("untitled"),
            ConversationEventKinds.Titled => Of("titled", Value(done, "title")),
            ConversationEventKinds.FieldsChanged => Of("fields_changed", Value(done, "fields")),
            ConversationEventKinds.MergedHere or ConversationEventKinds.MergedInto => Of(
                done.Kind,
                Value(done, "number")
            ),
            ConversationEventKinds.Rated => Of("rated", Value(done, "score")),
            ConversationEventKinds.ParticipantAdded when done.SubjectId == done.ActorId => Of(
                "joined"
            ),
            ConversationEventKinds.ParticipantRemoved when done.SubjectId == done.ActorId => Of(
                "left"
            ),
            _ => texts.Known($"Event.{done.Kind}", done.Kind) is var known
            && known.Contains('{', StringComparison.Ordinal)
                ? Of(done.Kind, name)
                : known,
        };
    }

    public static string IconOf(string kind) =>
        kind switch
        {
            ConversationEventKinds.Assigned => "user-check",
            ConversationEventKinds.Unassigned or ConversationEventKinds.HandedBack => "user-x",
            ConversationEventKinds.TeamAssigned or ConversationEventKinds.TeamUnassigned =>
                "users-round",
            ConversationEventKinds.Handoff => "bell-ring",
            ConversationEventKinds.StatusChanged => "circle-check",
            ConversationEventKinds.Snoozed or ConversationEventKinds.Woken => "alarm-clock",
            ConversationEventKinds.Reopened => "undo-2",
            ConversationEventKinds.PriorityChanged => "flag",
            ConversationEventKinds.Tagged or ConversationEventKinds.Untagged => "tag",
            ConversationEventKinds.MergedHere or ConversationEventKinds.MergedInto => "git-merge",
            ConversationEventKinds.Rated => "smile",
            ConversationEventKinds.ResponseWarning or ConversationEventKinds.ResponseBreach =>
                "timer",
            ConversationEventKinds.ParticipantAdded or ConversationEventKinds.ParticipantRemoved =>
                "eye",
            _ => "pencil",
        };

    private static string Who(ThreadEvent done, Guid meId, IStringLocalizer texts) =>
        done switch
        {
            { ActorId: { } id } when id == meId => texts["You"],
            { ActorName: { Length: > 0 } name } => name,
            { ActorKind: "contact" } => texts["Customer"],
            { ActorKind: "assistant" } => texts["Assistant"],
            { ActorKind: "member" } => texts["Colleague"],
            _ => texts["System"],
        };

    private static string NameOf(ThreadEvent done, Guid meId, IStringLocalizer texts) =>
        done.SubjectId == meId ? texts["Event.you"].Value : Value(done, "name");

    private static string Value(ThreadEvent done, string name) =>
        done.Data.TryGetValue(name, out var value) ? value : "";

    private static string At(ThreadEvent done, string name, BrowserTime time) =>
        DateTimeOffset.TryParse(
            Value(done, name),
            CultureInfo.InvariantCulture,
            DateTimeStyles.RoundtripKind,
            out var at
        )
            ? time.Exact(at)
            : "";
}
