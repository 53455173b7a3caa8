using System.Text.Json;
using Hangfire;
using Microsoft.AspNetCore.DataProtection;

namespace FlameAssistant.Jobs.Mail;

/// <summary>
/// Gives a letter to a job and returns. Letters carry links that open accounts, and only hashes of those are stored: so the
/// job's argument is the whole letter, sealed by the key ring and void after a day, and never readable in Hangfire's tables
/// or on its dashboard. Called after the commit; a letter lost between the two is asked for again by the person.
/// </summary>
public sealed class MailQueue(IBackgroundJobClient jobs, IDataProtectionProvider protection)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    internal static ITimeLimitedDataProtector Seal(IDataProtectionProvider protection) =>
        protection.CreateProtector("mail").ToTimeLimitedDataProtector();

    public void Send(OutgoingMail mail)
    {
        var sealedMail = Seal(protection).Protect(JsonSerializer.Serialize(mail), Life);
        jobs.Enqueue<SendMailJob>(job => job.RunAsync(sealedMail, CancellationToken.None));
    }
}

/// <summary>Opens a sealed letter and sends it; Hangfire tries again, with growing pauses, while the server refuses.</summary>
public sealed class SendMailJob(IMailer mailer, IDataProtectionProvider protection)
{
    [AutomaticRetry(Attempts = 6, OnAttemptsExceeded = AttemptsExceededAction.Fail)]
    public async Task RunAsync(string sealedMail, CancellationToken ct)
    {
        var mail = JsonSerializer.Deserialize<OutgoingMail>(
            MailQueue.Seal(protection).Unprotect(sealedMail)
        )!;
        await mailer.SendAsync(mail, ct);
    }
}
