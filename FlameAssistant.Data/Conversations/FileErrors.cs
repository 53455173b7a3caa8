using System.Globalization;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Conversations;

/// <summary>The expected failures of files.</summary>
public static class FileErrors
{
    public static Error NotFound { get; } =
        Error.NotFound("file.not_found", "There is no such file.");

    public static Error Empty { get; } = Error.Invalid("file.empty", "The file is empty.", "file");

    public static Error TooMany { get; } =
        Error.Invalid(
            "file.too_many",
            $"A message may have at most {DraftFiles.Most} files: send them in several.",
            "files"
        );

    public static Error UploadGone { get; } =
        Error.Invalid(
            "file.upload_gone",
            "A file of this draft is not there any more. Add it again.",
            "files"
        );

    public static Error Forbidden { get; } =
        Error.Invalid(
            "file.type",
            "Files of this type cannot be sent. Use an image (JPEG, PNG, WebP, GIF), audio, video, PDF, Office or text file.",
            "file"
        );

    public static Error Lying { get; } =
        Error.Invalid(
            "file.lying",
            "The file's content is not what its name says. Save it again in its own format.",
            "file"
        );

    public static Error TooLarge(long limitBytes) =>
        Error.Invalid(
            "file.too_large",
            $"The file is larger than {Mb(limitBytes)} MB, which is the most that this channel takes.",
            "file"
        ) with
        {
            Args = [Mb(limitBytes)],
        };

    public static Error StorageFull(long usedBytes, int allowedGb) =>
        Error.Conflict(
            "file.storage_full",
            $"{Gb(usedBytes)} of {allowedGb} GB of storage are used. Ask the owner of the workspace to raise the plan."
        ) with
        {
            Args = [Gb(usedBytes), allowedGb],
        };

    public static Error Broken { get; } =
        Error.Invalid(
            "file.broken",
            "The image cannot be read, or has too many pixels. Save it again, smaller.",
            "file"
        );

    public static Error StoreAway { get; } =
        new(
            ErrorKind.Unavailable,
            "file.store_away",
            "Files cannot be kept just now. Try again in a minute."
        );

    private static string Mb(long bytes) =>
        (bytes / 1048576.0).ToString("0.#", CultureInfo.InvariantCulture);

    private static string Gb(long bytes) =>
        (bytes / 1073741824.0).ToString("0.#", CultureInfo.InvariantCulture);
}
