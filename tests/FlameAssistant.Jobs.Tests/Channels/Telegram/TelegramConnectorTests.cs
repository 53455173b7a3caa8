using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Simulator.Providers;
using FlameAssistant.Simulator.WhatsApp;
using FlameAssistant.Testing;
using Microsoft.AspNetCore.Http;

namespace FlameAssistant.Jobs.Tests.Channels.Telegram;

/// <summary>The Telegram connector as it is registered, against the simulator and single answers over HTTP.</summary>
public sealed class TelegramConnectorTests : IAsyncLifetime
{
    private const string Bot = "123456";
    private const string Token = Bot + ":test-bot-token-0123456789";
    private SimulatorHost simulator = null!;
    private ConnectorHost host = null!;

    public async ValueTask InitializeAsync()
    {
        simulator = await SimulatorHost.StartAsync();
        simulator.Connect(ChannelKinds.Telegram, Bot, Token);
        host = New(simulator.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await simulator.DisposeAsync();
    }

    // ---------------------------------------------------------------- bodies

    [Fact]
    public async Task SendAsync_should_send_a_text_with_buttons_in_answer_to_another()
    {
        var outcome = await host.SendAsync(
            host.Text("Olá", "1111111:1365") with
            {
                Rich = new MessageRich { Buttons = [new("Sim", "yes"), new("Não", "no")] },
            }
        );

        var sent = simulator.State.Outbox.All().ShouldHaveSingleItem();
        outcome.ShouldBe(new DeliveryOutcome.Accepted(sent.Wamid!));
        sent.Wamid.ShouldStartWith("1111111:");
        var body = JsonNode.Parse(sent.Body)!;
        JsonNode
            .DeepEquals(body, Fixtures.Json("telegram/send_message_request.json"))
            .ShouldBeTrue(sent.Body);
    }

    [Fact]
    public async Task SendAsync_should_send_every_character_as_typed()
    {
        const string Text = "línea 1\nlínea 2 😀 <b>\"&'/\\ *_`[x](y)";

        await host.SendAsync(host.Text(Text));

        var sent = simulator.State.Outbox.All().ShouldHaveSingleItem();
        sent.Text.ShouldBe(Text);
        sent.Body.ShouldNotContain("parse_mode");
    }

    [Theory]
    [InlineData("image", "image/png", "sendPhoto")]
    [InlineData("image", "image/webp", "sendDocument")]
    [InlineData("video", "video/mp4", "sendVideo")]
    [InlineData("audio", "audio/ogg", "sendVoice")]
    [InlineData("audio", "audio/mpeg", "sendAudio")]
    [InlineData("document", "application/pdf", "sendDocument")]
    public async Task SendAsync_should_send_a_file_by_its_method(
        string kind,
        string type,
        string method
    )
    {
        byte[] content = [1, 2, 3, 4];
        var delivery = await host.FileAsync(kind, type, "ñ file.bin", content, "Legenda");

        (await host.SendAsync(delivery)).ShouldBeOfType<DeliveryOutcome.Accepted>();

        var sent = simulator.State.Outbox.All().ShouldHaveSingleItem();
        (sent.Type, sent.Text, sent.To).ShouldBe((method, "Legenda", "1111111"));
        var shown = simulator.State.Conversations.Of(Bot).Single().Messages.Single();
        simulator.State.Media.Find(shown.File!.Id)!.Content.ShouldBe(content);
        shown.File.Name.ShouldBe("ñ file.bin");
    }

    [Fact]
    public async Task SendAsync_should_send_places_and_cards()
    {
        await SendAsync(new MessageRich { Place = new(-23.5, -46.6) });
        await SendAsync(
            new MessageRich { Place = new(-23.5, -46.6, "MASP", "Av. Paulista, 1578") }
        );
        await SendAsync(new MessageRich { Card = new("Ana", "+5511988887777") });

        simulator
            .State.Outbox.All()
            .Select(m => m.Type)
            .ShouldBe(["sendLocation", "sendVenue", "sendContact"]);
        var card = JsonNode.Parse(simulator.State.Outbox.All()[2].Body)!;
        (card["phone_number"]!.GetValue<string>(), card["first_name"]!.GetValue<string>()).ShouldBe(
            ("+5511988887777", "Ana")
        );

        Task SendAsync(MessageRich rich) => host.SendAsync(host.Text("") with { Rich = rich });
    }

    // ---------------------------------------------------------------- answers

    [Fact]
    public async Task SendAsync_should_know_what_was_accepted() =>
        (await AnsweredAsync("send_message_response")).ShouldBe(
            new DeliveryOutcome.Accepted("1111111:1368")
        );

    [Theory]
    [InlineData("error_400_chat_not_found", "400", "write to the bot first", FailureScope.Message)]
    [InlineData("error_401", "401", "@BotFather", FailureScope.Authorization)]
    [InlineData("error_404_bad_token", "404", "@BotFather", FailureScope.Authorization)]
    [InlineData("error_403_blocked", "403", "blocked this bot", FailureScope.Message)]
    public async Task SendAsync_should_say_why_it_was_refused(
        string fixture,
        string code,
        string words,
        FailureScope scope
    )
    {
        var refused = (await AnsweredAsync(fixture)).ShouldBeOfType<DeliveryOutcome.Rejected>();
        (refused.Code, refused.Scope).ShouldBe((code, scope));
        refused.Reason.ShouldContain(words);
        refused.ShutOutBy.ShouldBe(code == "403" ? host.Customer : null);
    }

    [Fact]
    public async Task SendAsync_should_wait_as_long_as_it_is_told()
    {
        var later = (await AnsweredAsync("error_429")).ShouldBeOfType<DeliveryOutcome.Postponed>();
        (later.After, later.Code).ShouldBe((TimeSpan.FromSeconds(35), "429"));
    }

    [Fact]
    public async Task SendAsync_should_follow_a_chat_that_moved()
    {
        var chats = new List<string>();
        await using var api = await AnswerServer.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            chats.Add(JsonNode.Parse(await reader.ReadToEndAsync())!["chat_id"]!.ToJsonString());
            context.Response.ContentType = "application/json";
            if (chats.Count == 1)
            {
                context.Response.StatusCode = 400;
                await context.Response.Body.WriteAsync(
                    Fixtures.Bytes("telegram/error_400_migrated.json")
                );
                return;
            }
            await context.Response.WriteAsync(
                """{"ok":true,"result":{"message_id":5,"chat":{"id":-1001234567890}}}"""
            );
        });
        await using var moved = New(api.Url);

        var accepted = (
            await moved.SendAsync(moved.Text("Olá"))
        ).ShouldBeOfType<DeliveryOutcome.Accepted>();

        chats.ShouldBe(["1111111", "-1001234567890"]);
        (accepted.ExternalId, accepted.Moved).ShouldBe(
            (
                "-1001234567890:5",
                new MovedIdentity(IdentityKinds.Telegram, "1111111", "-1001234567890")
            )
        );
    }

    [Theory]
    [InlineData(502, "<html>")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"ok":true,"result":{}}""")]
    [InlineData(500, """{"ok":false,"error_code":500,"description":"Internal Server Error"}""")]
    public async Task SendAsync_should_not_guess_what_an_odd_answer_means(int status, string body)
    {
        await using var api = await AnswerServer.StartAsync(status, body);
        await using var odd = New(api.Url);

        (await odd.SendAsync(odd.Text("x"))).ShouldBeOfType<DeliveryOutcome.Lost>();
        api.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task SendAsync_should_not_know_what_became_of_a_cut_connection()
    {
        simulator.State.Channels.SetFaults(Bot, new ChannelFaults { DropConnection = true });

        (await host.SendAsync(host.Text("x"))).ShouldBeOfType<DeliveryOutcome.Lost>();
    }

    [Fact]
    public async Task SendAsync_should_try_later_where_nobody_listens()
    {
        await using var away = New("http://127.0.0.1:1");

        (await away.SendAsync(away.Text("x")))
            .ShouldBeOfType<DeliveryOutcome.Postponed>()
            .Scope.ShouldBe(FailureScope.Channel);
    }

    [Fact]
    public void Fixtures_should_all_be_used() =>
        Fixtures
            .Names("telegram")
            .Where(name => !name.StartsWith("update_", StringComparison.Ordinal))
            .ShouldBe(
                [
                    "error_400_chat_not_found",
                    "error_400_migrated",
                    "error_401",
                    "error_403_blocked",
                    "error_404_bad_token",
                    "error_429",
                    "get_file_response",
                    "get_me_response",
                    "send_message_request",
                    "send_message_response",
                    "set_webhook_request",
                ],
                "a new file needs its test here"
            );

    // ---------------------------------------------------------------- files, buttons, webhooks

    [Fact]
    public async Task OpenMediaAsync_should_ask_where_the_file_is_and_open_it_there()
    {
        var paths = new List<string>();
        await using var api = await AnswerServer.StartAsync(context =>
        {
            paths.Add(context.Request.Path);
            return context
                .Response.Body.WriteAsync(
                    paths.Count == 1 ? Fixtures.Bytes("telegram/get_file_response.json") : [1, 2, 3]
                )
                .AsTask();
        });
        await using var files = New(api.Url);

        await using var file = await files.Connector.OpenMediaAsync(
            files.Tenant,
            files.Channel,
            "AgAC-x",
            default
        );

        file!.ReadByte().ShouldBe(1);
        paths.ShouldBe([$"/bot{Token}/getFile", $"/file/bot{Token}/photos/file_1.jpg"]);
    }

    [Fact]
    public async Task OpenMediaAsync_should_not_find_what_telegram_does_not_have()
    {
        (
            await host.Connector.OpenMediaAsync(host.Tenant, host.Channel, "gone", default)
        ).ShouldBeNull();
    }

    [Fact]
    public async Task AcknowledgeAsync_should_end_the_spinner_of_a_button()
    {
        await ((IAcknowledges)host.Connector).AcknowledgeAsync(
            host.Tenant,
            host.Channel,
            """{"callback_query_id":"4382bfdwdsb323b2d9"}""",
            default
        );

        var call = simulator.State.Outbox.All().ShouldHaveSingleItem();
        call.Type.ShouldBe("answerCallbackQuery");
        call.Body.ShouldContain("4382bfdwdsb323b2d9");
    }

    [Fact]
    public async Task ConnectAsync_should_tell_where_updates_go_and_by_what_secret()
    {
        var setup = (IChannelSetup)host.Connector;
        var candidate = host.Candidate(
            ("bot_token", Token),
            ("secret_token", "A-Za-z0-9_-_1..256".Replace(".", "_", StringComparison.Ordinal))
        );

        (await setup.ConnectAsync(candidate, default)).IsOk.ShouldBeTrue();

        var body = JsonNode.Parse(simulator.State.Outbox.All().ShouldHaveSingleItem().Body)!;
        body["secret_token"] = "A-Za-z0-9_-_1..256";
        JsonNode
            .DeepEquals(body, Fixtures.Json("telegram/set_webhook_request.json"))
            .ShouldBeTrue(body.ToJsonString());
        simulator.State.Channels.Find(Bot)!.WebhookUrl.ShouldBe(candidate.WebhookUrl);

        await setup.DisconnectAsync(candidate, default);
        simulator.State.Channels.Find(Bot)!.WebhookUrl.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Token, null, null)]
    [InlineData(Bot + ":another-token-0123456789", "bot_token", "token_wrong")]
    public async Task CheckAsync_should_say_who_the_bot_is_or_what_is_wrong(
        string token,
        string? field,
        string? code
    )
    {
        var check = await ((IChannelCheck)host.Connector).CheckAsync(
            host.Candidate(("bot_token", token)),
            default
        );

        if (code is null)
        {
            check.Findings.ShouldBeEmpty();
            check.Account!.ShouldStartWith("@flame_bot");
            return;
        }
        var finding = check.Findings.ShouldHaveSingleItem();
        (finding.Field, finding.Code, finding.Said).ShouldBe((field, code, "Unauthorized"));
    }

    [Fact]
    public async Task CheckAsync_should_understand_what_telegram_answers()
    {
        await using var api = await AnswerServer.StartAsync(
            200,
            Fixtures.Text("telegram/get_me_response.json")
        );
        await using var real = New(api.Url);

        (
            await ((IChannelCheck)real.Connector).CheckAsync(
                real.Candidate(("bot_token", Token)),
                default
            )
        ).Account.ShouldBe("@flame_bot · Flame");
    }

    [Fact]
    public void Draft_should_take_the_account_out_of_the_token_and_make_up_a_secret()
    {
        var catalog = new ChannelCatalog([host.Connector]);

        var draft = catalog
            .Draft(
                ChannelTypes.Telegram,
                "Bot",
                new Dictionary<string, string> { ["bot_token"] = Token }
            )
            .Value;

        draft.AccountId.ShouldBe(Bot);
        draft.AppSecret!.Length.ShouldBeGreaterThan(40);
        draft.Credentials["secret_token"].ShouldBe(draft.AppSecret);
        catalog
            .Draft(
                ChannelTypes.Telegram,
                "Bot",
                new Dictionary<string, string> { ["bot_token"] = "not a token" }
            )
            .Error!.Fields!.Keys.ShouldContain("bot_token");
    }

    private static ConnectorHost New(string url) => new(ChannelTypes.Telegram, url, Bot, Token);

    private static async Task<DeliveryOutcome> AnsweredAsync(string fixture)
    {
        var (status, body) = Fixtures.Answer($"telegram/{fixture}.json");
        await using var api = await AnswerServer.StartAsync(status, body);
        await using var answered = New(api.Url);
        return await answered.SendAsync(answered.Text("Olá"));
    }
}
