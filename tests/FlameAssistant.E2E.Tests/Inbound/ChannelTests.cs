using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.E2E.Tests.Inbox;
using FlameAssistant.Simulator.Providers;
using FlameAssistant.Simulator.WhatsApp;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.E2E.Tests.Inbound;

/// <summary>The product and the simulator, connected by Messenger, Instagram and Telegram.</summary>
public sealed class ChannelApp : IAsyncLifetime
{
    public const string BotSecret = "secret-of-the-bot";
    public const string Customer = "6100000000000001";

    public TestDatabase Database { get; private set; } = null!;

    public SimulatorHost Simulator { get; private set; } = null!;

    public AppProcess App { get; private set; } = null!;

    public TenantRef Tenant { get; private set; } = null!;

    public Actor Agent { get; private set; } = null!;

    public Dictionary<string, Guid> Channels { get; } = new(StringComparer.Ordinal);

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        Simulator = await SimulatorHost.StartAsync(autoRead: true);
        App = await AppProcess.StartAsync(
            Database,
            [
                .. InboxApp.Settings(Simulator),
                ("Flame__Channels__Instagram__BaseUrl", Simulator.Url),
                ("Flame__Channels__Telegram__BaseUrl", Simulator.Url),
                ("Flame__Channels__Meta__AppSecret", Fixtures.AppSecret),
                ("Flame__Channels__Meta__VerifyToken", Fixtures.VerifyToken),
            ]
        );
        Tenant = await Database.NewTenantAsync("a-shop");
        Agent = await Database.NewMemberAsync(Tenant, MemberRoles.Agent);
        foreach (var type in new[] { "messenger", "instagram", "telegram" })
        {
            // One token of the builders for all: the accounts are told apart by their type.
            var token = type == "telegram" ? TestDatabase.AccessToken : null;
            Simulator.Connect(type, AccountOf(type), token ?? $"{TestDatabase.AccessToken}");
        }
        foreach (var type in new[] { "messenger", "instagram", "telegram" })
        {
            Channels[type] = await Database.NewChannelAsync(
                Tenant,
                accountId: AccountOf(type),
                appSecret: type == "telegram" ? BotSecret : Fixtures.AppSecret,
                type: type
            );
        }
    }

    public static string AccountOf(string type) =>
        type switch
        {
            "messenger" => "104000000000001",
            "instagram" => "17841400000000001",
            _ => "123456",
        };

    public async ValueTask DisposeAsync()
    {
        if (App is not null)
        {
            await App.DisposeAsync();
        }
        if (Simulator is not null)
        {
            await Simulator.DisposeAsync();
        }
        if (Database is not null)
        {
            await Database.DisposeAsync();
        }
    }
}

public sealed class ChannelTests(ChannelApp fixture) : IClassFixture<ChannelApp>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(ChannelTypes.Messenger, MessageStatuses.Read)]
    [InlineData(ChannelTypes.Instagram, MessageStatuses.Read)]
    [InlineData(ChannelTypes.Telegram, MessageStatuses.Accepted)]
    public async Task A_customer_should_be_answered(string type, string ends)
    {
        var account = await ConnectAsync(type);
        await fixture.Simulator.WriteAsync(
            account,
            ChannelApp.Customer,
            $"Olá 😀 {type}",
            "Ana Souza"
        );
        var asked = await MessageAsync($"Olá 😀 {type}");

        var answer = (
            await fixture.Database.DoAsync(
                fixture.Tenant,
                fixture.Agent,
                new SendMessage(
                    asked.ConversationId,
                    $"Oi, {type}!",
                    Guid.NewGuid().ToString(),
                    QuotedMessageId: asked.Id
                )
            )
        ).Id;

        await fixture.Simulator.State.WaitUntilAsync(
            () => Shown(account).Any(m => m.Text == $"Oi, {type}!"),
            Patience
        );
        var shown = Shown(account).Single(m => m.Text == $"Oi, {type}!");
        shown.ReplyTo.ShouldBe(asked.ExternalMessageId);
        await Eventually.IsTrueAsync(async () => (await FindAsync(answer)).Status == ends);
        (await FindAsync(answer)).ExternalMessageId.ShouldBe(shown.Wamid);
        await Eventually.IsTrueAsync(async () =>
            await fixture.Database.AskAsync<string>(
                $"SELECT c.name FROM contacts c JOIN conversations v ON v.contact_id = c.id WHERE v.id = '{asked.ConversationId}'",
                fixture.Tenant
            ) == "Ana Souza"
        );
        // Its own echo is no second message.
        (
            await fixture.Database.AskAsync<long>(
                $"SELECT count(*) FROM messages WHERE conversation_id = '{asked.ConversationId}' AND is_from_me",
                fixture.Tenant
            )
        ).ShouldBe(1);
    }

    [Theory]
    [InlineData(ChannelTypes.Messenger)]
    [InlineData(ChannelTypes.Instagram)]
    [InlineData(ChannelTypes.Telegram)]
    public async Task Files_should_go_both_ways(string type)
    {
        var account = await ConnectAsync(type);
        byte[] pdf = [.. "%PDF-1.4 "u8, .. System.Text.Encoding.UTF8.GetBytes(type)];
        using var form = new MultipartFormDataContent
        {
            { new StringContent("6100000000000002"), "from" },
        };
        var content = new ByteArrayContent(pdf);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        form.Add(content, "file", "nota.pdf");
        using var http = new HttpClient();
        using var sent = await http.PostAsync(
            $"{fixture.Simulator.Url}/simulator/channels/{account}/files",
            form
        );
        sent.EnsureSuccessStatusCode();

        var hash = "";
        await Eventually.IsTrueAsync(async () =>
        {
            hash = await fixture.Database.AskAsync<string>(
                $"SELECT a.storage_key FROM message_attachments a JOIN messages m ON m.id = a.message_id WHERE m.channel_id = '{fixture.Channels[type]}' AND NOT m.is_from_me AND a.state = 'stored'",
                fixture.Tenant
            );
            return hash is not null;
        });
        var conversation = await fixture.Database.AskAsync<Guid>(
            $"SELECT m.conversation_id FROM messages m JOIN message_attachments a ON a.message_id = m.id WHERE a.storage_key = '{hash}'",
            fixture.Tenant
        );
        var upload = await fixture.Database.DoAsync(
            fixture.Tenant,
            fixture.Agent,
            new StageUpload(
                conversation,
                new StoredFile("document", "de volta.pdf", "application/pdf", pdf.Length, hash!)
            )
        );
        await fixture.Database.DoAsync(
            fixture.Tenant,
            fixture.Agent,
            new SendMessage(conversation, "Aqui está", Guid.NewGuid().ToString(), Uploads: [upload])
        );

        await fixture.Simulator.State.WaitUntilAsync(
            () =>
                Shown(account, "6100000000000002")
                    .Any(m => m is { Direction: MessageDirection.Out, File: not null }),
            Patience
        );
        var shown = Shown(account, "6100000000000002")
            .Single(m => m is { Direction: MessageDirection.Out, File: not null });
        fixture.Simulator.State.Media.Find(shown.File!.Id)!.Content.ShouldBe(pdf);
        Shown(account, "6100000000000002").ShouldContain(m => m.Text == "Aqui está");
    }

    [Fact]
    public async Task A_batch_should_arrive_whole_and_in_order()
    {
        var account = await ConnectAsync(ChannelTypes.Messenger);
        using var http = new HttpClient();
        using var answer = await http.PostAsJsonAsync(
            $"{fixture.Simulator.Url}/simulator/channels/{account}/messages",
            new
            {
                from = "6100000000000003",
                text = "um",
                also = new[] { "dois", "três" },
                copies = 3,
            }
        );
        answer.EnsureSuccessStatusCode();

        await Eventually.IsTrueAsync(async () =>
            await fixture.Database.AskAsync<string>(
                "SELECT string_agg(content, ' ' ORDER BY seq) FROM messages WHERE content IN ('um', 'dois', 'três')",
                fixture.Tenant
            ) == "um dois três"
        );
    }

    // ---------------------------------------------------------------- who may knock

    [Theory]
    [InlineData("messenger")]
    [InlineData("instagram")]
    public async Task Every_body_should_be_accepted_with_its_signature_only(string folder)
    {
        var signatures = Fixtures.Json("signatures_meta.json")["files"]!;
        foreach (var name in Fixtures.Names(folder, "in_"))
        {
            var body = Fixtures.Bytes($"{folder}/{name}.json");
            var signature = signatures[$"{folder}/{name}.json"]!.GetValue<string>();
            (await PostAsync($"/webhooks/{folder}", body, signature)).ShouldBe(
                HttpStatusCode.OK,
                name
            );
            body[^3] ^= 1;
            (await PostAsync($"/webhooks/{folder}", body, signature)).ShouldBe(
                HttpStatusCode.Unauthorized
            );
        }
    }

    [Theory]
    [InlineData("messenger")]
    [InlineData("instagram")]
    public async Task The_provider_should_be_answered_who_owns_the_address(string type)
    {
        foreach (
            var path in new[] { $"/webhooks/{type}", $"/webhooks/{type}/{fixture.Channels[type]}" }
        )
        {
            var token = path.Length > 30 ? "verify-token" : Fixtures.VerifyToken;
            (
                await fixture.App.Http.GetStringAsync(
                    $"{path}?hub.mode=subscribe&hub.challenge=42&hub.verify_token={token}"
                )
            ).ShouldBe("42");
            using var wrong = await fixture.App.Http.GetAsync(
                $"{path}?hub.mode=subscribe&hub.challenge=42&hub.verify_token=wrong"
            );
            wrong.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }
    }

    [Theory]
    [InlineData(ChannelApp.BotSecret, HttpStatusCode.OK)]
    [InlineData("secret-of-the-bo", HttpStatusCode.Unauthorized)]
    [InlineData("another", HttpStatusCode.Unauthorized)]
    [InlineData("", HttpStatusCode.Unauthorized)]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    public async Task An_update_should_carry_the_bots_secret(string? secret, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            $"/webhooks/telegram/{fixture.Channels["telegram"]}"
        );
        request.Content = new ByteArrayContent(
            Fixtures.Bytes("telegram/update_group_message.json")
        );
        if (secret is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Telegram-Bot-Api-Secret-Token", secret);
        }

        using var answer = await fixture.App.Http.SendAsync(request);

        answer.StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task A_gateways_body_should_be_signed_or_carry_the_secret()
    {
        var signed = Fixtures.Json("waha/signatures.json");
        var secret = signed["key"]!.GetValue<string>();
        var channel = await fixture.Database.NewChannelAsync(
            fixture.Tenant,
            accountId: "t_0199a1b2_main@gateway",
            appSecret: secret,
            type: ChannelTypes.WhatsAppWeb
        );
        const string File = "waha/event_message_text.json";
        var right = signed["files"]![File]!["X-Webhook-Hmac"]!.GetValue<string>();
        (
            string Gateway,
            string File,
            string Header,
            string? Proof,
            HttpStatusCode Status
        )[] cases =
        [
            ("waha", File, "X-Webhook-Hmac", right, HttpStatusCode.OK),
            ("waha", File, "X-Webhook-Hmac", null, HttpStatusCode.Unauthorized),
            ("waha", File, "X-Webhook-Hmac", right[..^2], HttpStatusCode.Unauthorized),
            ("waha", File, "X-Webhook-Hmac", new string('0', 128), HttpStatusCode.Unauthorized),
            ("waha", File, "X-Flame-Secret", secret, HttpStatusCode.Unauthorized),
            (
                "waha",
                "waha/event_message_media.json",
                "X-Webhook-Hmac",
                right,
                HttpStatusCode.Unauthorized
            ),
            ("evolution", File, "X-Flame-Secret", secret, HttpStatusCode.OK),
            ("evolution", File, "X-Flame-Secret", secret[..^1], HttpStatusCode.Unauthorized),
            ("evolution", File, "X-Flame-Secret", null, HttpStatusCode.Unauthorized),
            ("evolution", File, "X-Webhook-Hmac", right, HttpStatusCode.Unauthorized),
        ];
        foreach (var (gateway, file, header, proof, status) in cases)
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Post,
                $"/webhooks/{gateway}/{channel}"
            );
            request.Content = new ByteArrayContent(Fixtures.Bytes(file));
            if (proof is not null)
            {
                request.Headers.TryAddWithoutValidation(header, proof);
            }
            using var answer = await fixture.App.Http.SendAsync(request);
            answer.StatusCode.ShouldBe(status, $"{gateway} {header} {proof}");
        }
    }

    [Theory]
    [InlineData("/webhooks/waha/01994444-0000-7000-8000-000000000000")]
    [InlineData("/webhooks/evolution/01994444-0000-7000-8000-000000000000")]
    [InlineData("/webhooks/telegram/01994444-0000-7000-8000-000000000000")]
    [InlineData("/webhooks/messenger/01994444-0000-7000-8000-000000000000")]
    public async Task An_unknown_address_should_not_be_found(string path) =>
        (await PostAsync(path, "{}"u8.ToArray(), "sha256=")).ShouldBe(HttpStatusCode.NotFound);

    [Fact]
    public async Task A_channels_address_should_be_of_its_own_type_only()
    {
        var body = Fixtures.Bytes("messenger/in_text.json");
        (
            await PostAsync(
                $"/webhooks/instagram/{fixture.Channels["messenger"]}",
                body,
                Fixtures.Sign(body, Fixtures.AppSecret)
            )
        ).ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("/m/not-a-token/a.pdf")]
    [InlineData("/m/CfDJ8N/a.pdf")]
    public async Task A_made_up_link_should_lead_to_nothing(string path)
    {
        using var answer = await fixture.App.Http.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    // ---------------------------------------------------------------- helpers

    /// <summary>Telegram is told by the product itself where the updates go; the others' admins do it by hand.</summary>
    private async Task<string> ConnectAsync(string type)
    {
        var account = ChannelApp.AccountOf(type);
        var address = $"{fixture.App.Url}/webhooks/{type}/{fixture.Channels[type]}";
        var known = fixture.Simulator.State.Channels.Find(account)!;
        if (type != ChannelTypes.Telegram)
        {
            // One token for both: only the one that speaks may have it.
            fixture.Simulator.State.Channels.Put(
                known with
                {
                    WebhookUrl = address,
                    AccessToken = TestDatabase.AccessToken,
                }
            );
            var other = ChannelApp.AccountOf(type == "messenger" ? "instagram" : "messenger");
            fixture.Simulator.State.Channels.Put(
                fixture.Simulator.State.Channels.Find(other)! with
                {
                    AccessToken = "somebody else's",
                }
            );
            return account;
        }
        await fixture.Simulator.State.WaitUntilAsync(
            () => fixture.Simulator.State.Channels.Find(account)!.WebhookUrl == address,
            Patience
        );
        return account;
    }

    private IReadOnlyList<TranscriptMessage> Shown(
        string account,
        string customer = ChannelApp.Customer
    ) => fixture.Simulator.State.Conversations.Find(account, customer)?.Messages ?? [];

    private async Task<Message> MessageAsync(string text)
    {
        Message? found = null;
        await Eventually.IsTrueAsync(async () =>
            (
                found = await fixture.Database.ReadAsync(
                    fixture.Tenant,
                    unit =>
                        unit.Db.Messages.AsNoTracking().SingleOrDefaultAsync(m => m.Content == text)
                )
            )
                is not null
        );
        return found!;
    }

    private Task<Message> FindAsync(Guid id) =>
        fixture.Database.ReadAsync(
            fixture.Tenant,
            unit => unit.Db.Messages.AsNoTracking().SingleAsync(m => m.Id == id)
        );

    private Task<HttpStatusCode> PostAsync(string path, byte[] body, string signature) =>
        fixture.App.PostAsync(path, body, signature);
}
