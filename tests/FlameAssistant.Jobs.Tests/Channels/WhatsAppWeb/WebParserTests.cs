using System.Security.Cryptography;
using System.Text;
using CsCheck;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Channels.WhatsAppWeb;
using FlameAssistant.Testing;

namespace FlameAssistant.Jobs.Tests.Channels.WhatsAppWeb;

/// <summary>What each event of both gateways becomes.</summary>
public sealed class WebParserTests
{
    private const string Ours = "true_5511988887777@c.us_3EB0BBBB";
    private const string Theirs = "false_5511988887777@c.us_";
    private const string Chat = "5511988887777@s.whatsapp.net:";

    public static TheoryData<string, string> Events { get; } =
        new()
        {
            { "waha/event_message_text", $"message {Theirs}3EB0C767D0A1B2C3D4E5 text: Olá! 😀" },
            {
                "waha/event_message_media",
                $"message {Theirs}3EB0CCCC image + image http://waha:3000/api/files/t_0199a1b2_main/3EB0CCCC.jpg: comprovante"
            },
            {
                "waha/event_message_media_not_downloaded",
                $"message {Theirs}3EB0DDDD video + video message:{Theirs}3EB0DDDD: "
            },
            { "waha/event_message_location", $"message {Theirs}3EB0EEEE location: MASP" },
            { "waha/event_message_vcard", $"message {Theirs}3EB0EE01 contacts: Lu" },
            { "waha/event_message_reply", $"message {Theirs}3EB0FFFF text > {Ours}: Olá! 😀" },
            {
                "waha/event_message_lid",
                "message false_123456789012345@lid_3EB01111 text: Olá! 😀"
            },
            {
                "waha/event_message_group",
                "group message false_120363000000@g.us_3EB02222_5511988887777@c.us text: Olá! 😀"
            },
            { "waha/event_message_any_from_api", $"echo {Ours} text: enviada pela API" },
            {
                "waha/event_message_any_from_phone",
                "typed echo true_5511988887777@c.us_3EB0AAAA text: enviada pelo celular"
            },
            { "waha/event_message_reaction", $"event {Ours} reaction: 🙏" },
            { "waha/event_message_reaction_removed", $"event {Ours} reaction: " },
            {
                "waha/event_message_edited",
                $"event {Theirs}3EB0C767D0A1B2C3D4E5 edit: texto corrigido"
            },
            { "waha/event_message_revoked", $"event {Theirs}3EB0C767D0A1B2C3D4E5 delete: " },
            { "waha/event_message_ack_server", $"status {Ours} sent" },
            { "waha/event_message_ack_device", $"status {Ours} delivered" },
            { "waha/event_message_ack_read", $"status {Ours} read" },
            { "waha/event_message_ack_played", $"status {Ours} read" },
            { "waha/event_message_ack_error", $"status {Ours} failed" },
            { "waha/event_session_status_starting", "session starting" },
            { "waha/event_session_status_scan_qr_code", "session scan_qr_code" },
            { "waha/event_session_status_working", "session working 5511990000001 Loja" },
            { "waha/event_session_status_stopped", "session stopped" },
            { "waha/event_session_status_failed", "session failed" },
            { "waha/event_session_status_passkey", "session passkey_required" },
            {
                "waha/event_session_status_timelock",
                "session working 5511990000001 Loja restricted until 1795400000"
            },
            {
                "evolution/event_messages_upsert_text",
                $"message {Chat}3EB0C767D0A1B2C3D4E5 text: Olá! 😀"
            },
            {
                "evolution/event_messages_upsert_image",
                $"message {Chat}3EB0C767D0A1B2C3D4E5 image + image {Chat}3EB0C767D0A1B2C3D4E5 (6 bytes): comprovante"
            },
            {
                "evolution/event_messages_upsert_image_s3",
                $"message {Chat}3EB0C767D0A1B2C3D4E5 image + image https://s3.example.com/x.jpg?sig: "
            },
            {
                "evolution/event_messages_upsert_audio",
                $"message {Chat}3EB0C767D0A1B2C3D4E5 audio + audio {Chat}3EB0C767D0A1B2C3D4E5 (4 bytes): "
            },
            {
                "evolution/event_messages_upsert_document",
                $"message {Chat}3EB0C767D0A1B2C3D4E5 document + document {Chat}3EB0C767D0A1B2C3D4E5 a.pdf (5 bytes): doc"
            },
            {
                "evolution/event_messages_upsert_location",
                $"message {Chat}3EB0C767D0A1B2C3D4E5 location: MASP"
            },
            {
                "evolution/event_messages_upsert_contact",
                $"message {Chat}3EB0C767D0A1B2C3D4E5 contacts: Lu"
            },
            {
                "evolution/event_messages_upsert_quoted",
                $"message {Chat}3EB0C767D0A1B2C3D4E5 text > {Chat}3EB0BBBB: sim"
            },
            { "evolution/event_messages_upsert_reaction", $"event {Chat}3EB0BBBB reaction: 🙏" },
            {
                "evolution/event_messages_upsert_lid",
                "message 123456789012345@lid:3EB01111 text: oi"
            },
            {
                "evolution/event_messages_upsert_from_me",
                $"typed echo {Chat}3EB0AAAA text: pelo celular"
            },
            { "evolution/event_send_message", $"echo {Chat}3EB0BBBB text: pela API" },
            { "evolution/event_messages_delete", $"event {Chat}3EB0C767D0A1B2C3D4E5 delete: " },
            { "evolution/event_messages_update_server_ack", $"status {Chat}3EB0BBBB sent" },
            { "evolution/event_messages_update_delivery_ack", $"status {Chat}3EB0BBBB delivered" },
            { "evolution/event_messages_update_read", $"status {Chat}3EB0BBBB read" },
            { "evolution/event_messages_update_played", $"status {Chat}3EB0BBBB read" },
            { "evolution/event_messages_update_error", $"status {Chat}3EB0BBBB failed" },
            { "evolution/event_connection_update_open", "session working 5511990000001 Loja" },
            { "evolution/event_connection_update_connecting", "session starting" },
            { "evolution/event_connection_update_close", "session logged_out" },
            { "evolution/event_qrcode_updated", "session scan_qr_code" },
            { "evolution/event_qrcode_limit", "session stopped" },
        };

    [Theory]
    [MemberData(nameof(Events))]
    public void Parse_should_read_each_event(string name, string expected) =>
        Shown(Single(name)).ShouldBe(expected);

    [Fact]
    public void Fixtures_should_all_be_read() =>
        Events
            .Select(r => r.Data.Item1)
            .Order(StringComparer.Ordinal)
            .ShouldBe(
                new[] { "waha", "evolution" }
                    .SelectMany(f => Fixtures.Names(f, "event_").Select(n => $"{f}/{n}"))
                    .Order(StringComparer.Ordinal)
            );

    [Theory]
    [InlineData("waha/event_message_lid")]
    [InlineData("evolution/event_messages_upsert_lid")]
    public void Parse_should_know_one_person_by_number_and_by_what_hides_it(string name)
    {
        var message = Single(name).ShouldBeOfType<InboundItem.Message>().Value;
        message.Identities.ShouldBe([
            new InboundIdentity(IdentityKinds.WaId, "5511988887777"),
            new InboundIdentity(IdentityKinds.Lid, "123456789012345"),
        ]);
    }

    [Fact]
    public void Parse_should_name_the_account_the_person_and_the_time()
    {
        var item = Single("evolution/event_messages_upsert_text")
            .ShouldBeOfType<InboundItem.Message>();
        item.AccountId.ShouldBe("t_0199a1b2_main");
        (item.Value.ProfileName, item.Value.ProviderAt.ToUnixTimeSeconds()).ShouldBe(
            ("Ana Souza", 1795370400)
        );
        Single("waha/event_message_reaction")
            .ShouldBeOfType<InboundItem.Event>()
            .Value.ProviderAt.ToUnixTimeMilliseconds()
            .ShouldBe(1795370400853);
    }

    [Fact]
    public void Parse_should_give_places_cards_and_writers_of_groups_the_products_shape()
    {
        Metadata("waha/event_message_location")
            .ShouldContain(
                "\"location\":{\"latitude\":-23.56,\"longitude\":-46.65,\"name\":\"MASP\""
            );
        Metadata("waha/event_message_vcard").ShouldContain("97777-6666");
        Metadata("waha/event_message_group").ShouldContain("5511988887777");
        Single("waha/event_message_group")
            .ShouldBeOfType<InboundItem.Message>()
            .Value.Identities.ShouldBe([
                new InboundIdentity(IdentityKinds.Group, "120363000000@g.us"),
            ]);
    }

    [Theory]
    [InlineData(
        """{"event":"messages.edited","instance":"i","date_time":"2026-11-22T15:00:00Z","data":{"key":{"remoteJid":"1@s.whatsapp.net","fromMe":false,"id":"A"},"editedMessage":{"conversation":"novo"},"timestampMs":1795370400000}}""",
        "event 1@s.whatsapp.net:A edit: novo"
    )]
    [InlineData(
        """{"event":"messages.edited","instance":"i","date_time":"2026-11-22T15:00:00Z","data":{"key":{"remoteJid":"1@s.whatsapp.net","fromMe":false,"id":"A"},"type":"REVOKE"}}""",
        "event 1@s.whatsapp.net:A delete: "
    )]
    [InlineData(
        """{"event":"messages.edited","instance":"i","date_time":"2026-11-22T15:00:00Z","data":{"key":{"remoteJid":"1@s.whatsapp.net","fromMe":false,"id":"A"},"type":"EPHEMERAL_SETTING"}}""",
        "ignored"
    )]
    [InlineData(
        """{"event":"messages.upsert","instance":"i","data":{"key":{"remoteJid":"1@s.whatsapp.net","fromMe":false,"id":"B"},"messageTimestamp":1795370400,"message":{"protocolMessage":{"type":"REVOKE","key":{"remoteJid":"1@s.whatsapp.net","id":"A"}}}}}""",
        "event 1@s.whatsapp.net:A delete: "
    )]
    [InlineData(
        """{"event":"messages.upsert","instance":"i","data":{"key":{"remoteJid":"1:12@s.whatsapp.net","fromMe":false,"id":"B"},"messageTimestamp":"1795370400","message":{"ephemeralMessage":{"message":{"extendedTextMessage":{"text":"some"}}}}}}""",
        "message 1@s.whatsapp.net:B text: some"
    )]
    [InlineData(
        """{"event":"messages.upsert","instance":"i","data":{"key":{"remoteJid":"status@broadcast","fromMe":false,"id":"B"},"messageTimestamp":1795370400,"message":{"conversation":"x"}}}""",
        "ignored"
    )]
    [InlineData(
        """{"event":"message","session":"s","timestamp":1,"payload":{"id":"false_1@newsletter_A","timestamp":1795370400,"body":"x"}}""",
        "ignored"
    )]
    public void Parse_should_read_what_the_files_do_not_have(string body, string expected) =>
        Shown(WebParser.Parse(Encoding.UTF8.GetBytes(body)).ShouldHaveSingleItem())
            .ShouldBe(expected);

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"session":"s","event":"presence.update","payload":{}}""")]
    [InlineData("""{"instance":"i","event":"contacts.upsert","data":[]}""")]
    [InlineData("""{"session":"s","event":"message","payload":{"id":"odd"}}""")]
    [InlineData(
        """{"session":"s","event":"message","payload":{"id":"false_1@c.us_A","timestamp":"x"}}"""
    )]
    [InlineData(
        """{"session":"s","event":"session.status","timestamp":1,"payload":{"status":"NEW"}}"""
    )]
    public void Parse_should_keep_what_is_not_handled(string body) =>
        WebParser
            .Parse(Encoding.UTF8.GetBytes(body))
            .ShouldHaveSingleItem()
            .ShouldBeOfType<InboundItem.Unhandled>()
            .Body.ShouldBe(Encoding.UTF8.GetBytes(body));

    [Fact]
    public void Parse_should_never_throw_for_changed_bytes()
    {
        foreach (var name in Events.Select(r => r.Data.Item1))
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
                        WebParser.Parse(bytes).ShouldHaveSingleItem();
                    },
                    iter: 150
                );
        }
    }

    [Fact]
    public void Signatures_of_the_fixtures_should_be_those_of_their_bytes()
    {
        var known = Fixtures.Json("waha/signatures.json");
        var key = Encoding.UTF8.GetBytes(known["key"]!.GetValue<string>());
        var files = known["files"]!.AsObject();
        files.Count.ShouldBeGreaterThan(20);
        var official = files["_official_vector"]!;
        Convert
            .ToHexStringLower(
                HMACSHA512.HashData(
                    Encoding.UTF8.GetBytes(official["key"]!.GetValue<string>()),
                    Encoding.UTF8.GetBytes(official["body"]!.GetValue<string>())
                )
            )
            .ShouldBe(official["sha512"]!.GetValue<string>());
        foreach (var (file, headers) in files)
        {
            if (file.StartsWith("waha/", StringComparison.Ordinal))
            {
                Convert
                    .ToHexStringLower(HMACSHA512.HashData(key, Fixtures.Bytes(file)))
                    .ShouldBe(headers!["X-Webhook-Hmac"]!.GetValue<string>(), file);
            }
        }
    }

    private static InboundItem Single(string name) =>
        WebParser.Parse(Fixtures.Bytes($"{name}.json")).ShouldHaveSingleItem();

    private static string Metadata(string name) =>
        Single(name).ShouldBeOfType<InboundItem.Message>().Value.Metadata;

    private static string Shown(InboundItem item) =>
        item switch
        {
            InboundItem.Message { Value: var m } =>
                $"{(m.IsTyped ? "typed " : "")}{(m.IsGroup ? "group " : "")}{(m.IsEcho ? "echo" : "message")} {m.ExternalId} {m.Type}"
                    + string.Concat(
                        m.Media.Select(f =>
                            $" + {f.Kind} {f.ExternalId}{(f.FileName is { } file ? " " + file : "")}{(f.Inline is { } bytes ? $" ({bytes.Length} bytes)" : "")}"
                        )
                    )
                    + (m.QuotedExternalId is { } quoted ? $" > {quoted}" : "")
                    + $": {m.Text}",
            InboundItem.Event { Value: var e } => $"event {e.TargetExternalId} {e.Kind}: {e.Text}",
            InboundItem.Status { Value: var s } => $"status {s.ExternalId} {s.Status}",
            InboundItem.Session { Report: var r } => $"session {r.State}"
                + (r.Account is { } account ? $" {account} {r.AccountName}" : "")
                + (
                    r is { IsRestricted: true, RestrictedUntil: { } until }
                        ? $" restricted until {until.ToUnixTimeSeconds()}"
                        : ""
                ),
            InboundItem.Ignored => "ignored",
            _ => item.GetType().Name,
        };
}
