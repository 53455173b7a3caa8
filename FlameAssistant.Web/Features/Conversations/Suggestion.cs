using System.Text.RegularExpressions;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Templates;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>A line of the composer's list: a template after <c>/</c>, or a colleague after <c>@</c> in a note.</summary>
public sealed partial record Suggestion(string Name, TemplateRow? Template, Colleague? Person)
{
    private const int Most = 7;

    /// <summary>Templates whose name, key words or text hold what stands behind a slash at the beginning.</summary>
    public static IReadOnlyList<Suggestion> Templates(
        string text,
        IReadOnlyList<TemplateRow> templates
    )
    {
        if (text is not ['/', .. var asked] || asked.Contains('\n') || asked.Length > 60)
        {
            return [];
        }
        var wanted = asked.Trim();
        bool Has(string where) => where.Contains(wanted, StringComparison.CurrentCultureIgnoreCase);
        return
        [
            .. templates
                .Where(t => Has(t.Name) || t.TriggerKeywords.Any(Has) || Has(t.Content))
                .OrderByDescending(t =>
                    t.Name.StartsWith(wanted, StringComparison.CurrentCultureIgnoreCase)
                )
                .ThenByDescending(t => t.TriggerKeywords.Any(Has))
                .Take(Most)
                .Select(t => new Suggestion(t.Name, t, Person: null)),
        ];
    }

    /// <returns>The people, and where the @ stands; nobody when no name is being written.</returns>
    public static (IReadOnlyList<Suggestion> People, int At) Mentions(
        string text,
        int caret,
        IEnumerable<Colleague> readers
    )
    {
        var before = text[..Math.Clamp(caret, 0, text.Length)];
        var match = Mention().Match(before);
        if (!match.Success)
        {
            return ([], -1);
        }
        var wanted = match.Groups["name"].Value;
        return (
            [
                .. readers
                    .Where(person =>
                        person.Name.Contains(wanted, StringComparison.CurrentCultureIgnoreCase)
                    )
                    .OrderByDescending(person =>
                        person.Name.StartsWith(wanted, StringComparison.CurrentCultureIgnoreCase)
                    )
                    .Take(Most)
                    .Select(person => new Suggestion(person.Name, Template: null, person)),
            ],
            match.Groups["at"].Index
        );
    }

    [GeneratedRegex(
        @"(^|[\s(])(?<at>@)(?<name>[^@\s]{0,40})$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        250
    )]
    private static partial Regex Mention();
}
