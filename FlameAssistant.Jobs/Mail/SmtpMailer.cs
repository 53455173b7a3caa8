using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Mail;

/// <summary>Hands letters to the SMTP server of the settings, one connection each: letters are few.</summary>
public sealed class SmtpMailer(IOptions<MailOptions> options, TimeProvider clock) : IMailer
{
    private const int ImplicitTlsPort = 465;
    private const int TimeoutMilliseconds = 20_000;

    public async Task SendAsync(OutgoingMail mail, CancellationToken ct)
    {
        var settings = options.Value;
        if (string.IsNullOrWhiteSpace(settings.Host))
        {
            throw new InvalidOperationException(
                "No mail can be sent: set Flame__Smtp__Host and Flame__Smtp__From."
            );
        }
        using var smtp = new SmtpClient { Timeout = TimeoutMilliseconds };
        await smtp.ConnectAsync(settings.Host, settings.Port, SecurityOf(settings), ct);
        if (!string.IsNullOrEmpty(settings.User))
        {
            await smtp.AuthenticateAsync(settings.User, settings.Password ?? "", ct);
        }
        await smtp.SendAsync(mail.ToMime(settings.From, clock.GetUtcNow()), ct);
        await smtp.DisconnectAsync(quit: true, ct);
    }

    internal static SecureSocketOptions SecurityOf(MailOptions settings) =>
        settings switch
        {
            { UseTls: false } => SecureSocketOptions.None,
            { Port: ImplicitTlsPort } => SecureSocketOptions.SslOnConnect,
            { UseTls: true } => SecureSocketOptions.StartTls,
            { User.Length: > 0 } => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.StartTlsWhenAvailable,
        };
}
