using System.Globalization;
using System.Net;
using System.Resources;

namespace FlameAssistant.Jobs.Mail;

/// <summary>
/// The product's letters, in the reader's language. Values are text: encoded in HTML, and without line breaks, so that a
/// name cannot write a header or a paragraph of its own.
/// </summary>
public static class MailTemplates
{
    private static readonly ResourceManager texts = new(
        "FlameAssistant.Jobs.Mail.MailText",
        typeof(MailTemplates).Assembly
    );

    /// <param name="inviter">Null when the installation itself invites.</param>
    public static OutgoingMail Invitation(
        string language,
        string to,
        string workspace,
        string? inviter,
        string link
    ) =>
        inviter is null
            ? Write("Welcome", language, to, link, workspace)
            : Write("Invitation", language, to, link, workspace, inviter);

    public static OutgoingMail PasswordReset(string language, string to, string link) =>
        Write("Reset", language, to, link, to);

    public static OutgoingMail ConfirmEmail(string language, string to, string link) =>
        Write("Confirm", language, to, link, to);

    public static OutgoingMail PasswordChanged(string language, string to, string link) =>
        Write("Changed", language, to, link, to);

    /// <param name="lines">One sentence per notification.</param>
    internal static OutgoingMail Unseen(
        CultureInfo culture,
        string to,
        string link,
        string workspace,
        IReadOnlyList<string> lines
    ) =>
        Write(
            lines.Count == 1 ? "Unseen" : "UnseenMany",
            culture.Name,
            to,
            link,
            workspace,
            string.Join(" · ", lines),
            lines.Count.ToString(culture)
        );

    /// <summary>English where the language is none of ours.</summary>
    internal static CultureInfo CultureOf(string language) =>
        new(language.StartsWith("es", StringComparison.OrdinalIgnoreCase) ? "es" : "en");

    internal static string Say(CultureInfo culture, string key, params object[] values) =>
        string.Format(culture, texts.GetString(key, culture)!, values);

    private static OutgoingMail Write(
        string kind,
        string language,
        string to,
        string link,
        params string[] values
    )
    {
        var culture = new CultureInfo(language);
        object[] plain = [.. values.Select(OneLine)];
        object[] encoded = [.. plain.Select(value => WebUtility.HtmlEncode((string)value))];
        string Text(string part) =>
            string.Format(culture, texts.GetString($"{kind}.{part}", culture)!, plain);
        string Html(string part) =>
            string.Format(
                culture,
                WebUtility.HtmlEncode(texts.GetString($"{kind}.{part}", culture)!),
                encoded
            );
        var footer = texts.GetString("Footer", culture)!;
        var address = WebUtility.HtmlEncode(link);
        return new OutgoingMail(
            to,
            Text("Subject"),
            $"{Text("Title")}\n\n{Text("Text")}\n\n{Text("Button")}:\n{link}\n\n{Text("Note")}\n\n-- \n{footer}\n",
            $"""
            <!DOCTYPE html>
            <html lang="{culture.TwoLetterISOLanguageName}">
            <body style="margin:0;padding:32px 16px;background:#f4f4f5;color:#1c1c21;font:400 15px/24px Inter,system-ui,-apple-system,'Segoe UI',sans-serif">
            <table role="presentation" align="center" width="100%" style="max-width:520px;margin:0 auto;border:1px solid #e4e4e7;border-radius:16px;background:#ffffff">
            <tr><td style="padding:32px">
            <p style="margin:0 0 24px;font-weight:600;color:#c2410c">Flame Assistant</p>
            <h1 style="margin:0 0 12px;font-size:20px;line-height:28px;font-weight:600">{Html(
                "Title"
            )}</h1>
            <p style="margin:0 0 24px;color:#53545f">{Html("Text")}</p>
            <p style="margin:0 0 24px"><a href="{address}" style="display:inline-block;padding:10px 20px;border-radius:8px;background:#c2410c;color:#ffffff;font-weight:600;text-decoration:none">{Html(
                "Button"
            )}</a></p>
            <p style="margin:0 0 16px;color:#53545f;font-size:13px;line-height:20px">{Html(
                "Note"
            )}</p>
            <p style="margin:0;color:#63646f;font-size:12px;line-height:18px;word-break:break-all">{address}</p>
            </td></tr></table>
            <p style="max-width:520px;margin:16px auto 0;color:#63646f;font-size:12px;text-align:center">{WebUtility.HtmlEncode(
                footer
            )}</p>
            </body>
            </html>
            """
        );
    }

    private static string OneLine(string value) =>
        string.Concat(value.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
}
