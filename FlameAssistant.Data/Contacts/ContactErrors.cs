using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Contacts;

/// <summary>The expected failures of contacts.</summary>
public static class ContactErrors
{
    public static Error NotFound { get; } =
        Error.NotFound("contact.not_found", "There is no such contact.");

    public static Error Merged { get; } =
        Error.Conflict("contact.merged", "This contact was merged into another one: go on there.");

    public static Error MergeSame { get; } =
        Error.Invalid("contact.merge_same", "Choose another contact to merge.", "other");

    public static Error NotMerged { get; } =
        Error.Conflict(
            "contact.not_merged",
            "This merge was undone already, or the contact was merged on: undo the later merge first."
        );

    public static Error UnknownConsent { get; } =
        Error.Invalid(
            "contact.consent",
            "Consent is opted_in, opted_out or unknown, with at most 500 characters of note.",
            "consent"
        );

    public static Error NoteLength { get; } =
        Error.Invalid(
            "contact.note",
            $"A note has 1 to {AddContactNote.MaxLength:N0} characters.",
            "note"
        );

    public static Error NoteNotFound { get; } =
        Error.NotFound("contact.note_gone", "There is no such note of yours.");

    public static Error EraseName { get; } =
        Error.Invalid(
            "contact.erase_name",
            "Type the contact's name, or number, exactly as it is shown.",
            "typed"
        );

    public static Error EraseRight { get; } =
        new(
            ErrorKind.Forbidden,
            "contact.erase_right",
            "Erasing takes everything of a person, so it is for managers and admins, who see all of it."
        );

    /// <summary>What nobody but a person who answers may write to somebody who does not want it.</summary>
    public static Error OptedOut { get; } =
        Error.Conflict(
            "message.opted_out",
            "The contact does not want messages. Only a person's answer to what they wrote may go out."
        );

    public static Error NotUpgraded { get; } =
        new(
            ErrorKind.Unavailable,
            "contact.upgrading",
            "The workspace is being upgraded. Try again in a minute."
        );

    public static Error Invalid(IReadOnlyDictionary<string, string> problems) =>
        new(ErrorKind.Invalid, "contact.invalid", string.Join(' ', problems.Values), problems);
}
