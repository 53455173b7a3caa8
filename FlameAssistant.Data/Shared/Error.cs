namespace FlameAssistant.Data.Shared;

/// <summary>How a failure is answered: the API maps it to a status, the UI to a place on the page.</summary>
public enum ErrorKind
{
    Invalid,
    NotFound,
    Conflict,
    Forbidden,
    Unavailable,
}

/// <summary>
/// An expected failure. <paramref name="Code"/> is stable and is the key of its translation
/// (<c>Error.{code}</c>); <paramref name="Message"/> is English, for the command line, logs and the API.
/// </summary>
/// <param name="Fields">Problems by field name (camelCase), all of them at once; empty when none is at fault.</param>
public sealed record Error(
    ErrorKind Kind,
    string Code,
    string Message,
    IReadOnlyDictionary<string, string>? Fields = null
)
{
    /// <summary>What the translation puts into its places <c>{0}</c>, <c>{1}</c> …</summary>
    public IReadOnlyList<object> Args { get; init; } = [];

    public static Error Invalid(string code, string message, string? field = null) =>
        new(
            ErrorKind.Invalid,
            code,
            message,
            field is null
                ? null
                : new Dictionary<string, string>(StringComparer.Ordinal) { [field] = message }
        );

    public static Error NotFound(string code, string message) =>
        new(ErrorKind.NotFound, code, message);

    public static Error Conflict(string code, string message) =>
        new(ErrorKind.Conflict, code, message);

    public static Error Forbidden(string permission) =>
        new(
            ErrorKind.Forbidden,
            "forbidden",
            $"This needs the permission {permission}. An admin of the workspace can grant it."
        );

    public override string ToString() => $"{Code}: {Message}";
}
