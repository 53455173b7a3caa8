using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Web.Shared;
using Microsoft.Extensions.Localization;

namespace FlameAssistant.Web.Features.Contacts;

/// <summary>Why a row stays out, in the reader's language.</summary>
internal static class ImportProblems
{
    public static string Text(
        IStringLocalizer<ContactsText> texts,
        ImportLine line,
        IReadOnlyList<FieldRow> fields
    ) =>
        string.Join(
            " ",
            line.Problems.Select(problem =>
            {
                var why = texts.Known($"Problem.{problem.Value}", problem.Value);
                return LabelOf(texts, problem.Key, fields) is { } label ? $"{label}: {why}" : why;
            })
        );

    private static string? LabelOf(
        IStringLocalizer<ContactsText> texts,
        string target,
        IReadOnlyList<FieldRow> fields
    ) =>
        target.StartsWith(ImportTargets.Field, StringComparison.Ordinal)
            ? fields.FirstOrDefault(f => f.Key == target[ImportTargets.Field.Length..])?.Label
                ?? target
        : target is "row" or "phone" or "email" ? null
        : texts.Known($"Target.{target}", target);
}
