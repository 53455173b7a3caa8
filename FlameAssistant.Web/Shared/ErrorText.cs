using FlameAssistant.Data.Shared;
using Microsoft.Extensions.Localization;

namespace FlameAssistant.Web.Shared;

public static class ErrorText
{
    /// <summary>What a person is told when the world did not answer at all.</summary>
    public static readonly Error Unavailable = new(
        ErrorKind.Unavailable,
        "unavailable",
        "This could not be saved just now. Try again in a moment."
    );

    /// <summary>The error in the reader's language, by its code; an error nobody translated yet still says what it is.</summary>
    public static string Of(this IStringLocalizer texts, Error error) =>
        texts[$"Error.{error.Code}", [.. error.Args]] is { ResourceNotFound: false } found
            ? found.Value
            : error.Message;

    /// <summary>A text by its key, or the fallback: for values that other floors may add before a translation.</summary>
    public static string Known(this IStringLocalizer texts, string key, string fallback)
    {
        var found = texts[key];
        return found.ResourceNotFound ? fallback : found.Value;
    }
}
