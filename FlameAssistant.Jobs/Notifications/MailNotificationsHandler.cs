using FlameAssistant.Data.Notifications;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Mail;
using FlameAssistant.Jobs.Outbox;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Notifications;

/// <summary>Where people reach the product; links in letters begin with it.</summary>
public sealed class PublicAddressOptions
{
    public string PublicUrl { get; set; } = "http://localhost:5080";
}

/// <summary>Writes to a member what they have not seen after some minutes: all of it in one letter.</summary>
public sealed class MailNotificationsHandler(
    TenantUnits units,
    MailQueue mails,
    IOptions<PublicAddressOptions> address
) : IOutboxHandler
{
    public string Kind => OutboxKinds.MailNotifications;

    public int Parallelism => 2;

    public async Task HandleAsync(TenantRef tenant, ClaimedWork work, CancellationToken ct)
    {
        var due = await units.RunAsync(
            tenant,
            Actor.System,
            new TakeDueMail(work.Id, work.SubjectId),
            ct
        );
        if (due is { IsOk: true, Value: { } letter })
        {
            mails.Send(NotificationMail.Write(tenant, letter, address.Value.PublicUrl));
        }
    }
}
