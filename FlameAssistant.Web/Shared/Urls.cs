using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace FlameAssistant.Web.Shared;

/// <summary>Addresses of the product's pages. Every link is made here.</summary>
public static class Urls
{
    public const string SignIn = "/account/login";
    public const string SignOut = "/account/logout";
    public const string Denied = "/account/denied";
    public const string Upgrading = "/account/upgrading";
    public const string Workspaces = "/account/workspaces";
    public const string Theme = "/account/theme";
    public const string Language = "/account/language";
    public const string ForgotPassword = "/account/forgot-password";
    public const string ResetPassword = "/account/reset-password";
    public const string ConfirmEmail = "/account/confirm-email";
    public const string ResendConfirmation = "/account/resend-confirmation";
    public const string Invitation = "/account/invitation";
    public const string SecondStep = "/account/second-step";
    public const string Profile = "/account/profile";
    public const string Avatar = "/account/avatar";
    public const string ChangePassword = "/account/password";
    public const string TwoFactor = "/account/two-factor";
    public const string Passkeys = "/account/passkeys";
    public const string PasskeyCreation = "/account/passkeys/creation";
    public const string PasskeyRequest = "/account/passkeys/request";
    public const string Sessions = "/account/sessions";
    public const string DevMail = "/account/dev-mail";
    public const string NotFound = "/not-found";
    public const string Broken = "/error";

    public static string SignInThen(string returnUrl) =>
        QueryHelpers.AddQueryString(SignIn, "returnUrl", returnUrl);

    public static string Inbox(string slug, long? number = null, string? query = null) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"/t/{slug}/inbox{(number is null ? "" : "/")}{number}{query}"
        );

    public static string SecondStepThen(string returnUrl, bool remember) =>
        QueryHelpers.AddQueryString(
            SecondStep,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["returnUrl"] = returnUrl,
                ["remember"] = remember ? "true" : null,
            }
        );

    public static string InvitationOf(string token) =>
        QueryHelpers.AddQueryString(Invitation, "token", token);

    public const string System = "/system";
    public const string SystemTenants = "/system/tenants";
    public const string SystemUsers = "/system/users";
    public const string SystemPlans = "/system/plans";
    public const string SystemFlags = "/system/flags";
    public const string SystemSettings = "/system/settings";
    public const string SystemAudit = "/system/audit";
    public const string SystemAuditCsv = "/system/audit.csv";
    public const string SystemQuarantine = "/system/quarantine";
    public const string SystemHealth = "/system/health";
    public const string Jobs = "/hangfire";

    public static string SystemTenant(string slug) => $"{SystemTenants}/{slug}";

    public static string SystemUser(Guid id) => $"{SystemUsers}/{id}";

    public static string General(string slug) => $"/t/{slug}/settings/general";

    public static string Audit(string slug) => $"/t/{slug}/settings/audit";

    public static string AuditCsv(string slug) => $"/t/{slug}/settings/audit.csv";

    /// <summary>A file of a message, or of the reader's own draft.</summary>
    /// <param name="thumb">The small copy of a picture.</param>
    public static string File(string slug, Guid id, bool thumb = false) =>
        $"/t/{slug}/files/{id:D}{(thumb ? "?thumb=1" : "")}";

    /// <summary>Where files of a draft are posted to, see FileEndpoints.</summary>
    public static string Upload(string slug, Guid conversationId) =>
        $"/t/{slug}/files?conversation={conversationId:D}";

    public static string Rate(string token) => $"/rate/{Uri.EscapeDataString(token)}";

    /// <param name="query">As <c>ContactsQuery</c> writes it.</param>
    public static string Contacts(string slug, string? query = null) =>
        $"/t/{slug}/contacts{query}";

    public static string Contact(string slug, Guid id) => $"/t/{slug}/contacts/{id:D}";

    public static string ContactsCsv(string slug, string? query = null) =>
        $"/t/{slug}/contacts.csv{query}";

    public static string ImportContacts(string slug, Guid? import = null) =>
        $"/t/{slug}/contacts/import{(import is null ? "" : $"?id={import:D}")}";

    public static string ImportReport(string slug, Guid import) =>
        $"/t/{slug}/contacts/import/{import:D}/report.csv";

    public static string Templates(string slug) => $"/t/{slug}/templates";

    public static string Fields(string slug) => $"/t/{slug}/settings/fields";

    public static string Tags(string slug) => $"/t/{slug}/settings/tags";

    public static string NotificationSettings(string slug) => $"/t/{slug}/settings/notifications";

    public static string Teams(string slug) => $"/t/{slug}/settings/teams";

    /// <param name="channel">The one whose form is open.</param>
    public static string Routing(string slug, Guid? channel = null) =>
        $"/t/{slug}/settings/routing{(channel is null ? "" : $"?channel={channel:D}")}";

    public static string Channels(string slug) => $"/t/{slug}/settings/channels";

    public static string Channel(string slug, Guid id) => $"{Channels(slug)}/{id:D}";

    public static string ChannelTemplates(string slug, Guid id) => $"{Channel(slug, id)}/templates";

    /// <summary>The steps that connect one of this type.</summary>
    public static string NewChannel(string slug, string type) =>
        $"{Channels(slug)}/new/{Uri.EscapeDataString(type)}";

    public static string Quarantine(string slug, string? query = null) =>
        $"/t/{slug}/settings/quarantine{query}";

    public static string Members(string slug) => $"/t/{slug}/settings/members";

    /// <summary>The slug of an address under <c>/t/{slug}</c>, or null.</summary>
    public static string? SlugOf(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts is ["t", var slug, ..] ? slug.Split('?', '#')[0] : null;
    }

    /// <summary>An address on this site, or the fallback: a link cannot send a signed-in person elsewhere.</summary>
    public static string LocalOr(string? url, string fallback) => IsLocal(url) ? url! : fallback;

    private static bool IsLocal(string? url) =>
        url is ['/', ..]
        && (url.Length == 1 || url[1] is not ('/' or '\\'))
        && !url.Any(char.IsControl);
}
