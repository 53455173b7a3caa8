using System.Collections;
using System.Globalization;
using System.Resources;
using FlameAssistant.Jobs.Mail;

namespace FlameAssistant.Jobs.Tests.Mail;

public sealed class MailTemplatesTests
{
    private const string Link = "https://flame.test/account/invitation?token=abc&x=1";

    public static TheoryData<string, string> Letters() =>
        new() { { "en", "Ana invites you to Acme" }, { "es", "Ana te invita a Acme" } };

    [Theory]
    [MemberData(nameof(Letters))]
    public void Invitation_should_speak_the_readers_language(string language, string subject)
    {
        var mail = MailTemplates.Invitation(language, "x@example.test", "Acme", "Ana", Link);
        mail.Subject.ShouldBe(subject);
        mail.Text.ShouldContain(Link);
        mail.Html.ShouldContain($"<html lang=\"{language}\">");
        mail.Html.ShouldContain("token=abc&amp;x=1");
    }

    [Theory]
    [InlineData("en")]
    [InlineData("es")]
    public void Values_should_be_text_and_nothing_else(string language)
    {
        var mail = MailTemplates.Invitation(
            language,
            "x@example.test",
            "<script>alert(1)</script>",
            "Eve\r\nBcc: all@example.test {0}",
            Link
        );
        mail.Html.ShouldNotContain("<script>");
        mail.Html.ShouldContain("&lt;script&gt;");
        mail.Subject.ShouldNotContain('\n');
        mail.Subject.ShouldNotContain('\r');
    }

    [Fact]
    public void Every_letter_should_be_complete_in_both_languages()
    {
        foreach (var language in (string[])["en", "es"])
        {
            foreach (
                var mail in (OutgoingMail[])
                    [
                        MailTemplates.Invitation(language, "x@example.test", "Acme", null, Link),
                        MailTemplates.PasswordReset(language, "x@example.test", Link),
                        MailTemplates.ConfirmEmail(language, "x@example.test", Link),
                        MailTemplates.PasswordChanged(language, "x@example.test", Link),
                    ]
            )
            {
                mail.Subject.ShouldNotBeNullOrWhiteSpace();
                mail.Text.ShouldContain(Link);
                mail.Text.ShouldNotContain("{0}");
            }
        }
    }

    [Fact]
    public void Both_languages_should_have_the_same_texts()
    {
        var texts = new ResourceManager(
            "FlameAssistant.Jobs.Mail.MailText",
            typeof(MailTemplates).Assembly
        );
        Keys(texts, "es").ShouldBe(Keys(texts, ""));
    }

    private static List<string> Keys(ResourceManager texts, string culture) =>
        [
            .. texts
                .GetResourceSet(
                    new CultureInfo(culture),
                    createIfNotExists: true,
                    tryParents: false
                )!
                .Cast<DictionaryEntry>()
                .Select(entry => (string)entry.Key)
                .Order(StringComparer.Ordinal),
        ];
}
