using System.Text.Json.Nodes;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Testing;

namespace FlameAssistant.Jobs.Tests.Channels.WhatsAppWeb;

/// <summary>What both gateways are sent, byte for shape, and what each of their answers means.</summary>
public sealed class WebSendingTests
{
    private const string Taken = """{"id":"true_5511988887777@c.us_3EB0BBBB"}""";
    private const string TakenByEvolution =
        """{"key":{"remoteJid":"5511988887777@s.whatsapp.net","fromMe":true,"id":"3EB0BBBB"}}""";

    // ---------------------------------------------------------------- bodies

    [Fact]
    public async Task SendAsync_should_send_texts_as_the_files_say()
    {
        await using var waha = await GatewayHost.AnsweringAsync("waha", 201, Taken);
        await waha.SendAsync(waha.Text("Olá"));
        Sent(waha, "POST", "/api/sendText", "waha/send_text_request");

        await using var evolution = await GatewayHost.AnsweringAsync(
            "evolution",
            201,
            TakenByEvolution
        );
        await evolution.SendAsync(
            evolution.Text("Olá", "5511988887777@s.whatsapp.net:3EB0C767D0A1B2C3D4E5")
        );
        Sent(
            evolution,
            "POST",
            $"/message/sendText/{GatewayHost.Session}",
            "evolution/send_text_request"
        );
    }

    [Fact]
    public async Task SendAsync_should_send_pictures_by_link()
    {
        await using var waha = await GatewayHost.AnsweringAsync("waha", 201, Taken);
        await waha.SendAsync(
            await waha.FileAsync("image", "image/jpeg", "foto.jpg", [1, 2, 3], "Foto")
        );
        Sent(waha, "POST", "/api/sendImage", "waha/send_image_request");

        await using var evolution = await GatewayHost.AnsweringAsync(
            "evolution",
            201,
            TakenByEvolution
        );
        await evolution.SendAsync(
            await evolution.FileAsync("image", "image/jpeg", "foto.jpg", [1, 2, 3], "Foto")
        );
        Sent(
            evolution,
            "POST",
            $"/message/sendMedia/{GatewayHost.Session}",
            "evolution/send_media_request"
        );
    }

    [Fact]
    public async Task SendAsync_should_send_documents_and_voices_as_the_files_say()
    {
        await using var waha = await GatewayHost.AnsweringAsync("waha", 201, Taken);
        await waha.SendAsync(
            await waha.FileAsync(
                "document",
                "application/pdf",
                "boleto.pdf",
                Convert.FromBase64String("JVBERi0xLjQK"),
                "Boleto"
            )
        );
        Sent(waha, "POST", "/api/sendFile", "waha/send_file_request_base64");
        await waha.SendAsync(
            await waha.FileAsync("audio", "audio/ogg", "voz.ogg", "OggS"u8.ToArray())
        );
        Sent(waha, "POST", "/api/sendVoice", "waha/send_voice_request");

        await using var evolution = await GatewayHost.AnsweringAsync(
            "evolution",
            201,
            TakenByEvolution
        );
        await evolution.SendAsync(
            await evolution.FileAsync("audio", "audio/ogg", "voz.ogg", "OggS"u8.ToArray())
        );
        Sent(
            evolution,
            "POST",
            $"/message/sendWhatsAppAudio/{GatewayHost.Session}",
            "evolution/send_audio_request"
        );
    }

    [Theory]
    [InlineData("waha", "/api/sendImage")]
    [InlineData("evolution", "/message/sendMedia/t_0199a1b2_main")]
    public async Task SendAsync_should_send_bytes_where_a_gateway_could_not_fetch_them(
        string gateway,
        string path
    )
    {
        await using var host = await GatewayHost.AnsweringAsync(
            gateway,
            201,
            gateway == "waha" ? Taken : TakenByEvolution,
            publicUrl: "http://localhost:5080"
        );
        await host.SendAsync(await host.FileAsync("image", "image/png", "foto.png", [1, 2, 3]));

        var asked = host.Asked.ShouldHaveSingleItem();
        asked.Path.ShouldBe(path);
        asked.Body!.ToJsonString().ShouldContain("\"AQID\"");
        asked.Body!.ToJsonString().ShouldNotContain("http");
    }

    [Fact]
    public async Task SendAsync_should_reach_who_hides_their_number_and_groups()
    {
        await using var waha = await GatewayHost.AnsweringAsync("waha", 201, Taken);
        await waha.SendAsync(To(waha, IdentityKinds.Lid, "123456789012345"));
        await waha.SendAsync(To(waha, IdentityKinds.Group, "120363000000@g.us"));
        await waha.SendAsync(
            waha.Text("x") with
            {
                Identities =
                [
                    new InboundIdentity(IdentityKinds.Lid, "123456789012345"),
                    new InboundIdentity(IdentityKinds.WaId, "5511988887777"),
                ],
            }
        );

        waha.Asked.Select(a => a.Body!["chatId"]!.GetValue<string>())
            .ShouldBe(["123456789012345@lid", "120363000000@g.us", "5511988887777@c.us"]);

        static Delivery To(GatewayHost host, string kind, string value) =>
            host.Text("x") with
            {
                Identities = [new InboundIdentity(kind, value)],
            };
    }

    [Fact]
    public async Task Activity_should_be_shown_as_the_files_say()
    {
        var customer = new InboundIdentity(IdentityKinds.WaId, "5511988887777");
        await using var waha = await GatewayHost.AnsweringAsync("waha", 201, "{}");
        await ((IShowsActivity)waha.Connector).ShowAsync(
            waha.Tenant,
            waha.Channel,
            customer,
            ChannelActivity.Typing,
            default
        );
        Sent(waha, "POST", "/api/startTyping", "waha/start_typing_request");
        await ((IMarksMessages)waha.Connector).MarkAsync(
            waha.Tenant,
            waha.Channel,
            "false_5511988887777@c.us_3EB0C767D0A1B2C3D4E5",
            ChannelActivity.Seen,
            default
        );
        Sent(waha, "POST", "/api/sendSeen", "waha/send_seen_request");

        await using var evolution = await GatewayHost.AnsweringAsync("evolution", 201, "{}");
        await ((IShowsActivity)evolution.Connector).ShowAsync(
            evolution.Tenant,
            evolution.Channel,
            customer,
            ChannelActivity.Typing,
            default
        );
        Sent(
            evolution,
            "POST",
            $"/chat/sendPresence/{GatewayHost.Session}",
            "evolution/send_presence_request"
        );
        await ((IMarksMessages)evolution.Connector).MarkAsync(
            evolution.Tenant,
            evolution.Channel,
            "5511988887777@s.whatsapp.net:3EB0C767D0A1B2C3D4E5",
            ChannelActivity.Seen,
            default
        );
        Sent(
            evolution,
            "POST",
            $"/chat/markMessageAsRead/{GatewayHost.Session}",
            "evolution/mark_read_request"
        );
    }

    [Fact]
    public async Task Reactions_should_be_sent_as_the_files_say()
    {
        await using var waha = await GatewayHost.AnsweringAsync("waha", 201, "{}");
        await ((IReacts)waha.Connector).ReactAsync(
            waha.Tenant,
            new ReactionDelivery(
                Guid.NewGuid(),
                waha.Channel,
                [],
                "false_5511988887777@c.us_3EB0C767D0A1B2C3D4E5",
                "👍"
            ),
            default
        );
        Sent(waha, "PUT", "/api/reaction", "waha/reaction_request");

        await using var evolution = await GatewayHost.AnsweringAsync("evolution", 201, "{}");
        await ((IReacts)evolution.Connector).ReactAsync(
            evolution.Tenant,
            new ReactionDelivery(
                Guid.NewGuid(),
                evolution.Channel,
                [],
                "5511988887777@s.whatsapp.net:3EB0C767D0A1B2C3D4E5",
                "👍"
            ),
            default
        );
        Sent(
            evolution,
            "POST",
            $"/message/sendReaction/{GatewayHost.Session}",
            "evolution/send_reaction_request"
        );
    }

    // ---------------------------------------------------------------- answers

    [Theory]
    [InlineData("waha", "waha/send_response_gows", "true_5511988887777@c.us_3EB0BBBB")]
    [InlineData("waha", "waha/send_response_noweb", "true_5511988887777@c.us_3EB0BBBB")]
    [InlineData("waha", "waha/send_response_webjs", "true_5511988887777@c.us_3EB0BBBB")]
    [InlineData(
        "evolution",
        "evolution/send_text_response_201",
        "5511988887777@s.whatsapp.net:3EB0BBBB"
    )]
    public async Task SendAsync_should_know_what_was_accepted(
        string gateway,
        string file,
        string id
    )
    {
        await using var host = await GatewayHost.AnsweringAsync(
            gateway,
            201,
            Fixtures.Text($"{file}.json")
        );
        (await host.SendAsync(host.Text("Olá"))).ShouldBe(new DeliveryOutcome.Accepted(id));
    }

    [Fact]
    public async Task SendAsync_should_wait_for_a_phone_that_is_not_linked()
    {
        await using var host = await GatewayHost.AnsweringAsync(
            "waha",
            422,
            Fixtures.Text("waha/error_422.json")
        );
        var later = (
            await host.SendAsync(host.Text("Olá"))
        ).ShouldBeOfType<DeliveryOutcome.Postponed>();
        (later.Code, later.Scope).ShouldBe(("session", FailureScope.Channel));
        later.Reason.ShouldContain("scan the code");
    }

    [Fact]
    public async Task SendAsync_should_say_that_a_number_is_not_on_whatsapp()
    {
        await using var host = await GatewayHost.AnsweringAsync(
            "evolution",
            400,
            Fixtures.Text("evolution/error_400_not_on_whatsapp.json")
        );
        var refused = (
            await host.SendAsync(host.Text("Olá"))
        ).ShouldBeOfType<DeliveryOutcome.Rejected>();
        (refused.Code, refused.Reason, refused.Scope).ShouldBe(
            ("not_on_whatsapp", "+551100000000 is not on WhatsApp.", FailureScope.Message)
        );
    }

    [Theory]
    [InlineData("waha")]
    [InlineData("evolution")]
    public async Task SendAsync_should_stop_the_channel_when_the_key_is_refused(string gateway)
    {
        await using var host = await GatewayHost.AnsweringAsync(
            gateway,
            401,
            Fixtures.Text("evolution/error_401.json")
        );
        var refused = (
            await host.SendAsync(host.Text("Olá"))
        ).ShouldBeOfType<DeliveryOutcome.Rejected>();
        (refused.Code, refused.Scope).ShouldBe(("401", FailureScope.Authorization));
    }

    [Theory]
    [InlineData(500, "{}")]
    [InlineData(201, "{}")]
    [InlineData(201, "<html>")]
    public async Task SendAsync_should_not_send_again_what_may_have_gone(int status, string body)
    {
        await using var host = await GatewayHost.AnsweringAsync("waha", status, body);
        (await host.SendAsync(host.Text("Olá"))).ShouldBeOfType<DeliveryOutcome.Lost>();
    }

    [Fact]
    public async Task SendAsync_should_wait_for_a_gateway_that_is_away()
    {
        await using var host = GatewayHost.At("waha", "http://127.0.0.1:1", "key", "s");
        (await host.SendAsync(host.Text("Olá")))
            .ShouldBeOfType<DeliveryOutcome.Postponed>()
            .Code.ShouldBe("unreachable");
    }

    // ---------------------------------------------------------------- files of customers

    [Theory]
    [InlineData("http://waha:3000/api/files/t_0199a1b2_main/3EB0CCCC.jpg")]
    [InlineData("message:false_5511988887777@c.us_3EB0DDDD")]
    public async Task OpenMediaAsync_should_fetch_from_the_channels_own_gateway_only(string id)
    {
        await using var host = await GatewayHost.AnsweringAsync(
            "waha",
            asked =>
                asked.Path.Contains("downloadMedia", StringComparison.Ordinal)
                    ? (
                        200,
                        """{"media":{"url":"http://elsewhere:3000/api/files/t_0199a1b2_main/3EB0CCCC.jpg"}}"""
                    )
                    : (200, "\"bytes\"")
        );
        await using var file = await host.Connector.OpenMediaAsync(
            host.Tenant,
            host.Channel,
            id,
            default
        );

        using var reader = new StreamReader(file!);
        (await reader.ReadToEndAsync()).ShouldBe("\"bytes\"");
        host.Asked[^1].Path.ShouldBe("/api/files/t_0199a1b2_main/3EB0CCCC.jpg");
        host.Asked[^1].Key.ShouldBe(GatewayHost.Key);
    }

    [Theory]
    [InlineData("http://waha:3000/etc/passwd")]
    [InlineData("file:///etc/x")]
    [InlineData("http://waha:3000/api/sessions")]
    [InlineData("message:odd")]
    [InlineData("no address")]
    public async Task OpenMediaAsync_should_not_fetch_what_is_no_file(string id)
    {
        await using var host = await GatewayHost.AnsweringAsync("waha", 200, "{}");
        (
            await host.Connector.OpenMediaAsync(host.Tenant, host.Channel, id, default)
        ).ShouldBeNull();
        host.Asked.ShouldNotContain(a => a.Path.Contains("passwd", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OpenMediaAsync_should_ask_evolution_by_the_messages_name()
    {
        await using var host = await GatewayHost.AnsweringAsync(
            "evolution",
            201,
            """{"base64":"T2dnUw=="}"""
        );
        await using var file = await host.Connector.OpenMediaAsync(
            host.Tenant,
            host.Channel,
            "5511988887777@s.whatsapp.net:3EB0CCCC",
            default
        );
        using var reader = new StreamReader(file!);
        (await reader.ReadToEndAsync()).ShouldBe("OggS");
        host.Asked.ShouldHaveSingleItem().Body!["message"]!["key"]!["id"]!
            .GetValue<string>()
            .ShouldBe("3EB0CCCC");
    }

    [Fact]
    public async Task OpenMediaAsync_should_give_a_bucket_no_key()
    {
        await using var host = await GatewayHost.AnsweringAsync("evolution", 200, "\"x\"");
        var url = new UriBuilder(new Uri(host.Candidate["base_url"])) { Path = "/x.jpg" };
        await using var file = await host.Connector.OpenMediaAsync(
            host.Tenant,
            host.Channel,
            url.ToString(),
            default
        );
        file.ShouldNotBeNull();
        host.Asked.ShouldHaveSingleItem().Key.ShouldBeEmpty();
    }

    /// <summary>Addresses are sealed, so each is another.</summary>
    private static void Sent(GatewayHost host, string method, string path, string file)
    {
        var asked = host.Asked[^1];
        (asked.Method, asked.Path, asked.Key).ShouldBe((method, path, GatewayHost.Key));
        var expected = Fixtures.Json($"{file}.json");
        var got = asked.Body!.DeepClone();
        foreach (var (owner, name) in new[] { ("file", "url"), ("", "media"), ("", "audio") })
        {
            var (a, b) =
                owner.Length == 0
                    ? (expected as JsonObject, got as JsonObject)
                    : (expected[owner] as JsonObject, got[owner] as JsonObject);
            if (a?[name] is { } link && b?[name] is { } made)
            {
                made.GetValue<string>().ShouldStartWith("https://app.example.com/m/");
                made.GetValue<string>()
                    .Split('/')[^1]
                    .ShouldBe(link.GetValue<string>().Split('/')[^1]);
                b[name] = link.DeepClone();
            }
        }
        JsonNode.DeepEquals(got, expected).ShouldBeTrue($"{got}\n{expected}");
    }
}
