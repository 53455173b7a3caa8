using MimeKit;

namespace FlameAssistant.Jobs.Mail;

/// <summary>A letter as it is sent: both forms say the same.</summary>
public sealed record OutgoingMail(string To, string Subject, string Text, string Html)
{
    internal MimeMessage ToMime(string from, DateTimeOffset now)
    {
        var message = new MimeMessage { Subject = Subject, Date = now };
        message.From.Add(MailboxAddress.Parse(from));
        message.To.Add(MailboxAddress.Parse(To));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Body = new BodyBuilder { TextBody = Text, HtmlBody = Html }.ToMessageBody();
        return message;
    }
}

/// <summary>The way out of the house for a letter. The world behind it is slow: only jobs call it.</summary>
public interface IMailer
{
    Task SendAsync(OutgoingMail mail, CancellationToken ct);
}
