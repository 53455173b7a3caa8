using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>What the list shows, as the address says it: <c>?view=mine&amp;status=resolved</c>. Defaults are left out.</summary>
public sealed record InboxFilter(string View, bool Resolved)
{
    public static readonly IReadOnlyList<string> Views =
    [
        ConversationViewNames.Mine,
        ConversationViewNames.Unassigned,
        ConversationViewNames.All,
    ];

    public string Query =>
        (View, Resolved) switch
        {
            (ConversationViewNames.All, false) => "",
            (ConversationViewNames.All, true) => "?status=resolved",
            (_, false) => $"?view={View}",
            _ => $"?view={View}&status=resolved",
        };

    public ConversationFilter ToData() =>
        new() { View = View, Status = Resolved ? ConversationStatuses.Resolved : null };

    public static InboxFilter From(string? view, string? status) =>
        new(
            view is not null && Views.Contains(view, StringComparer.Ordinal)
                ? view
                : ConversationViewNames.All,
            string.Equals(status, ConversationStatuses.Resolved, StringComparison.Ordinal)
        );
}
