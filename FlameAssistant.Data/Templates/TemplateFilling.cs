using System.Globalization;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Templates;

/// <summary>Puts values into an approved template: what the customer will read, and what the provider is told.</summary>
public static class TemplateFilling
{
    private const int MaxBody = 1024;
    private const int MaxHeader = 60;
    private const int MaxValue = 1000;
    private const int MaxLink = 2000;

    // Meta's own word for it: the form's answer names the message that it belongs to.
    private const string NoFlowToken = "unused";

    /// <param name="values">By <see cref="TemplatePlace.Key"/>; a quick reply's payload under <c>button.{index}</c>, too.</param>
    /// <param name="hasFile">A file goes with the message: it is the one above the text.</param>
    /// <returns>All problems at once, by key.</returns>
    public static Result<FilledTemplate> Fill(
        ChannelTemplate template,
        IReadOnlyDictionary<string, string> values,
        bool hasFile
    )
    {
        var shape = TemplateShape.Read(template.Components);
        if (shape.Unsupported is { } part)
        {
            return ChannelTemplateErrors.Unsupported(part);
        }
        var clean = Clean(values);
        var problems = Check(shape, clean, hasFile);
        if (problems.Count > 0)
        {
            return ChannelTemplateErrors.Values(
                problems.ToDictionary(p => p.Key, p => Say(p.Value), StringComparer.Ordinal)
            );
        }
        var body = TemplateShape.Fill(shape.Body, "body", clean);
        var header =
            shape.Header is { IsPlace: true }
                ? $"{clean[TemplateShape.PlaceName]}, {clean[TemplateShape.PlaceAddress]}"
            : shape.Header?.Text is { } title ? TemplateShape.Fill(title, "header", clean)
            : null;
        return new FilledTemplate(
            body,
            header,
            shape.Footer,
            [.. shape.Buttons.Select(b => b.Text)],
            Told(template, shape, clean, hasFile)
        );
    }

    /// <summary>What the provider would refuse, before it does.</summary>
    /// <returns>By key one of <see cref="TemplateProblems"/>.</returns>
    public static IReadOnlyDictionary<string, string> Check(
        TemplateShape shape,
        IReadOnlyDictionary<string, string> values,
        bool hasFile
    )
    {
        var clean = Clean(values);
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var place in shape.Places)
        {
            if (Problem(place, clean.GetValueOrDefault(place.Key), hasFile) is { } problem)
            {
                problems[place.Key] = problem;
            }
        }
        if (hasFile && shape.Header is not { IsFile: true })
        {
            problems[TemplateShape.HeaderFile] = TemplateProblems.NoFile;
        }
        if (problems.Count == 0)
        {
            TooLong("body", shape.Body, MaxBody);
            TooLong("header", shape.Header?.Text ?? "", MaxHeader);
        }
        return problems;

        // Said at the longest value, which is the one to shorten.
        void TooLong(string part, string text, int most)
        {
            if (TemplateShape.Fill(text, part, clean).Length > most)
            {
                problems[
                    shape
                        .Places.Where(p => p.Part == part)
                        .MaxBy(p => clean.GetValueOrDefault(p.Key)?.Length ?? 0)
                        ?.Key
                        ?? part
                ] = TemplateProblems.TooLong;
            }
        }
    }

    private static Dictionary<string, string> Clean(IReadOnlyDictionary<string, string> values) =>
        values.ToDictionary(
            v => v.Key,
            v => StorableText.Clean(v.Value).Trim(),
            StringComparer.Ordinal
        );

    private static TemplateToSend Told(
        ChannelTemplate template,
        TemplateShape shape,
        Dictionary<string, string> values,
        bool hasFile
    )
    {
        var isNamed = template.ParameterFormat == ChannelTemplate.Named;
        IReadOnlyList<TemplateValue> Of(string part) =>
            [
                .. shape
                    .Places.Where(p => p.Part == part && p.Key != TemplateShape.HeaderFile)
                    .Select(p => new TemplateValue(isNamed ? p.Name : null, values[p.Key])),
            ];
        var buttons = new List<TemplateButtonValue>();
        for (var i = 0; i < shape.Buttons.Count; i++)
        {
            var kind = shape.Buttons[i].Kind;
            var value = kind switch
            {
                // The code in the text is the one that is copied.
                "otp" => Of("body") is [var code, ..] ? code.Text : null,
                TemplateShapeButton.Flow => NoFlowToken,
                _ => values.GetValueOrDefault($"button.{i}"),
            };
            if (value is { Length: > 0 } && kind is not "phone_number")
            {
                buttons.Add(new TemplateButtonValue(i, kind == "otp" ? "url" : kind, value));
            }
        }
        return new TemplateToSend(
            template.Name,
            template.Language,
            template.Category,
            shape.Header is { IsFile: true } file
                ? new TemplateFile(
                    file.Format,
                    hasFile ? null : values.GetValueOrDefault(TemplateShape.HeaderFile)
                )
                : null,
            Of("header"),
            Of("body"),
            buttons
        )
        {
            Place = shape.Header is { IsPlace: true }
                ? new MessagePlace(
                    Degrees(values[TemplateShape.Latitude]) ?? 0,
                    Degrees(values[TemplateShape.Longitude]) ?? 0,
                    values[TemplateShape.PlaceName],
                    values[TemplateShape.PlaceAddress]
                )
                : null,
        };
    }

    private static string? Problem(TemplatePlace place, string? value, bool hasFile)
    {
        if (place.Key == TemplateShape.HeaderFile)
        {
            return hasFile ? null
                : string.IsNullOrEmpty(value) ? TemplateProblems.Missing
                : value.Length <= MaxLink
                && Uri.TryCreate(value, UriKind.Absolute, out var address)
                && address.Scheme == Uri.UriSchemeHttps
                    ? null
                : TemplateProblems.Address;
        }
        return value switch
        {
            null or "" => TemplateProblems.Missing,
            _ when place.Key is TemplateShape.Latitude => Degrees(value) is >= -90 and <= 90
                ? null
                : TemplateProblems.Degrees,
            _ when place.Key is TemplateShape.Longitude => Degrees(value) is >= -180 and <= 180
                ? null
                : TemplateProblems.Degrees,
            { Length: > MaxValue } => TemplateProblems.TooLong,
            _ when place.Part == "button" => value.Any(char.IsWhiteSpace)
                ? TemplateProblems.Spaces
                : null,
            _ when value.AsSpan().ContainsAny('\n', '\r', '\t')
                    || value.Contains("     ", StringComparison.Ordinal) => TemplateProblems.Lines,
            _ => null,
        };
    }

    /// <summary>As people write them: with a point, or with a comma.</summary>
    private static double? Degrees(string text) =>
        double.TryParse(
            text.Replace(',', '.'),
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var degrees
        )
            ? degrees
            : null;

    private static string Say(string problem) =>
        problem switch
        {
            TemplateProblems.Missing => "Fill this in.",
            TemplateProblems.TooLong =>
                $"Too long: the whole text may have {MaxBody} characters, and {MaxHeader} above it.",
            TemplateProblems.Address => "The address begins with https://.",
            TemplateProblems.Spaces => "There are no spaces in an address or a code.",
            TemplateProblems.NoFile => "This template has no file.",
            TemplateProblems.Degrees =>
                "Degrees: a latitude of -90 to 90, a longitude of -180 to 180.",
            _ => "WhatsApp takes no line breaks here, and no more than four spaces in a row.",
        };
}

/// <summary>What may be wrong with a value.</summary>
public static class TemplateProblems
{
    public const string Missing = "missing";
    public const string TooLong = "too_long";

    /// <summary>No address that begins with https.</summary>
    public const string Address = "address";

    public const string Spaces = "spaces";

    /// <summary>Line breaks, or more than four spaces in a row.</summary>
    public const string Lines = "lines";

    public const string NoFile = "no_file";

    /// <summary>No latitude or longitude.</summary>
    public const string Degrees = "degrees";
}

/// <param name="Text">What the customer reads.</param>
/// <param name="Buttons">The words on its buttons.</param>
public sealed record FilledTemplate(
    string Text,
    string? Header,
    string? Footer,
    IReadOnlyList<string> Buttons,
    TemplateToSend Told
);
