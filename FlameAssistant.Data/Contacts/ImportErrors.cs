using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Contacts;

/// <summary>The expected failures of bringing contacts in.</summary>
public static class ImportErrors
{
    public const int MaxRows = 100_000;
    public const int MaxColumns = 100;

    /// <summary>Of one cell; longer ones are told of and cut.</summary>
    public const int MaxCell = 10_000;
    public const int MaxMegabytes = 50;

    public static Error NotFound { get; } =
        Error.NotFound(
            "import.not_found",
            "There is no such import. It may be older than 30 days."
        );

    public static Error Right { get; } =
        new(
            ErrorKind.Forbidden,
            "import.right",
            "Bringing contacts in may change anybody's, so it is for managers and admins, who see all of them."
        );

    public static Error WrongState { get; } =
        Error.Conflict(
            "import.state",
            "The import has gone on meanwhile. Load the page again to see how far it is."
        );

    public static Error Empty { get; } =
        Error.Invalid("import.empty", "The file has no rows below its first line.", "file");

    public static Error TooLarge { get; } =
        Error.Invalid(
            "import.too_large",
            $"A file has at most {MaxRows:N0} rows and {MaxMegabytes} MB. Split it.",
            "file"
        );

    public static Error TooManyColumns { get; } =
        Error.Invalid(
            "import.too_many_columns",
            $"A file has at most {MaxColumns} columns. Take out those that are not needed.",
            "file"
        );

    public static Error NotText { get; } =
        Error.Invalid(
            "import.not_text",
            "This is no CSV file in UTF-8. Save the sheet as “CSV UTF-8”.",
            "file"
        );

    public static Error OpenQuote(int line) =>
        Error.Invalid(
            "import.open_quote",
            $"A quotation mark that opens on line {line} is never closed. Mend the line.",
            "file"
        ) with
        {
            Args = [line],
        };

    public static Error Targets { get; } =
        Error.Invalid(
            "import.targets",
            "Say which column is the name, the number or the address, and each only once.",
            "targets"
        );
}
