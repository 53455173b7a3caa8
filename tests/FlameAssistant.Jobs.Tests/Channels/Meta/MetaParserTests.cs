using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Channels.Meta;
using FlameAssistant.Testing;

namespace FlameAssistant.Jobs.Tests.Channels.Meta;

/// <summary>What each body of Messenger and Instagram becomes.</summary>
public sealed class MetaParserTests
{
    private const string Page = "104000000000001";
    private const string Account = "17841400000000001";

    /// <summary>Each file, and all that it becomes: kind, id, type or status, text.</summary>
    public static TheoryData<string, string[]> Inbound { get; } =
        new()
        {
            { "messenger/in_text", ["message m_text1 text: Olá, tem estoque?"] },
            { "messenger/in_quick_reply", ["message m_qr1 text: Sim"] },
            { "messenger/in_reply_to", ["message m_rep1 text > m_out1: esse"] },
            {
                "messenger/in_attachments",
                [
                    "message m_att1 image + image https://scontent.example/1.jpg + document https://cdn.example/a.pdf: ",
                ]
            },
            { "messenger/in_audio", ["message m_aud1 audio + audio https://cdn.example/a.mp4: "] },
            {
                "messenger/in_sticker_like",
                ["message m_stk1 sticker + sticker https://scontent.example/like.png: "]
            },
            { "messenger/in_postback", ["message m_pb1 text: Começar"] },
            {
                "messenger/in_referral",
                ["message referral:6100000000000001:1795370400000 referral: promo"]
            },
            { "messenger/in_optin", ["message optin:6100000000000001:1795370400000 optin: x"] },
            { "messenger/in_echo", ["status m_out1 sent"] },
            {
                "messenger/in_echo_from_page_inbox",
                ["echo m_out2 text: Respondido pela caixa da Página"]
            },
            {
                "messenger/in_delivery",
                ["status m_out1 delivered", "mark delivered 1795370403000"]
            },
            { "messenger/in_delivery_no_mids", ["mark delivered 1795370403000"] },
            { "messenger/in_read", ["mark read 1795370404000"] },
            { "messenger/in_reaction", ["event m_out1 reaction: ❤️"] },
            { "messenger/in_message_edit", ["event m_text1 edit: corrigido"] },
            { "messenger/in_standby", ["ignored"] },
            { "instagram/in_text", ["message aWdf_text text: Oi pelo insta"] },
            {
                "instagram/in_attachment_image",
                [
                    "message aWdf_img image + image https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1: ",
                ]
            },
            { "instagram/in_share", ["message aWdf_sh share: https://www.instagram.com/p/abc"] },
            {
                "instagram/in_story_mention",
                [
                    "message aWdf_sm story_mention + image https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=2: ",
                ]
            },
            {
                "instagram/in_story_reply",
                ["message aWdf_sr text + image https://cdn.example/story: amei"]
            },
            { "instagram/in_unsupported", ["message aWdf_uns unknown: "] },
            { "instagram/in_deleted", ["event aWdf_text delete: "] },
            { "instagram/in_echo", ["echo aWdf_out text: Oi!"] },
            { "instagram/in_postback", ["message aWdf_pb text: Preços"] },
            { "instagram/in_reaction", ["event aWdf_out reaction: ❤"] },
            { "instagram/in_unreact", ["event aWdf_out reaction: "] },
            { "instagram/in_seen", ["status aWdf_out read", "mark read 1795370400000"] },
        };

    [Theory]
    [MemberData(nameof(Inbound))]
    public void Parse_should_read_each_body(string name, string[] expected)
    {
        var items = MetaParser.Parse(DialectOf(name), Fixtures.Bytes($"{name}.json"));

        items.Select(Shown).ShouldBe(expected);
        items.ShouldAllBe(i =>
            i.AccountId == (name.StartsWith("messenger", StringComparison.Ordinal) ? Page : Account)
        );
    }

    [Fact]
    public void Fixtures_should_all_be_read()
    {
        var read = Inbound.Select(row => row.Data.Item1).ToHashSet();
        Files().Where(name => !read.Contains(name)).ShouldBeEmpty();
    }

    [Fact]
    public void Parse_should_keep_what_the_provider_told()
    {
        Message("messenger/in_quick_reply").Metadata.ShouldContain("\"payload\":\"YES\"");
        Message("messenger/in_postback").Metadata.ShouldContain("promo");
        Message("instagram/in_story_reply").Metadata.ShouldContain("1790");
        Message("messenger/in_referral").Metadata.ShouldContain("120");
    }

    [Fact]
    public void Parse_should_find_our_own_id_in_an_echo()
    {
        var id = Guid.CreateVersion7();
        var body = Fixtures
            .Text("messenger/in_echo.json")
            .Replace("flame:0199a1b2", $"flame:{id:N}", StringComparison.Ordinal);

        MetaParser
            .Parse(MetaDialect.Messenger, Encoding.UTF8.GetBytes(body))
            .ShouldHaveSingleItem()
            .ShouldBeOfType<InboundItem.Status>()
            .Value.MessageId.ShouldBe(id);
    }

    [Fact]
    public void Parse_should_read_a_batch_of_several_accounts_whole()
    {
        var body = Fixtures.Json("messenger/in_text.json");
        var entries = body["entry"]!.AsArray();
        foreach (var name in new[] { "in_quick_reply", "in_delivery", "in_standby" })
        {
            entries.Add(Fixtures.Json($"messenger/{name}.json")["entry"]![0]!.DeepClone());
        }
        entries[1]!["id"] = "another page";
        entries[1]!["messaging"]!
            .AsArray()
            .Add(
                Fixtures.Json("messenger/in_reaction.json")["entry"]![0]!["messaging"]![
                    0
                ]!.DeepClone()
            );

        var items = MetaParser.Parse(
            MetaDialect.Messenger,
            JsonSerializer.SerializeToUtf8Bytes(body)
        );

        items
            .Select(i => $"{i.AccountId}: {Shown(i).Split(' ')[0]}")
            .ShouldBe([
                $"{Page}: message",
                "another page: message",
                "another page: event",
                $"{Page}: status",
                $"{Page}: mark",
                $"{Page}: ignored",
            ]);
    }

    [Theory]
    [InlineData("""{"object":"page","entry":[{"id":"1","messaging":[{"hologram":{}}]}]}""")]
    [InlineData(
        """{"object":"page","entry":[{"id":"1","messaging":[{"sender":{"id":"2"},"timestamp":1795370400000,"pass_thread_control":{}}]}]}"""
    )]
    [InlineData("""{"object":"page","entry":[{"id":"1","changes":[{"field":"feed"}]}]}""")]
    [InlineData("""{"object":"page","entry":[{"messaging":[]}]}""")]
    public void Parse_should_keep_what_is_not_handled_in_a_body_that_parses_again(string body)
    {
        var kept = MetaParser
            .Parse(MetaDialect.Messenger, Encoding.UTF8.GetBytes(body))
            .ShouldHaveSingleItem()
            .ShouldBeOfType<InboundItem.Unhandled>();

        MetaParser
            .Parse(MetaDialect.Messenger, kept.Body)
            .ShouldHaveSingleItem()
            .ShouldBeOfType<InboundItem.Unhandled>()
            .Body.ShouldBe(kept.Body);
    }

    [Fact]
    public void Parse_should_not_let_one_broken_message_touch_the_others()
    {
        var body = Fixtures.Json("messenger/in_text.json");
        var messaging = body["entry"]![0]!["messaging"]!.AsArray();
        messaging.Insert(
            0,
            JsonNode.Parse("""{"sender":{"id":"1"},"timestamp":"x","message":{"mid":"m"}}""")
        );

        var items = MetaParser.Parse(
            MetaDialect.Messenger,
            JsonSerializer.SerializeToUtf8Bytes(body)
        );

        items[0].ShouldBeOfType<InboundItem.Unhandled>().AccountId.ShouldBe(Page);
        items[1].ShouldBeOfType<InboundItem.Message>().Value.Text.ShouldBe("Olá, tem estoque?");
    }

    [Fact]
    public void Parse_should_refuse_a_body_of_the_other_kind() =>
        MetaParser
            .Parse(MetaDialect.Instagram, Fixtures.Bytes("messenger/in_text.json"))
            .ShouldHaveSingleItem()
            .ShouldBeOfType<InboundItem.Unhandled>();

    [Fact]
    public void Parse_should_never_throw_for_changed_bytes()
    {
        foreach (var name in Files())
        {
            var original = Fixtures.Bytes($"{name}.json");
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
                        MetaParser.Parse(DialectOf(name), bytes).ShouldNotBeEmpty();
                    },
                    iter: 300
                );
        }
    }

    private static IEnumerable<string> Files() =>
        new[] { "messenger", "instagram" }.SelectMany(folder =>
            Fixtures.Names(folder, "in_").Select(name => $"{folder}/{name}")
        );

    private static MetaDialect DialectOf(string name) =>
        name.StartsWith("messenger", StringComparison.Ordinal)
            ? MetaDialect.Messenger
            : MetaDialect.Instagram;

    private static InboundMessage Message(string name) =>
        MetaParser
            .Parse(DialectOf(name), Fixtures.Bytes($"{name}.json"))
            .ShouldHaveSingleItem()
            .ShouldBeOfType<InboundItem.Message>()
            .Value;

    private static string Shown(InboundItem item) =>
        item switch
        {
            InboundItem.Message { Value: var m } =>
                $"{(m.IsEcho ? "echo" : "message")} {m.ExternalId} {m.Type}"
                    + string.Concat(m.Media.Select(f => $" + {f.Kind} {f.ExternalId}"))
                    + (m.QuotedExternalId is { } quoted ? $" > {quoted}" : "")
                    + $": {m.Text}",
            InboundItem.Status { Value: var s } => $"status {s.ExternalId} {s.Status}",
            InboundItem.Event { Value: var e } => $"event {e.TargetExternalId} {e.Kind}: {e.Text}",
            InboundItem.Mark { Value: var k } => $"mark {k.Mark} {k.At.ToUnixTimeMilliseconds()}",
            InboundItem.Ignored => "ignored",
            _ => item.GetType().Name,
        };
}
