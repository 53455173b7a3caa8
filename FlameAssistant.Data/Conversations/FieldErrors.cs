using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Conversations;

/// <summary>The expected failures of a tenant's own fields.</summary>
public static class FieldErrors
{
    public static Error NotFound { get; } =
        Error.NotFound("field.not_found", "There is no such field.");

    public static Error TooMany { get; } =
        Error.Conflict(
            "field.too_many",
            $"There may be {SaveField.Most} fields. Delete one that nobody uses."
        );

    public static Error Invalid(IReadOnlyDictionary<string, string> problems) =>
        new(ErrorKind.Invalid, "field.invalid", string.Join(' ', problems.Values), problems);

    /// <summary>Values of a conversation or contact, by key.</summary>
    public static Error Values(string code, IReadOnlyDictionary<string, string> problems) =>
        new(ErrorKind.Invalid, code, string.Join(' ', problems.Values), problems);
}
