using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Templates;

/// <summary>The expected failures of sending an approved template.</summary>
public static class ChannelTemplateErrors
{
    public static Error Unknown { get; } =
        Error.NotFound(
            "template.unknown",
            "The channel has no such template in this language. Read its templates again."
        );

    public static Error NotApproved(string status) =>
        Error.Conflict(
            "template.not_approved",
            $"WhatsApp has not approved this template for sending: it is {status}."
        ) with
        {
            Args = [status],
        };

    public static Error Unsupported(string part) =>
        Error.Invalid(
            "template.unsupported",
            $"This template has a part that cannot be sent from here: {part}.",
            "template"
        ) with
        {
            Args = [part],
        };

    public static Error Values(IReadOnlyDictionary<string, string> problems) =>
        new(
            ErrorKind.Invalid,
            "template.values",
            "Some values are missing or cannot be sent.",
            problems
        );
}
