using System.Globalization;
using FlameAssistant.Data.Conversations;
using Microsoft.AspNetCore.WebUtilities;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>
/// What the list shows, as the address says it: <c>?view=mine&amp;status=resolved&amp;tag=…</c>. Defaults are left out; lists
/// are joined by commas, so that two filters that show the same are equal.
/// </summary>
public sealed record InboxFilter
{
    public static readonly IReadOnlyList<string> Views = ConversationViewNames.Every;

    public string View { get; init; } = ConversationViewNames.All;

    /// <summary>Empty shows what is open or with the assistant.</summary>
    public string Status { get; init; } = "";

    public string Channels { get; init; } = "";
    public string Assignees { get; init; } = "";
    public string Teams { get; init; } = "";
    public string Tags { get; init; } = "";
    public string Priorities { get; init; } = "";
    public int? Wait { get; init; }

    /// <summary>Words to search for instead of listing.</summary>
    public string Search { get; init; } = "";

    public bool Resolved => Is(Status, ConversationStatuses.Resolved);

    /// <summary>How many filters beside the view and open/resolved hold back rows.</summary>
    public int Count =>
        new[] { Channels, Assignees, Teams, Tags, Priorities }.Count(list => list.Length > 0)
        + (Wait is null ? 0 : 1)
        + (Status.Length > 0 && !Resolved ? 1 : 0);

    public string Query =>
        QueryHelpers.AddQueryString(
            "",
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["view"] = Is(View, ConversationViewNames.All) ? null : View,
                ["status"] = OrNull(Status),
                ["channel"] = OrNull(Channels),
                ["assignee"] = OrNull(Assignees),
                ["team"] = OrNull(Teams),
                ["tag"] = OrNull(Tags),
                ["priority"] = OrNull(Priorities),
                ["wait"] = Wait?.ToString(CultureInfo.InvariantCulture),
                ["q"] = OrNull(Search),
            }
        );

    /// <summary>The same list without its narrower filters.</summary>
    public InboxFilter Plain =>
        new()
        {
            View = View,
            Status = Resolved ? Status : "",
            Search = Search,
        };

    public ConversationFilter ToData() =>
        new()
        {
            View = View,
            Status = OrNull(Status),
            Channels = Ids(Channels),
            Assignees = Ids(Assignees),
            Teams = Ids(Teams),
            Tags = Ids(Tags),
            Priorities = Parts(Priorities),
            WaitingMinutes = Wait,
        };

    public static InboxFilter Of(ConversationFilter filter) =>
        new()
        {
            View = filter.View,
            Status = filter.Status ?? "",
            Channels = Joined(filter.Channels),
            Assignees = Joined(filter.Assignees),
            Teams = Joined(filter.Teams),
            Tags = Joined(filter.Tags),
            Priorities = string.Join(',', filter.Priorities),
            Wait = filter.WaitingMinutes,
        };

    /// <summary>What nobody could have chosen is left out.</summary>
    public static InboxFilter From(string query)
    {
        var asked = QueryHelpers.ParseQuery(query);
        string Of(string name) => asked.TryGetValue(name, out var value) ? value.ToString() : "";
        return new InboxFilter
        {
            View = Views.Contains(Of("view"), StringComparer.Ordinal)
                ? Of("view")
                : ConversationViewNames.All,
            Status = ConversationStatuses.All.Contains(Of("status"), StringComparer.Ordinal)
                ? Of("status")
                : "",
            Channels = Joined(Ids(Of("channel"))),
            Assignees = Joined(Ids(Of("assignee"))),
            Teams = Joined(Ids(Of("team"))),
            Tags = Joined(Ids(Of("tag"))),
            Priorities = string.Join(
                ',',
                Parts(Of("priority"))
                    .Where(p => ConversationPriorities.All.Contains(p, StringComparer.Ordinal))
            ),
            Wait =
                int.TryParse(Of("wait"), CultureInfo.InvariantCulture, out var wait) && wait > 0
                    ? wait
                    : null,
            Search = Of("q") is { Length: <= 200 } words ? words : "",
        };
    }

    public static bool Has(string list, string value) =>
        Parts(list).Contains(value, StringComparer.OrdinalIgnoreCase);

    /// <summary>The list with this value in it if it was not, and without it if it was.</summary>
    public static string Toggled(string list, string value) =>
        Has(list, value)
            ? string.Join(
                ',',
                Parts(list).Where(v => !string.Equals(v, value, StringComparison.OrdinalIgnoreCase))
            )
            : string.Join(',', Parts(list).Append(value));

    private static bool Is(string one, string other) =>
        string.Equals(one, other, StringComparison.Ordinal);

    private static string? OrNull(string text) => text.Length == 0 ? null : text;

    private static string[] Parts(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Guid[] Ids(string list) =>
        [
            .. Parts(list)
                .Select(part => Guid.TryParse(part, out var id) ? id : Guid.Empty)
                .Where(id => id != Guid.Empty)
                .Take(50),
        ];

    private static string Joined(IReadOnlyList<Guid> ids) => string.Join(',', ids);
}
