using System.Net.Mail;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Members;

public static class MemberErrors
{
    public static bool IsEmail(string? text) =>
        text is { Length: > 2 and <= 255 }
        && MailAddress.TryCreate(text, out var address)
        && address.Address == text
        && !text.Any(char.IsWhiteSpace);

    public static Error NotAnEmail(string text) =>
        Error.Invalid("user.email", $"'{text}' is not an e-mail address.", "email");

    public static Error UnknownRole(string role) =>
        Error.Invalid(
            "user.role",
            $"'{role}' is no role: use one of {string.Join(", ", MemberRoles.OfTenants)}.",
            "role"
        );

    public static Error UnknownPermission { get; } =
        Error.Invalid(
            "member.permission",
            $"Permissions are {string.Join(", ", PermissionChanges.Changeable.Order(StringComparer.Ordinal))}.",
            "permissions"
        );

    public static Error WeakPassword(string reasons) =>
        Error.Invalid("user.password", $"The password is too weak: {reasons}", "password");

    public static Error MemberAlready(string email) =>
        Error.Invalid("member.exists", $"{email} is a member of this workspace already.", "email");

    public static Error InvitedAlready(string email) =>
        Error.Invalid(
            "member.invited",
            $"{email} is invited already: send the invitation again from the list.",
            "email"
        );

    public static Error Deactivated(string email) =>
        Error.Invalid(
            "member.deactivated",
            $"{email} is a deactivated member: reactivate them in the list.",
            "email"
        );

    public static Error NoSeat(Seats seats) =>
        Error.Conflict(
            "member.no_seat",
            $"{seats.Used} of {seats.Allowed} places are taken, open invitations included. Free one, or raise the plan: the owner and the admins of the workspace can."
        ) with
        {
            Args = [seats.Used, seats.Allowed],
        };

    public static Error UnknownMember { get; } =
        Error.NotFound("member.unknown", "There is no such member in this workspace.");

    public static Error AboveYourself { get; } =
        Error.Conflict(
            "member.above_yourself",
            "You cannot grant more than you may do yourself. Ask an admin or the owner."
        );

    public static Error Yourself { get; } =
        Error.Conflict(
            "member.yourself",
            "You cannot change your own place. Ask another admin or the owner."
        );

    public static Error LastOwner { get; } =
        Error.Conflict(
            "member.last_owner",
            "A workspace always has its owner. Hand the ownership over first."
        );

    public static Error NoInvitation { get; } =
        Error.Conflict(
            "member.no_invitation",
            "This invitation was accepted already: the person is a member."
        );

    public static Error NotAcceptedYet { get; } =
        Error.Conflict(
            "member.not_accepted",
            "This person has not accepted the invitation yet, or is deactivated."
        );

    public static Error BadInvitation { get; } =
        Error.NotFound(
            "invitation.bad",
            "This invitation was used, revoked, or is older than seven days. Ask for a new one."
        );

    public static Error SignInFirst(string email) =>
        Error.Conflict(
            "invitation.sign_in_first",
            $"This invitation is for {email}. Sign in with that account to accept it."
        );
}
