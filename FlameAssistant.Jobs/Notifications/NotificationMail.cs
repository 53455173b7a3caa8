using System.Globalization;
using FlameAssistant.Data.Notifications;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Mail;

namespace FlameAssistant.Jobs.Notifications;

/// <summary>The letter of unseen notifications. One leads to its conversation, several to the inbox.</summary>
public static class NotificationMail
{
    public static OutgoingMail Write(TenantRef tenant, DueMail due, string publicUrl)
    {
        var culture = MailTemplates.CultureOf(due.Language);
        var lines = due.Notifications.Select(n =>
            MailTemplates.Say(
                culture,
                $"Notify.{n.Type}",
                n.Title,
                string.IsNullOrWhiteSpace(n.Message) ? "…" : n.Message
            )
        );
        var inbox = $"{publicUrl.TrimEnd('/')}/t/{tenant.Slug}/inbox";
        var link = due.Notifications is [{ ConversationNumber: { } number }]
            ? string.Create(CultureInfo.InvariantCulture, $"{inbox}/{number}")
            : inbox;
        return MailTemplates.Unseen(culture, due.To, link, tenant.Brand, [.. lines]);
    }
}
