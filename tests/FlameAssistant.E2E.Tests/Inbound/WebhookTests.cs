using System.Net;
using System.Text;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.E2E.Tests.Inbound;

/// <summary>An app with a shared address, and two tenants with an address each.</summary>
public sealed class WebhookApp : IAsyncLifetime
{
    public const string SharedSecret = Fixtures.AppSecret;
    public const string SecretOfA = "secret-of-a";
    public const string SecretOfB = "secret-of-b";
    public const string AccountOfA = "1000001";
    public const string AccountOfB = "1000002";

    public TestDatabase Database { get; private set; } = null!;

    public AppProcess App { get; private set; } = null!;

    public TenantRef A { get; private set; } = null!;

    public TenantRef B { get; private set; } = null!;

    public Guid ChannelOfA { get; private set; }

    public Guid ChannelOfB { get; private set; }

    public string AddressOfA => $"/webhooks/whatsapp/{ChannelOfA}";

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        A = await Database.NewTenantAsync("a-shop");
        B = await Database.NewTenantAsync("b-shop");
        ChannelOfA = await Database.NewChannelAsync(A, accountId: AccountOfA, appSecret: SecretOfA);
        ChannelOfB = await Database.NewChannelAsync(B, accountId: AccountOfB, appSecret: SecretOfB);
        await Database.NewChannelAsync(A, accountId: Fixtures.PhoneNumberId, appSecret: null);
        await Database.NewChannelAsync(B, accountId: Fixtures.OtherPhoneNumberId, appSecret: null);
        App = await AppProcess.StartAsync(
            Database,
            ("Flame__Channels__Meta__AppSecret", SharedSecret),
            ("Flame__Channels__Meta__VerifyToken", Fixtures.VerifyToken)
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (App is not null)
        {
            await App.DisposeAsync();
        }
        if (Database is not null)
        {
            await Database.DisposeAsync();
        }
    }
}

public sealed class WebhookTests(WebhookApp fixture) : IClassFixture<WebhookApp>
{
    private const string Shared = "/webhooks/whatsapp";
    private AppProcess App => fixture.App;
    private TestDatabase Database => fixture.Database;

    // ---------------------------------------------------------------- once

    [Fact]
    public async Task A_thousand_copies_should_become_one_row()
    {
        var body = Fixtures.WhatsAppText(WebhookApp.AccountOfA, "wamid.thousand");
        var signature = Fixtures.Sign(body, WebhookApp.SecretOfA);

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 1000)
                .Select(_ => App.PostAsync(fixture.AddressOfA, body, signature))
        );

        answers.ShouldAllBe(status => status == HttpStatusCode.OK);
        await Database.AllTakenAsync();
        (await CountAsync(fixture.A, "wamid.thousand")).ShouldBe(1);
    }

    [Fact]
    public async Task Every_fixture_should_be_accepted_with_its_signature()
    {
        var signatures = Fixtures.Json("signatures_meta.json")["files"]!;
        foreach (var name in Fixtures.WhatsAppInbound())
        {
            var body = Fixtures.Bytes(name);
            var signature = signatures[name]!.GetValue<string>();
            (await App.PostAsync(Shared, body, signature)).ShouldBe(HttpStatusCode.OK, name);
        }

        await Database.AllTakenAsync();
        (
            await Database.AskAsync<long>(
                "SELECT count(*) FROM shared.inbound_events WHERE last_error IS NOT NULL"
            )
        ).ShouldBe(0);
        (
            await Database.AskAsync<string[]>(
                "SELECT array_agg(DISTINCT message_type ORDER BY message_type) FROM messages",
                fixture.A
            )
        ).ShouldBe([
            "audio",
            "contacts",
            "document",
            "image",
            "location",
            "order",
            "sticker",
            "text",
            "unknown",
            "video",
        ]);
        (
            await Database.AskAsync<long>(
                // Another test sends this text under an id of its own.
                "SELECT count(*) FROM messages WHERE content = 'outro tenant' AND external_message_id NOT LIKE 'wamid.batch.%'",
                fixture.B
            )
        ).ShouldBe(1);
    }

    // ---------------------------------------------------------------- signatures

    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    [InlineData("another secret")]
    [InlineData("sha1")]
    [InlineData("no hex")]
    [InlineData("short")]
    [InlineData("a changed byte")]
    [InlineData("the secret of B")]
    public async Task A_wrong_signature_should_be_refused_and_nothing_stored(string how)
    {
        var body = Fixtures.WhatsAppText(WebhookApp.AccountOfA, "wamid.refused");
        var right = Fixtures.Sign(body, WebhookApp.SecretOfA);
        var signature = how switch
        {
            "missing" => null,
            "empty" => "",
            "another secret" => Fixtures.Sign(body, "another"),
            "sha1" => right.Replace("sha256=", "sha1=", StringComparison.Ordinal),
            "no hex" => "sha256=" + new string('z', 64),
            "short" => right[..40],
            "the secret of B" => Fixtures.Sign(body, WebhookApp.SecretOfB),
            _ => right,
        };
        if (how == "a changed byte")
        {
            body[^20] ^= 1;
        }
        var before = await StoredAsync();

        (await App.PostAsync(fixture.AddressOfA, body, signature)).ShouldBe(
            HttpStatusCode.Unauthorized
        );

        (await StoredAsync()).ShouldBe(before);
    }

    [Theory]
    [InlineData("/webhooks/whatsapp/01994444-0000-7000-8000-000000000000")]
    [InlineData("/webhooks/whatsapp/not-an-id")]
    [InlineData("/webhooks/whatsapp/00000000-0000-0000-0000-000000000000")]
    public async Task An_unknown_address_should_not_be_found(string path)
    {
        var body = Fixtures.WhatsAppText("1", "wamid.1");

        (await App.PostSignedAsync(path, body, WebhookApp.SharedSecret)).ShouldBe(
            HttpStatusCode.NotFound
        );
    }

    // ---------------------------------------------------------------- whose

    [Fact]
    public async Task A_batch_should_reach_both_tenants()
    {
        var body = Encoding
            .UTF8.GetString(Fixtures.Bytes("whatsapp-cloud/batch_multi_entry_multi_tenant.json"))
            .Replace("wamid.", "wamid.batch.", StringComparison.Ordinal);

        (
            await App.PostSignedAsync(Shared, Encoding.UTF8.GetBytes(body), WebhookApp.SharedSecret)
        ).ShouldBe(HttpStatusCode.OK);
        await Database.AllTakenAsync();

        (await TextsAsync(fixture.A, "wamid.batch.%")).ShouldBe(["dois", "um"]);
        (await TextsAsync(fixture.B, "wamid.batch.%")).ShouldBe(["outro tenant"]);
    }

    [Fact]
    public async Task A_body_signed_by_A_that_names_B_should_change_nothing_in_B()
    {
        var before = await StateOfBAsync();
        var forged = Fixtures.WhatsAppText(WebhookApp.AccountOfB, "wamid.forged");
        var status = Fixtures.WhatsAppStatus(WebhookApp.AccountOfB, "wamid.forged", "read");

        foreach (var body in new[] { forged, status })
        {
            (await App.PostSignedAsync(fixture.AddressOfA, body, WebhookApp.SecretOfA)).ShouldBe(
                HttpStatusCode.OK
            );
        }
        await Database.AllTakenAsync();

        (await StateOfBAsync()).ShouldBe(before);
        (await CountAsync(fixture.A, "wamid.forged")).ShouldBe(0);
        (await QuarantinedAsync(forged)).ShouldBe(fixture.A.Id);
        (await QuarantinedAsync(status)).ShouldBe(fixture.A.Id);
    }

    [Fact]
    public async Task The_shared_address_should_not_reach_a_channel_with_its_own()
    {
        var body = Fixtures.WhatsAppText(WebhookApp.AccountOfB, "wamid.by-shared");

        await App.PostSignedAsync(Shared, body, WebhookApp.SharedSecret);
        await Database.AllTakenAsync();

        (await CountAsync(fixture.B, "wamid.by-shared")).ShouldBe(0);
        (await IsQuarantinedAsync(body)).ShouldBeTrue();
    }

    // ---------------------------------------------------------------- what

    [Fact]
    public async Task An_unknown_number_should_be_quarantined()
    {
        var body = Fixtures.WhatsAppText("555000", "wamid.nobody");

        (await App.PostSignedAsync(Shared, body, WebhookApp.SharedSecret)).ShouldBe(
            HttpStatusCode.OK
        );
        await Database.AllTakenAsync();

        (await IsQuarantinedAsync(body)).ShouldBeTrue();
    }

    [Fact]
    public async Task Malformed_json_with_a_right_signature_should_be_quarantined()
    {
        var body = Encoding.UTF8.GetBytes("{\"entry\": [ this is not JSON");

        (await App.PostSignedAsync(fixture.AddressOfA, body, WebhookApp.SecretOfA)).ShouldBe(
            HttpStatusCode.OK
        );
        await Database.AllTakenAsync();

        (await QuarantinedAsync(body)).ShouldBe(fixture.A.Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Five_megabytes_should_be_too_much(bool hasLength)
    {
        var body = new byte[5 * 1024 * 1024];
        var before = await StoredAsync();
        using HttpContent content = hasLength
            ? new ByteArrayContent(body)
            : new EndlessContent(body);

        using var answer = await App.PostAsync(
            fixture.AddressOfA,
            content,
            Fixtures.Sign(body, WebhookApp.SecretOfA)
        );

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await StoredAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Four_megabytes_should_be_taken()
    {
        var body = new byte[4 * 1024 * 1024];
        body.AsSpan().Fill((byte)' ');

        (await App.PostSignedAsync(fixture.AddressOfA, body, WebhookApp.SecretOfA)).ShouldBe(
            HttpStatusCode.OK
        );
    }

    [Fact]
    public async Task A_status_before_its_message_should_wait_for_it()
    {
        (
            await App.PostSignedAsync(
                fixture.AddressOfA,
                Fixtures.WhatsAppStatus(WebhookApp.AccountOfA, "wamid.early", "delivered"),
                WebhookApp.SecretOfA
            )
        ).ShouldBe(HttpStatusCode.OK);
        await Database.AllTakenAsync();
        (await ParkedAsync()).ShouldBe(1);

        // Typed on the phone: the echo brings the message that the status was about.
        var echo = Encoding
            .UTF8.GetString(Fixtures.Bytes("whatsapp-cloud/echo_smb_message_echoes.json"))
            .Replace(Fixtures.PhoneNumberId, WebhookApp.AccountOfA, StringComparison.Ordinal);
        echo = System.Text.RegularExpressions.Regex.Replace(
            echo,
            "wamid\\.[A-Za-z0-9]+",
            "wamid.early",
            System.Text.RegularExpressions.RegexOptions.None,
            TimeSpan.FromSeconds(1)
        );
        await App.PostSignedAsync(
            fixture.AddressOfA,
            Encoding.UTF8.GetBytes(echo),
            WebhookApp.SecretOfA
        );
        await Database.AllTakenAsync();

        (
            await Database.AskAsync<string>(
                "SELECT status FROM messages WHERE external_message_id = 'wamid.early'",
                fixture.A
            )
        ).ShouldBe("delivered");
        (await ParkedAsync()).ShouldBe(0);

        Task<long> ParkedAsync() =>
            Database.AskAsync<long>(
                "SELECT count(*) FROM parked_events WHERE external_message_id = 'wamid.early'",
                fixture.A
            );
    }

    // ---------------------------------------------------------------- verification

    [Theory]
    [InlineData("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=vt_test_123", 200)]
    [InlineData("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=wrong", 403)]
    [InlineData("hub.mode=subscribe&hub.challenge=1158201444", 403)]
    [InlineData("hub.mode=other&hub.challenge=1158201444&hub.verify_token=vt_test_123", 403)]
    [InlineData("", 403)]
    public async Task Verification_should_answer_the_challenge_to_who_knows_the_token(
        string query,
        int status
    )
    {
        foreach (
            var (path, token) in new[]
            {
                (Shared, Fixtures.VerifyToken),
                (fixture.AddressOfA, "verify-token"),
            }
        )
        {
            using var answer = await App.Http.GetAsync(
                $"{path}?{query.Replace(Fixtures.VerifyToken, token, StringComparison.Ordinal)}"
            );

            ((int)answer.StatusCode).ShouldBe(status);
            (await answer.Content.ReadAsStringAsync()).ShouldBe(status == 200 ? "1158201444" : "");
            if (status == 200)
            {
                answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
            }
        }
    }

    // ---------------------------------------------------------------- helpers

    private Task<long> StoredAsync() =>
        Database.AskAsync<long>("SELECT count(*) FROM shared.inbound_events");

    private Task<long> CountAsync(TenantRef tenant, string wamid) =>
        Database.AskAsync<long>(
            $"SELECT count(*) FROM messages WHERE external_message_id = '{wamid}'",
            tenant
        );

    private Task<string[]?> TextsAsync(TenantRef tenant, string like) =>
        Database.AskAsync<string[]>(
            $"SELECT array_agg(content ORDER BY content) FROM messages WHERE external_message_id LIKE '{like}'",
            tenant
        );

    private Task<string?> StateOfBAsync() =>
        Database.AskAsync<string>(
            """
            SELECT concat_ws(' ', (SELECT count(*) FROM messages), (SELECT count(*) FROM conversations), (SELECT count(*) FROM contacts),
                                  (SELECT count(*) FROM contact_identities), (SELECT count(*) FROM parked_events), (SELECT max(xmin::text) FROM conversations))
            """,
            fixture.B
        );

    private Task<Guid> QuarantinedAsync(byte[] body) =>
        Database.AskAsync<Guid>(
            $"SELECT tenant_id FROM shared.inbound_quarantine WHERE body = '\\x{Convert.ToHexString(body)}'"
        );

    private async Task<bool> IsQuarantinedAsync(byte[] body) =>
        await Database.AskAsync<long>(
            $"SELECT count(*) FROM shared.inbound_quarantine WHERE body = '\\x{Convert.ToHexString(body)}'"
        ) == 1;

    /// <summary>Has no length, so it is sent in chunks.</summary>
    private sealed class EndlessContent(byte[] body) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            stream.WriteAsync(body).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
