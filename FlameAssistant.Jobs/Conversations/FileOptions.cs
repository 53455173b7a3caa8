using FlameAssistant.Jobs.Conversations.S3;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Conversations;

public sealed class FileOptions
{
    public const string Disk = "disk";
    public const string S3Store = "s3";

    /// <summary><c>Flame__Files__Store</c>: <c>disk</c> or <c>s3</c>.</summary>
    public string Store { get; set; } = Disk;

    /// <summary><c>Flame__Files__Path</c>; nodes of one installation share it.</summary>
    public string Path { get; set; } = System.IO.Path.Combine(".flame", "files");

    public S3Options S3 { get; set; } = new();
}

/// <summary>Asked when the app starts: a store that cannot work is said at once, and not with the first file.</summary>
internal sealed class FileOptionsCheck : IValidateOptions<FileOptions>
{
    public ValidateOptionsResult Validate(string? name, FileOptions options)
    {
        var problems = options.Store switch
        {
            FileOptions.Disk when string.IsNullOrWhiteSpace(options.Path) =>
            [
                "Flame__Files__Path is empty: name the folder where files are kept.",
            ],
            FileOptions.Disk => [],
            FileOptions.S3Store => options.S3.Problems(),
            _ => (IReadOnlyList<string>)
                [$"Flame__Files__Store is '{options.Store}': set it to disk or s3."],
        };
        return problems.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(problems);
    }
}
