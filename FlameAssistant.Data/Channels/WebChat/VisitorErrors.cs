using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Channels.WebChat;

public static class VisitorErrors
{
    public const int MaxClientId = 100;
    public const int MaxFiles = 10;

    public static Error Gone { get; } =
        Error.NotFound("visitor.gone", "This visitor is not known any more: begin a new session.");

    public static Error Empty { get; } =
        Error.Invalid("visitor.empty", "Write something, or add a file.", "text");

    public static Error TooLong { get; } =
        Error.Invalid(
            "visitor.too_long",
            $"A message has at most {Conversations.ConversationErrors.MaxTextLength} characters.",
            "text"
        );

    public static Error ClientId { get; } =
        Error.Invalid(
            "visitor.client_id",
            $"client_id has 1 to {MaxClientId} characters: letters, digits, '-', '_' and '.'. The same one names the same message.",
            "client_id"
        );

    public static Error Files { get; } =
        Error.Invalid(
            "visitor.files",
            $"attachments names at most {MaxFiles} files that this visitor has uploaded within a day and not sent yet.",
            "attachments"
        );

    public static Error TooManyFiles { get; } =
        Error.Conflict(
            "visitor.too_many_files",
            "Too many files wait to be sent. Send some first."
        );

    public static Error NotRateable { get; } =
        Error.Conflict(
            "visitor.not_rateable",
            "There is nothing to rate: the conversation is not resolved, or was rated already."
        );

    public static Error NoConversation { get; } =
        Error.NotFound("visitor.no_conversation", "Nothing was written here yet.");
}
