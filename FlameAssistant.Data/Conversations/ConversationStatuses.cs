namespace FlameAssistant.Data.Conversations;

/// <summary>States of a conversation; <c>pending</c> is with the assistant and not in Unassigned.</summary>
public static class ConversationStatuses
{
    public const string Open = "open";
    public const string Pending = "pending";
    public const string Snoozed = "snoozed";
    public const string Resolved = "resolved";

    public static readonly IReadOnlyList<string> All = [Open, Pending, Snoozed, Resolved];
}
