using System.Globalization;
using FlameAssistant.Data.Contacts;
using Microsoft.AspNetCore.WebUtilities;

namespace FlameAssistant.Web.Features.Contacts;

/// <summary>What the list shows, as the address says it; lists are joined by commas, so that two that show the same are equal.</summary>
public sealed record ContactsQuery
{
    public string Search { get; init; } = "";
    public string Tags { get; init; } = "";
    public string Channels { get; init; } = "";
    public bool Blocked { get; init; }

    /// <summary>One of <see cref="ConsentStates"/>, or empty.</summary>
    public string Consent { get; init; } = "";
    public string Field { get; init; } = "";
    public string Value { get; init; } = "";
    public int? Seen { get; init; }
    public int? Silent { get; init; }
    public string Sort { get; init; } = ContactSorts.Seen;

    /// <summary>How many filters beside the words hold back rows.</summary>
    public int Count =>
        new[] { Tags, Channels, Consent, Value }.Count(list => list.Length > 0)
        + (Blocked ? 1 : 0)
        + (Seen is null ? 0 : 1)
        + (Silent is null ? 0 : 1);

    public string Text =>
        QueryHelpers.AddQueryString(
            "",
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["q"] = OrNull(Search),
                ["tag"] = OrNull(Tags),
                ["channel"] = OrNull(Channels),
                ["blocked"] = Blocked ? "true" : null,
                ["consent"] = OrNull(Consent),
                ["field"] = Value.Length > 0 ? OrNull(Field) : null,
                ["value"] = Field.Length > 0 ? OrNull(Value) : null,
                ["seen"] = Seen?.ToString(CultureInfo.InvariantCulture),
                ["silent"] = Silent?.ToString(CultureInfo.InvariantCulture),
                ["sort"] = Sort == ContactSorts.Seen ? null : Sort,
            }
        );

    /// <summary>What nobody could have chosen is left out.</summary>
    public static ContactsQuery From(string query)
    {
        var asked = QueryHelpers.ParseQuery(query);
        string Of(string name) =>
            asked.TryGetValue(name, out var value) && value.ToString() is { Length: <= 2000 } text
                ? text
                : "";
        int? Days(string name) =>
            int.TryParse(Of(name), CultureInfo.InvariantCulture, out var days) && days > 0
                ? days
                : null;
        return new ContactsQuery
        {
            Search = Of("q") is { Length: <= 200 } words ? words : "",
            Tags = Joined(Ids(Of("tag"))),
            Channels = Joined(Ids(Of("channel"))),
            Blocked = Of("blocked") == "true",
            Consent = ConsentStates.All.Contains(Of("consent"), StringComparer.Ordinal)
                ? Of("consent")
                : "",
            Field = Of("field"),
            Value = Of("value"),
            Seen = Days("seen"),
            Silent = Days("silent"),
            Sort = ContactSorts.All.Contains(Of("sort"), StringComparer.Ordinal)
                ? Of("sort")
                : ContactSorts.Seen,
        };
    }

    public ContactFilter ToData() =>
        new()
        {
            Search = Search,
            Tags = Ids(Tags),
            Channels = Ids(Channels),
            Blocked = Blocked ? true : null,
            Consent = OrNull(Consent),
            Field = OrNull(Field),
            Value = OrNull(Value),
            SeenDays = Seen,
            SilentDays = Silent,
            Sort = Sort,
        };

    public static ContactsQuery Of(ContactFilter filter) =>
        new()
        {
            Search = filter.Search,
            Tags = Joined(filter.Tags),
            Channels = Joined(filter.Channels),
            Blocked = filter.Blocked == true,
            Consent = filter.Consent ?? "",
            Field = filter.Field ?? "",
            Value = filter.Value ?? "",
            Seen = filter.SeenDays,
            Silent = filter.SilentDays,
            Sort = filter.Sort,
        };

    private static string? OrNull(string text) => text.Length == 0 ? null : text;

    private static Guid[] Ids(string list) =>
        [
            .. list.Split(
                    ',',
                    StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
                )
                .Select(part => Guid.TryParse(part, out var id) ? id : Guid.Empty)
                .Where(id => id != Guid.Empty)
                .Take(50),
        ];

    private static string Joined(IReadOnlyList<Guid> ids) => string.Join(',', ids);
}
