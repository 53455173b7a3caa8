using System.Text.RegularExpressions;

namespace FlameAssistant.Data.Templates;

/// <param name="Missing">Places that had no value; they are left out of the text, and the agent is told before sending.</param>
public sealed record RenderedTemplate(string Text, IReadOnlyList<string> Missing);

/// <summary>
/// Fills the places of a template: <c>{{contact.name}}</c>, or with words for when there is none
/// <c>{{contact.name|customer}}</c>. Values are put in once and never read as places themselves.
/// </summary>
public static partial class TemplateText
{
    public const string ContactName = "contact.name";
    public const string ContactFirstName = "contact.first_name";
    public const string ContactPhone = "contact.phone";
    public const string ContactEmail = "contact.email";
    public const string AgentName = "agent.name";
    public const string AgentFirstName = "agent.first_name";
    public const string ConversationNumber = "conversation.number";
    public const string ChannelName = "channel.name";
    public const string WorkspaceName = "workspace.name";

    /// <summary>What a template may name, beside <c>contact.</c> and <c>conversation.</c> with the key of an own field.</summary>
    public static readonly IReadOnlyList<string> Places =
    [
        ContactName,
        ContactFirstName,
        ContactPhone,
        ContactEmail,
        AgentName,
        AgentFirstName,
        ConversationNumber,
        ChannelName,
        WorkspaceName,
    ];

    public static RenderedTemplate Render(
        string content,
        IReadOnlyDictionary<string, string?> values
    )
    {
        var missing = new List<string>();
        var text = PlacePattern()
            .Replace(
                content,
                place =>
                {
                    var name = place.Groups["name"].Value;
                    if (
                        values.GetValueOrDefault(name) is { } value
                        && !string.IsNullOrWhiteSpace(value)
                    )
                    {
                        return value;
                    }
                    if (place.Groups["instead"] is { Success: true, Value: var instead })
                    {
                        return instead.Trim();
                    }
                    if (!missing.Contains(name, StringComparer.Ordinal))
                    {
                        missing.Add(name);
                    }
                    return "";
                }
            );
        return new RenderedTemplate(text, missing);
    }

    /// <summary>Names that are no place: misspelled ones, which would always be empty.</summary>
    public static IReadOnlyList<string> Unknown(string content, IEnumerable<string> fields)
    {
        var known = Places.Concat(fields).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. PlacePattern()
                .Matches(content)
                .Select(m => m.Groups["name"].Value)
                .Where(name => !known.Contains(name))
                .Distinct(StringComparer.Ordinal),
        ];
    }

    internal static string? FirstName(string? name) =>
        name?.Trim().Split(' ', 2, StringSplitOptions.RemoveEmptyEntries) is [var first, ..]
            ? first
            : null;

    [GeneratedRegex(
        @"\{\{\s*(?<name>[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+)\s*(\|(?<instead>[^{}]*))?\}\}",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex PlacePattern();
}
