using System.Globalization;
using System.Text.RegularExpressions;

namespace FlameAssistant.Jobs.Channels;

/// <summary>What is wrong with a field's value.</summary>
/// <param name="Code">Its translation's key, <c>Field.{code}</c>; <c>pattern</c> is said by the channel itself.</param>
/// <param name="Message">In English.</param>
public sealed record FieldProblem(string Code, string Message, params IReadOnlyList<object> Args);

/// <summary>The checks that hold for every channel's fields.</summary>
public static class ChannelFieldRules
{
    public const int MaxLines = 100;

    private static readonly TimeSpan PatternTakesAtMost = TimeSpan.FromMilliseconds(200);

    /// <param name="isKept">Whether a secret that is not typed stays as it is.</param>
    public static FieldProblem? ProblemOf(
        this ChannelDefinition channel,
        ChannelField field,
        string? value,
        bool isKept = false
    )
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return field.IsRequired && !isKept
                ? new FieldProblem(
                    "missing",
                    $"{field.Name} is missing: {channel.SayInEnglish($"{field.Name}.Where") ?? channel.SayInEnglish($"{field.Name}.Hint") ?? "it is required."}"
                )
                : null;
        }
        var isList = field.Kind == ChannelFieldKind.Lines;
        var parts = isList ? LinesOf(value) : [value.Trim()];
        if (parts.Count > MaxLines)
        {
            return new FieldProblem(
                "too_many",
                $"{field.Name} may have at most {MaxLines} lines.",
                MaxLines
            );
        }
        if (parts.Any(part => part.Length > field.MaxLength))
        {
            return new FieldProblem(
                "too_long",
                $"{field.Name} may have at most {field.MaxLength} characters.",
                field.MaxLength
            );
        }
        if (parts.FirstOrDefault(part => !Matches(field, part)) is { } odd)
        {
            var said = channel.SayInEnglish($"{field.Name}.Pattern") ?? "it has another form.";
            return new FieldProblem(
                "pattern",
                isList ? $"{field.Name}: {odd}: {said}" : $"{field.Name}: {said}",
                odd
            );
        }
        return field.Kind switch
        {
            ChannelFieldKind.Number
                when !long.TryParse(
                    value,
                    NumberStyles.AllowLeadingSign
                        | NumberStyles.AllowLeadingWhite
                        | NumberStyles.AllowTrailingWhite,
                    CultureInfo.InvariantCulture,
                    out var number
                )
                    || number < field.Min
                    || number > field.Max => new FieldProblem(
                "number",
                $"{field.Name} is a number from {field.Min} to {field.Max}.",
                field.Min,
                field.Max
            ),
            ChannelFieldKind.Choice
                when !field.Options.Contains(value.Trim(), StringComparer.Ordinal) =>
                new FieldProblem(
                    "option",
                    $"{field.Name} is one of {string.Join(", ", field.Options)}."
                ),
            ChannelFieldKind.Switch when value.Trim() is not ("true" or "false") =>
                new FieldProblem("option", $"{field.Name} is true or false."),
            ChannelFieldKind.Colour when !IsColour(value.Trim()) => new FieldProblem(
                "colour",
                $"{field.Name} is a colour as in #e25822."
            ),
            _ => null,
        };
    }

    public static IReadOnlyList<string> LinesOf(string value) =>
        value.Split(
            ['\r', '\n'],
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        );

    /// <summary>The value as it is kept.</summary>
    internal static string Normalize(ChannelField field, string value) =>
        field.Kind == ChannelFieldKind.Lines
            ? string.Join('\n', LinesOf(value).Distinct(StringComparer.Ordinal))
            : value.Trim();

    private static bool IsColour(string value) =>
        value is ['#', _, _, _, _, _, _] && value.AsSpan(1).IndexOfAnyExcept(HexDigits) < 0;

    private static readonly System.Buffers.SearchValues<char> HexDigits =
        System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");

    private static bool Matches(ChannelField field, string value)
    {
        try
        {
            return field.Pattern is not { } pattern
                || Regex.IsMatch(
                    value,
                    $@"\A(?:{pattern})\z",
                    RegexOptions.CultureInvariant,
                    PatternTakesAtMost
                );
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
