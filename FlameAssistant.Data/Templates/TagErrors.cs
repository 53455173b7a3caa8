using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Templates;

/// <summary>The expected failures of tags.</summary>
public static class TagErrors
{
    public static Error NotFound { get; } =
        Error.NotFound("tag.not_found", "There is no such tag.");

    public static Error Name { get; } =
        Error.Invalid("tag.name", "A tag's name has 1 to 100 characters.", "name");

    public static Error Color { get; } =
        Error.Invalid("tag.color", "A color is written as #3B82F6.", "color");

    public static Error Exists(string name) =>
        Error.Invalid(
            "tag.exists",
            $"There is a tag '{name}' already. Choose another name, or merge the two.",
            "name"
        ) with
        {
            Args = [name],
        };

    public static Error MergeSame { get; } =
        Error.Invalid("tag.merge_same", "Choose another tag to merge into.", "into");
}
