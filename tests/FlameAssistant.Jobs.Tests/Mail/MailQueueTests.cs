using FlameAssistant.Jobs.Mail;
using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Tests.Mail;

public sealed class MailQueueTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("flame-mail-").FullName;
    private readonly EphemeralDataProtectionProvider protection = new();
    private readonly KeptJobs jobs = new();
    private readonly OutgoingMail mail = MailTemplates.PasswordReset(
        "es",
        "ana@example.test",
        "https://flame.test/account/reset-password?token=very-secret"
    );

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Send_should_hand_the_job_nothing_readable()
    {
        new MailQueue(jobs, protection).Send(mail);
        var argument = jobs.Kept.ShouldHaveSingleItem().Args[0].ShouldBeOfType<string>();
        argument.ShouldNotContain("very-secret");
        argument.ShouldNotContain("ana@");
    }

    [Fact]
    public async Task SendMailJob_should_keep_the_letter_in_the_folder()
    {
        new MailQueue(jobs, protection).Send(mail);
        var mailer = new FolderMailer(
            Options.Create(new MailOptions { Folder = Path.Combine(folder, "mail") }),
            TimeProvider.System
        );
        (await mailer.ListAsync(CancellationToken.None)).ShouldBeEmpty();

        await new SendMailJob(mailer, protection).RunAsync(
            (string)jobs.Kept[0].Args[0],
            CancellationToken.None
        );

        var kept = (await mailer.ListAsync(CancellationToken.None)).ShouldHaveSingleItem();
        kept.Subject.ShouldBe(mail.Subject);
        kept.To.ShouldBe("ana@example.test");
        kept.Text.ShouldContain("token=very-secret");
        kept.Html.ShouldContain("Elegir contrase");
    }

    [Fact]
    public async Task SmtpMailer_should_say_which_setting_is_missing()
    {
        var mailer = new SmtpMailer(Options.Create(new MailOptions()), TimeProvider.System);
        var problem = await Should.ThrowAsync<InvalidOperationException>(() =>
            mailer.SendAsync(mail, CancellationToken.None)
        );
        problem.Message.ShouldContain("Flame__Smtp__Host");
    }

    private sealed class KeptJobs : IBackgroundJobClient
    {
        public List<Job> Kept { get; } = [];

        public string Create(Job job, IState state)
        {
            Kept.Add(job);
            return "1";
        }

        public bool ChangeState(string jobId, IState state, string expectedState) => true;
    }
}
