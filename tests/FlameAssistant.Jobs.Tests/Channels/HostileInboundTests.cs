using System.Net;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Mail;
using FlameAssistant.Testing;

namespace FlameAssistant.Jobs.Tests.Channels;

/// <summary>Hostile words in every place of every provider's bodies: taken in as words, whatever they look like.</summary>
public sealed class HostileInboundTests(JobsDatabase database) : IClassFixture<JobsDatabase>
{
    private static readonly (string Type, string Folder, string Prefix)[] providers =
    [
        (ChannelTypes.WhatsApp, "whatsapp-cloud", "in_"),
        (ChannelTypes.Messenger, "messenger", "in_"),
        (ChannelTypes.Instagram, "instagram", "in_"),
        (ChannelTypes.Telegram, "telegram", "update_"),
    ];

    public static TheoryData<string> Bodies() =>
        [
            .. providers.SelectMany(p =>
                Fixtures
                    .Names(p.Folder, p.Prefix)
                    .Select(name => $"{p.Type} {p.Folder}/{name}.json")
            ),
        ];

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Every_body_should_be_read_as_it_is_without_them(string body)
    {
        var parts = body.Split(' ');
        var connector = database.Get<ChannelCatalog>().Find(parts[0])!;
        var plain = connector.Parse(Fixtures.Bytes(parts[1]));
        foreach (var text in HostileTexts.All.Append(HostileTexts.Half))
        {
            var poisoned = Fixtures.Json(parts[1]);
            HostileTexts.Poison(poisoned, text);

            var items = connector.Parse(HostileTexts.Write(poisoned));

            items.Select(Kind).ShouldBe(plain.Select(Kind), text[..Math.Min(text.Length, 60)]);
            foreach (var message in items.OfType<InboundItem.Message>())
            {
                message.Value.Text.ShouldBe(StorableText.Clean(message.Value.Text));
                message.Value.ProfileName.ShouldBe(StorableText.Clean(message.Value.ProfileName));
            }
        }
    }

    [Fact]
    public async Task What_was_written_should_be_stored_as_it_was_written()
    {
        var tenant = await database.NewTenantAsync();
        var channel = await database.NewChannelAsync(tenant, accountId: "111222333");
        var journal = database.Get<InboundJournal>();
        for (var i = 0; i < HostileTexts.All.Count; i++)
        {
            await journal.StoreAsync(
                ChannelTypes.WhatsApp,
                channel,
                Fixtures.WhatsAppText(
                    "111222333",
                    $"wamid.h{i:000}",
                    $"54911666{i:0000}",
                    HostileTexts.All[i]
                ),
                default
            );
        }
        await using var worker = await database.StartAsync<InboundWorker>();
        await Eventually.IsTrueAsync(
            async () =>
                await database.AskAsync<long>(
                    "SELECT count(*) FROM shared.inbound_events WHERE state = 'pending'"
                ) == 0,
            TimeSpan.FromMinutes(1)
        );

        (
            await database.AskAsync<string>(
                "SELECT string_agg(reason, '; ') FROM shared.inbound_quarantine"
            )
        ).ShouldBeNull();
        for (var i = 0; i < HostileTexts.All.Count; i++)
        {
            (
                await database.AskAsync<string>(
                    $"SELECT content FROM messages WHERE external_message_id = 'wamid.h{i:000}'",
                    tenant
                )
            ).ShouldBe(StorableText.Clean(HostileTexts.All[i]));
        }
    }

    [Theory]
    [InlineData("en")]
    [InlineData("es")]
    public void Letters_should_show_them_as_words(string language)
    {
        foreach (var text in HostileTexts.All)
        {
            var culture = MailTemplates.CultureOf(language);
            foreach (
                var mail in new[]
                {
                    MailTemplates.Invitation(
                        language,
                        "x@example.test",
                        text,
                        text,
                        "https://x.test"
                    ),
                    MailTemplates.Unseen(
                        culture,
                        "x@example.test",
                        "https://x.test",
                        text,
                        [MailTemplates.Say(culture, "Notify.mention", text, text)]
                    ),
                }
            )
            {
                mail.Subject.ShouldNotContain('\n');
                mail.Subject.ShouldNotContain('\r');
                var encoded = WebUtility.HtmlEncode(text);
                if (encoded != text)
                {
                    mail.Html.Replace(encoded, "", StringComparison.Ordinal).ShouldNotContain(text);
                }
                foreach (
                    var tag in new[] { "<script", "<img", "<svg", "<iframe", "<base", "<form" }
                )
                {
                    mail.Html.ShouldNotContain(tag, Case.Insensitive);
                }
            }
        }
    }

    [Fact]
    public void No_cell_of_a_file_should_be_a_formula()
    {
        foreach (var text in HostileTexts.All)
        {
            var cell = CsvCell.Of(text).Trim('"').TrimStart();
            (cell.Length > 0 ? cell[0] : ' ').ShouldNotBeOneOf(
                '=',
                '+',
                '-',
                '@',
                '\uff1d',
                '\uff0b',
                '\uff0d',
                '\uff20'
            );
        }
    }

    private static string Kind(InboundItem item) => item.GetType().Name;
}
