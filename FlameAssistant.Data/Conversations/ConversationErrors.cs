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

    public static Error NeverWritten { get; } =
        Error.Conflict(
            "message.never_written",
            "The customer has not written yet, so WhatsApp accepts only an approved template."
        );

    public static Error ChannelRestricted { get; } =
        Error.Conflict(
            "message.channel_restricted",
            "WhatsApp restricts this account for now: such messages are not taken. An admin sees why at the channel."
        );

    public static Error MarketingStopped { get; } =
        Error.Conflict(
            "message.marketing_stopped",
            "The customer asked WhatsApp for no more advertising: no marketing template may be sent to them."
        );

    public static Error ReactionInvalid { get; } =
        Error.Invalid("message.reaction_invalid", "A reaction is one emoji.", "emoji");

    public static Error ChannelClosed { get; } =
        Error.Conflict(
            "message.channel_closed",
            "The channel is not active. An admin can connect it again in the settings."
        );

    public static Error PhoneAway { get; } =
        Error.Conflict(
            "message.phone_away",
            "The channel's phone was not connected for an hour. Connect it on the channel's page, then send this again."
        );

    public static Error ChannelRemoved { get; } =
        Error.Conflict(
            "message.channel_removed",
            "The channel was taken away before this could be sent."
        );

    public static Error ContactBlocked { get; } =
        Error.Conflict("message.contact_blocked", "The contact is blocked. Unblock them to write.");

    public static Error PersonsTimeOver { get; } =
        Error.Conflict(
            "message.persons_time_over",
            "The customer has not written for 7 days: nothing can be sent on this channel until they write again."
        );

    public static Error ContactShutOut { get; } =
        Error.Conflict(
            "message.contact_shut_out",
            "The customer has blocked this bot: nothing reaches them until they let it in again or write."
        );

    public static Error EarlierPart { get; } =
        Error.Conflict(
            "message.earlier_part",
            "The part of this text before it did not go out, so this one stayed back. Send that one again first, then this one."
        );

    public static Error NotOnChannel { get; } =
        Error.Invalid(
            "message.not_on_channel",
            "This channel cannot send such a message: send a text instead.",
            "rich"
        );

    public static Error RichInvalid { get; } =
        Error.Invalid(
            "message.rich_invalid",
            "Buttons have 1 to 20 characters, a place has coordinates, a card has a name and a number.",
            "rich"
        );

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

    public static Error AssigneeViewer { get; } =
        Error.Invalid(
            "conversation.assignee_viewer",
            "A viewer cannot answer. Give the conversation to an agent, or give this person another role.",
            "assignee"
        );

    public static Error TeamUnknown { get; } =
        Error.Invalid("conversation.team_unknown", "There is no such team.", "team");

    public static Error Taken(string name) =>
        Error.Conflict("conversation.taken", $"{name} has taken this conversation already.") with
        {
            Args = [name],
        };

    public static Error Merged { get; } =
        Error.Conflict(
            "conversation.merged",
            "This conversation was merged into another one: go on there."
        );

    public static Error MergeSame { get; } =
        Error.Invalid("conversation.merge_same", "Choose another conversation to merge.", "other");

    public static Error MergeOtherContact { get; } =
        Error.Conflict(
            "conversation.merge_other_contact",
            "Only conversations of one contact can be merged. Merge the contacts first."
        );

    public static Error SnoozeTime { get; } =
        Error.Invalid(
            "conversation.snooze_time",
            "Choose a time in the future, at most a year from now.",
            "until"
        );

    public static Error UnknownPriority { get; } =
        Error.Invalid(
            "conversation.unknown_priority",
            "The priority is one of low, normal, high or urgent.",
            "priority"
        );

    public static Error TitleTooLong { get; } =
        Error.Invalid(
            "conversation.title_too_long",
            "A title may have at most 255 characters.",
            "title"
        );

    public static Error TooManyTags { get; } =
        Error.Invalid(
            "conversation.too_many_tags",
            $"A conversation may have at most {TagConversation.Most} tags. Take one off first.",
            "tags"
        );

    public static Error TooManyAtOnce { get; } =
        Error.Invalid(
            "conversation.too_many",
            $"Choose 1 to {ChangeConversations.Most} conversations.",
            "ids"
        );

    public static Error CannotSee { get; } =
        Error.Invalid(
            "conversation.cannot_see",
            "This person cannot see the conversation. Add them to its channel, or assign it to them.",
            "person"
        );

    public static Error MentionUnknown { get; } =
        Error.Invalid(
            "message.mention_unknown",
            "A mentioned person is no member, or cannot see this conversation. Take the mention out, or add the person to the channel.",
            "mentions"
        );

    public static Error HandoffReason { get; } =
        Error.Invalid(
            "conversation.handoff_reason",
            $"Say in 1 to {HandOver.MaxReason} characters why somebody else should go on.",
            "reason"
        );

    public static Error HandoffResolved { get; } =
        Error.Conflict(
            "conversation.handoff_resolved",
            "The conversation is resolved. Open it first to hand it over."
        );

    public static Error NotResolved { get; } =
        Error.Conflict(
            "conversation.not_resolved",
            "A rating can be asked for once the conversation is resolved."
        );

    public static Error RatingGone { get; } =
        Error.NotFound(
            "rating.gone",
            "This link was used already, or is older than 30 days. Thank you anyway."
        );

    public static Error RatingInvalid { get; } =
        Error.Invalid(
            "rating.invalid",
            "A rating is 1 to 5, with at most 2,000 characters of comment.",
            "score"
        );
}
