using System.Globalization;
using Microsoft.Extensions.Options;
using MimeKit;

namespace FlameAssistant.Jobs.Mail;

/// <summary>Keeps letters as files instead of sending them: for Development, where nobody runs a mail server.</summary>
public sealed class FolderMailer(IOptions<MailOptions> options, TimeProvider clock) : IMailer
{
    private const int Shown = 50;

    private string Folder => options.Value.Folder!;

    public async Task SendAsync(OutgoingMail mail, CancellationToken ct)
    {
        Directory.CreateDirectory(Folder);
        var now = clock.GetUtcNow();
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"{now:yyyyMMdd-HHmmss-fff}-{Guid.NewGuid().ToString("N")[..8]}.eml"
        );
        var draft = Path.Combine(Folder, name + ".new");
        await mail.ToMime(options.Value.From, now).WriteToAsync(draft, ct);
        // Whoever lists the folder sees whole letters only.
        File.Move(draft, Path.Combine(Folder, name));
    }

    /// <summary>The latest letters, the newest first.</summary>
    public async Task<IReadOnlyList<KeptMail>> ListAsync(CancellationToken ct)
    {
        var kept = new List<KeptMail>();
        if (!Directory.Exists(Folder))
        {
            return kept;
        }
        foreach (
            var file in Directory
                .EnumerateFiles(Folder, "*.eml")
                .OrderDescending(StringComparer.Ordinal)
                .Take(Shown)
        )
        {
            using var message = await MimeMessage.LoadAsync(file, ct);
            kept.Add(
                new KeptMail(
                    Path.GetFileNameWithoutExtension(file),
                    message.To.ToString(),
                    message.Subject ?? "",
                    message.Date,
                    message.TextBody ?? "",
                    message.HtmlBody ?? ""
                )
            );
        }
        return kept;
    }
}

public sealed record KeptMail(
    string Id,
    string To,
    string Subject,
    DateTimeOffset At,
    string Text,
    string Html
);
