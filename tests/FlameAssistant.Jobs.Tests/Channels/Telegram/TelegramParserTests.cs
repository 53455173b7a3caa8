using System.Text;
using CsCheck;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Channels.Telegram;
using FlameAssistant.Testing;

namespace FlameAssistant.Jobs.Tests.Channels.Telegram;

/// <summary>What each update becomes.</summary>
public sealed class TelegramParserTests
{
    public static TheoryData<string, string> Updates { get; } =
        new()
        {
            { "update_text", "message 1111111:1365 text: Olá! 😀" },
            { "update_start_deeplink", "message 1111111:1365 referral: promo1" },
            { "update_edited_message", "event 1111111:1365 edit: Olá, corrigido" },
            { "update_reply", "message 1111111:1365 text > 1111111:1300: esse" },
            { "update_photo", "message 1111111:1365 image + image AgAC-x: Comprovante" },
            {
                "update_media_group_1",
                "message 1111111:album:13579 part 1111111:1366 image + image AgAC-g1: 2 fotos"
            },
            {
                "update_media_group_2",
                "message 1111111:album:13579 part 1111111:1367 image + image AgAC-g2: "
            },
            { "update_voice", "message 1111111:1365 audio + audio AwAC: " },
            { "update_audio", "message 1111111:1365 audio + audio CQAC x.mp3: " },
            { "update_video", "message 1111111:1365 video + video BAAC: " },
            {
                "update_document",
                "message 1111111:1365 document + document BQAC contrato.pdf: contrato"
            },
            {
                "update_document_over_20mb",
                "message 1111111:1365 document + document BQAC-big big.zip (57 MB): "
            },
            { "update_sticker", "message 1111111:1365 sticker + sticker CAAC: 😀" },
            { "update_location", "message 1111111:1365 location: " },
            { "update_venue", "message 1111111:1365 location: MASP, Av. Paulista, 1578" },
            { "update_contact", "message 1111111:1365 contacts: Ana" },
            {
                "update_callback_query",
                "message 1111111:press:4382bfdwdsb323b2d9 text > 1111111:1300: yes"
            },
            { "update_my_chat_member_blocked", "mark blocked 1795370400" },
            { "update_group_message", "ignored" },
        };

    [Theory]
    [MemberData(nameof(Updates))]
    public void Parse_should_read_each_update(string name, string expected) =>
        Shown(Single(name)).ShouldBe(expected);

    [Fact]
    public void Fixtures_should_all_be_read() =>
        Fixtures
            .Names("telegram", "update_")
            .ShouldBe(Updates.Select(r => r.Data.Item1).Order(StringComparer.Ordinal));

    [Fact]
    public void Parse_should_know_the_customer_by_chat_and_name()
    {
        var message = Message("update_text");
        message.Identities.ShouldBe([
            new InboundIdentity(IdentityKinds.Telegram, "1111111"),
            new InboundIdentity(IdentityKinds.Username, "anasouza"),
        ]);
        (message.ProfileName, message.ProviderAt.ToUnixTimeSeconds()).ShouldBe(
            ("Ana Souza", 1795370400)
        );
    }

    [Fact]
    public void Parse_should_say_plainly_that_a_file_is_too_large()
    {
        var refusal = Message("update_document_over_20mb").Media.ShouldHaveSingleItem().Refusal;
        refusal.ShouldNotBeNull();
        refusal.ShouldContain("20 MB");
        Message("update_document").Media.ShouldHaveSingleItem().Refusal.ShouldBeNull();
    }

    [Fact]
    public void Parse_should_give_places_and_cards_the_products_shape()
    {
        Message("update_venue")
            .Metadata.ShouldContain(
                "\"location\":{\"latitude\":-23.5614,\"longitude\":-46.6559,\"name\":\"MASP\""
            );
        Message("update_contact").Metadata.ShouldContain("\\u002B5511988887777");
    }

    [Fact]
    public void Parse_should_ask_for_an_answer_to_a_button_and_take_its_words()
    {
        Message("update_callback_query").WantsAnswer.ShouldBeTrue();
        var body = Fixtures
            .Text("telegram/update_callback_query.json")
            .Replace(
                "\"text\": \"Confirma?\"",
                """
                "text": "Confirma?", "reply_markup": {"inline_keyboard": [[{"text": "Sim!", "callback_data": "yes"}]]}
                """,
                StringComparison.Ordinal
            );
        TelegramParser
            .Parse(Encoding.UTF8.GetBytes(body))
            .Single()
            .ShouldBeOfType<InboundItem.Message>()
            .Value.Text.ShouldBe("Sim!");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"update_id":1,"poll":{}}""")]
    [InlineData("""{"update_id":1,"message":{"message_id":1}}""")]
    [InlineData(
        """{"update_id":1,"message":{"message_id":1,"chat":{"id":1,"type":"private"},"date":"x"}}"""
    )]
    public void Parse_should_keep_what_is_not_handled(string body) =>
        TelegramParser
            .Parse(Encoding.UTF8.GetBytes(body))
            .ShouldHaveSingleItem()
            .ShouldBeOfType<InboundItem.Unhandled>()
            .Body.ShouldBe(Encoding.UTF8.GetBytes(body));

    [Fact]
    public void Parse_should_never_throw_for_changed_bytes()
    {
        foreach (var name in Fixtures.Names("telegram", "update_"))
        {
            var original = Fixtures.Bytes($"telegram/{name}.json");
            Gen.Select(Gen.Int[0, original.Length - 1], Gen.Byte)
                .Array[1, 12]
                .Sample(
                    changes =>
                    {
                        var bytes = original.ToArray();
                        foreach (var (place, value) in changes)
                        {
                            bytes[place] = value;
                        }
                        TelegramParser.Parse(bytes).ShouldHaveSingleItem();
                    },
                    iter: 300
                );
        }
    }

    private static InboundItem Single(string name) =>
        TelegramParser.Parse(Fixtures.Bytes($"telegram/{name}.json")).ShouldHaveSingleItem();

    private static InboundMessage Message(string name) =>
        Single(name).ShouldBeOfType<InboundItem.Message>().Value;

    private static string Shown(InboundItem item) =>
        item switch
        {
            InboundItem.Message { Value: var m } =>
                $"message {m.ExternalId}{(m.PartId is { } part ? $" part {part}" : "")} {m.Type}"
                    + string.Concat(
                        m.Media.Select(f =>
                            $" + {f.Kind} {f.ExternalId}{(f.FileName is { } file ? " " + file : "")}"
                            + (
                                f.Refusal?.Contains("57 MB", StringComparison.Ordinal) == true
                                    ? " (57 MB)"
                                    : ""
                            )
                        )
                    )
                    + (m.QuotedExternalId is { } quoted ? $" > {quoted}" : "")
                    + $": {m.Text}",
            InboundItem.Event { Value: var e } => $"event {e.TargetExternalId} {e.Kind}: {e.Text}",
            InboundItem.Mark { Value: var k } => $"mark {k.Mark} {k.At.ToUnixTimeSeconds()}",
            InboundItem.Ignored => "ignored",
            _ => item.GetType().Name,
        };
}
