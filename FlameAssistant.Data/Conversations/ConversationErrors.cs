using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Conversations;

/// <summary>The expected failures of the conversations' operations.</summary>
public static class ConversationErrors
{
    /// <summary>WhatsApp's limit for a text; the other channels' are not lower for what agents type.</summary>
    public const int MaxTextLength = 4096;

    public static Error NotFound { get; } =
        Error.NotFound("conversation.not_found", "There is no such conversation.");

    public static Error MessageNotFound { get; } =
        Error.NotFound("message.not_found", "There is no such message.");

    public static Error TextEmpty { get; } =
        Error.Invalid("message.empty", "Write something first.", "text");

    public static Error TextTooLong { get; } =
        Error.Invalid(
            "message.too_long",
            $"A message may have at most {MaxTextLength} characters: split it.",
            "text"
        );

    public static Error KeyInvalid { get; } =
        Error.Invalid(
            "message.key_invalid",
            "The idempotency key has 1 to 255 characters.",
            "idempotencyKey"
        );

    public static Error WindowClosed { get; } =
        Error.Conflict(
            "message.window_closed",
            "The customer has not written for 24 hours, so WhatsApp accepts only an approved template."
        );

    public static Error ChannelClosed { get; } =
        Error.Conflict(
            "message.channel_closed",
            "The channel is not active. An admin can connect it again in the settings."
        );

    public static Error ContactBlocked { get; } =
        Error.Conflict("message.contact_blocked", "The contact is blocked. Unblock them to write.");

    public static Error TenantSuspended { get; } =
        Error.Conflict(
            "message.tenant_suspended",
            "The workspace is suspended, nothing goes out. The owner can resume it."
        );

    public static Error NotResendable { get; } =
        Error.Conflict(
            "message.not_resendable",
            "Only a message that failed, or perhaps was not sent, can be sent again."
        );

    public static Error UnknownStatus { get; } =
        Error.Invalid(
            "conversation.unknown_status",
            "The status is one of open, pending, snoozed or resolved.",
            "status"
        );

    public static Error AnotherIsOpen { get; } =
        Error.Conflict(
            "conversation.another_open",
            "The contact has a newer open conversation on this channel: go on there."
        );

    public static Error AssigneeUnknown { get; } =
        Error.Invalid(
            "conversation.assignee_unknown",
            "This person is no active member of the workspace.",
            "assignee"
        );
}
