using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Members;
using FlameAssistant.E2E.Tests.Inbox;
using FlameAssistant.Simulator.Providers;
using FlameAssistant.Simulator.WhatsApp;
using FlameAssistant.Testing;
using Microsoft.Playwright;
using Npgsql;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Platform;

/// <summary>An app whose operator turned every log up, to find something.</summary>
public sealed class TalkativeApp : InboxApp
{
    protected override IEnumerable<(string, string)> Further =>
        [
            ("Serilog__MinimumLevel__Default", "Debug"),
            ("Serilog__MinimumLevel__Override__Microsoft", "Debug"),
            ("Serilog__MinimumLevel__Override__System", "Debug"),
            ("Serilog__MinimumLevel__Override__Hangfire", "Debug"),
            ("Serilog__MinimumLevel__Override__Npgsql", "Debug"),
            ("Serilog__MinimumLevel__Override__Microsoft.EntityFrameworkCore", "Debug"),
        ];
}

/// <summary>Secrets and customers' words go through the real flows, and are looked for where nobody may find them.</summary>
public sealed partial class PlantedSecretsTests(TalkativeApp fixture) : IClassFixture<TalkativeApp>
{
    private const string Account = "700800900100";
    private const string Bot = "8008008008";
    private const string Breaks = "breaks the insert";

    // Where a message's words are at home.
    private static readonly string[] homes = ["messages", "conversations", "notifications"];

    private readonly Dictionary<string, string> planted = new(StringComparer.Ordinal);
    private readonly StringBuilder answers = new();
    private readonly string words = $"planted-words-{Guid.NewGuid():N}";

    private TestDatabase Database => fixture.Database;

    [Fact]
    public async Task Secrets_and_words_should_be_in_no_log_job_outbox_audit_or_answer()
    {
        Plant("master key", TestDatabase.MasterKeyText);
        foreach (
            var (role, login) in Database.Logins.All().Append(("owner", Database.Logins.Owner))
        )
        {
            Plant($"password of {role}", new NpgsqlConnectionStringBuilder(login).Password!);
        }
        await KeepWhatPassesAsync();
        var admin = await SignedInAsync();
        var channel = await WizardAsync(admin);
        await CommandAsync();
        await WebhooksAsync(channel);
        await AnswersAsync(admin);
        await BreakAsync(channel);
        await VisitorAsync();
        await LinksAsync();

        // The last thing that was asked for has been written down, too.
        await Eventually.IsTrueAsync(() =>
            Task.FromResult(fixture.App.Output.Contains("/nowhere/the", StringComparison.Ordinal))
        );
        planted.Count.ShouldBeGreaterThan(20);
        var wrong = Found("the output", fixture.App.Output, planted.Values.Append(words))
            .Concat(Found("an answer", answers.ToString(), planted.Values.Append(words)))
            .ToList();
        foreach (var (table, content) in await EverythingAsync())
        {
            var isHome = homes.Contains(table, StringComparer.Ordinal);
            wrong.AddRange(
                Found(table, content, isHome ? planted.Values : planted.Values.Append(words))
            );
        }
        wrong.ShouldBeEmpty();
    }

    /// <summary>Rows that live for moments are kept, to be looked at afterwards.</summary>
    private Task KeepWhatPassesAsync() =>
        Database.ExecuteAsync(
            $"""
            CREATE TABLE shared.passed (content text NOT NULL);
            CREATE FUNCTION shared.keep_what_passes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
              SET search_path = pg_catalog AS $$ BEGIN INSERT INTO shared.passed VALUES (NEW::text); RETURN NULL; END $$;
            GRANT EXECUTE ON FUNCTION shared.keep_what_passes() TO PUBLIC;
            CREATE TRIGGER keep AFTER INSERT OR UPDATE ON shared.outbox FOR EACH ROW EXECUTE FUNCTION shared.keep_what_passes();
            CREATE TRIGGER keep AFTER INSERT OR UPDATE OF last_error ON shared.inbound_events FOR EACH ROW
              WHEN (NEW.last_error IS NOT NULL) EXECUTE FUNCTION shared.keep_what_passes();
            ALTER TABLE messages ADD CONSTRAINT planted CHECK (content NOT LIKE '%{Breaks}%');
            """,
            fixture.Tenant
        );

    private async Task<IPage> SignedInAsync()
    {
        const string Admin = "secrets@cafe.test";
        await fixture.NewUserAsync(Admin, MemberRoles.Admin);
        Plant("password", InboxApp.Password);
        var admin = await fixture.NewSignedInAsync(email: Admin);
        var other = await fixture.NewPageAsync();
        await other.GotoAsync("/account/login");
        await other.SignInAsync(Admin, Plant("a wrong password", $"wrong-{Guid.NewGuid():N}"));
        await Expect(other.GetByTestId("sign-in-password")).ToBeVisibleAsync();
        foreach (var cookie in await admin.Context.CookiesAsync())
        {
            if (cookie.Value.Length > 30)
            {
                Plant("cookie " + cookie.Name, cookie.Value);
            }
        }
        planted.Keys.ShouldContain(name => name.StartsWith("cookie", StringComparison.Ordinal));
        await ForgottenAsync(other, Admin);
        return admin;
    }

    /// <summary>A link in a letter, which a job of Hangfire carries.</summary>
    private async Task ForgottenAsync(IPage page, string email)
    {
        await page.GotoAsync("/account/forgot-password");
        await page.GetByTestId("email").FillAsync(email);
        await page.GetByTestId("send-link").ClickAsync();
        await Expect(page.GetByTestId("mail-sent")).ToBeVisibleAsync();
        var code = "";
        await Eventually.IsTrueAsync(async () =>
        {
            var letters = await fixture.App.Http.GetStringAsync("/account/dev-mail");
            code = Code().Match(letters).Groups["it"].Value;
            return code.Length > 0;
        });
        Plant("link in a letter", code);
        await page.GotoAsync($"/account/reset-password?user={Guid.NewGuid()}&code={code}");
    }

    [GeneratedRegex(
        "reset-password[?][^\"]*code=(?<it>[A-Za-z0-9_-]{40,})",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Code();

    /// <summary>An access token that is refused, and one that is not.</summary>
    private async Task<Guid> WizardAsync(IPage admin)
    {
        var token = Plant("access token", $"EAAG{Guid.NewGuid():N}");
        var secret = Plant("app secret", $"app-secret-{Guid.NewGuid():N}");
        fixture.Simulator.Add(Account, appSecret: secret);
        fixture.Simulator.State.Channels.Put(
            fixture.Simulator.State.Channels.Find(Account)! with
            {
                AccessToken = token,
            }
        );
        await admin.GotoAsync($"/t/{InboxApp.Slug}/settings/channels/new/whatsapp");
        await admin.GetByTestId("channel-name").FillAsync("Planted");
        await admin.GetByTestId("channel-phone_number_id").FillAsync(Account);
        await admin.GetByTestId("channel-waba_id").FillAsync("100200300400500");
        await admin
            .GetByTestId("channel-access_token")
            .FillAsync(Plant("a refused access token", $"EAAG{Guid.NewGuid():N}"));
        await admin.GetByTestId("channel-app_secret").FillAsync(secret);
        await admin.GetByTestId("channel-connect").ClickAsync();
        await Expect(admin.GetByTestId("channel-access_token-problem")).ToBeVisibleAsync();
        await admin.GetByTestId("channel-access_token").FillAsync(token);
        await admin.GetByTestId("channel-connect").ClickAsync();
        await Expect(admin.GetByTestId("channel-connected")).ToBeVisibleAsync();
        fixture.Simulator.State.Channels.Put(
            fixture.Simulator.State.Channels.Find(Account)! with
            {
                WebhookUrl = await admin.GetByTestId("address-callback").InputValueAsync(),
                VerifyToken = Plant(
                    "verify token",
                    await admin.GetByTestId("address-verify_token").InputValueAsync()
                ),
            }
        );
        using var http = new HttpClient { BaseAddress = new Uri(fixture.Simulator.Url) };
        using var verified = await http.PostAsync($"/simulator/channels/{Account}/verify", null);
        (await verified.Content.ReadAsStringAsync()).ShouldContain("true");
        return await Database.AskAsync<Guid>(
            $"SELECT channel_id FROM shared.channel_routes WHERE account_id = '{Account}'"
        );
    }

    private async Task CommandAsync()
    {
        var token = Plant("bot token", $"{Bot}:{Guid.NewGuid():N}");
        var secret = Plant("secret token", $"secret-token-{Guid.NewGuid():N}");
        fixture.Simulator.Connect(ChannelKinds.Telegram, Bot, token);
        var ended = await AppProcess.RunAsync(
            [
                ("ConnectionStrings__Flame", Database.Logins.Owner),
                ("Flame__Secrets__MasterKey", TestDatabase.MasterKeyText),
                ("Serilog__MinimumLevel__Default", "Debug"),
            ],
            "channel",
            "create",
            "--tenant",
            InboxApp.Slug,
            "--type",
            "telegram",
            "--name",
            "Bot",
            "--set",
            $"bot_token={token}",
            "--set",
            $"secret_token={secret}",
            "--set",
            $"base_url={fixture.Simulator.Url}"
        );
        ended.ExitCode.ShouldBe(0, string.Join('\n', ended.Error));
        answers.AppendJoin('\n', ended.Out).AppendJoin('\n', ended.Error);
        var bot = Guid.Parse(ended.Out[^1]);
        using var update = new HttpRequestMessage(HttpMethod.Post, $"/webhooks/telegram/{bot}")
        {
            Content = new StringContent(
                $$$"""
                {"update_id":1,"message":{"message_id":1,"from":{"id":42,"first_name":"Ana"},"chat":{"id":42,"type":"private"},"date":1795370400,"text":"{{{words}}} to the bot"}}
                """,
                Encoding.UTF8,
                "application/json"
            ),
            Headers = { { "X-Telegram-Bot-Api-Secret-Token", secret } },
        };
        using var answer = await fixture.App.Http.SendAsync(update);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>Signed, signed wrongly, not signed, and signed but not readable.</summary>
    private async Task WebhooksAsync(Guid channel)
    {
        var path = $"/webhooks/whatsapp/{channel}";
        var body = Fixtures.WhatsAppText(Account, "wamid.planted", text: words);
        (await fixture.App.PostSignedAsync(path, body, planted["app secret"])).ShouldBe(
            HttpStatusCode.OK
        );
        foreach (var signature in new[] { Fixtures.Sign(body, "another secret"), "nonsense", null })
        {
            using var content = new ByteArrayContent(body);
            await KeepAsync(await fixture.App.PostAsync(path, content, signature));
        }
        byte[] broken = [.. Encoding.UTF8.GetBytes("{\"entry\": \"" + words), 0xFF];
        (await fixture.App.PostSignedAsync(path, broken, planted["app secret"])).ShouldBe(
            HttpStatusCode.OK
        );
    }

    /// <summary>An answer that the provider refuses, one whose connection breaks, and one to the bot.</summary>
    private async Task AnswersAsync(IPage admin)
    {
        await admin.GotoAsync($"/t/{InboxApp.Slug}/inbox");
        await admin.Row("to the bot").ClickAsync();
        await Expect(admin.Message("to the bot")).ToBeVisibleAsync();
        await admin.AnswerAsync($"{words} from the bot");
        await Expect(admin.Message("from the bot", "accepted")).ToBeVisibleAsync();
        await admin.Row(words).Filter(new() { HasNotText = "the bot" }).ClickAsync();
        await Expect(admin.Message("the bot")).ToHaveCountAsync(0);
        await Expect(admin.Message(words)).ToBeVisibleAsync();
        fixture.Simulator.State.Channels.SetFaults(
            Account,
            new ChannelFaults { Error = "100", Times = 1 }
        );
        await admin.AnswerAsync($"{words} refused");
        await Expect(admin.Message("refused", "failed")).ToBeVisibleAsync();
        fixture.Simulator.State.Channels.SetFaults(
            Account,
            new ChannelFaults { DropConnection = true, Times = 1 }
        );
        await admin.AnswerAsync($"{words} cut off");
        await fixture.Simulator.State.WaitForMessageAsync(
            m => m.Text == $"{words} cut off",
            TimeSpan.FromSeconds(60)
        );
    }

    /// <summary>The database refuses the row: what it says of it is the row.</summary>
    private async Task BreakAsync(Guid channel)
    {
        var body = Fixtures.WhatsAppText(Account, "wamid.breaks", text: $"{words} {Breaks}");
        (
            await fixture.App.PostSignedAsync(
                $"/webhooks/whatsapp/{channel}",
                body,
                planted["app secret"]
            )
        ).ShouldBe(HttpStatusCode.OK);
        await Eventually.IsTrueAsync(async () =>
            await Database.AskAsync<long>(
                "SELECT count(*) FROM shared.inbound_events WHERE last_error IS NOT NULL"
            ) > 0
        );
    }

    private async Task VisitorAsync()
    {
        var secret = Plant("identity secret", $"identity-{Guid.NewGuid():N}");
        var chat = await Database.NewWebChatAsync(fixture.Tenant, secret);
        using var http = new HttpClient { BaseAddress = new Uri(fixture.App.Url) };
        var key = WidgetKey.Of(chat);
        await KeepAsync(
            await http.PostAsJsonAsync(
                "/widget/sessions",
                new
                {
                    widget_key = key,
                    identity_jwt = Plant("a wrong jwt", $"eyJ.{Guid.NewGuid():N}.planted"),
                }
            )
        );
        using var opened = await http.PostAsJsonAsync(
            "/widget/sessions",
            new { widget_key = key, locale = "en" }
        );
        var session = JsonNode.Parse(await opened.Content.ReadAsStringAsync())!;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            Plant("visitor token", (string)session["visitor_token"]!)
        );
        var ticket = Plant("stream ticket", (string)session["stream_ticket"]!);
        using (
            var stream = await http.GetAsync(
                $"/widget/stream?ticket={ticket}&after=0",
                HttpCompletionOption.ResponseHeadersRead
            )
        )
        {
            stream.EnsureSuccessStatusCode();
        }
        // A developer's page of the exception, which shows them their own headers.
        await KeepAsync(
            await http.PostAsJsonAsync(
                "/widget/messages",
                new { client_id = "1", text = $"{words} {Breaks}" }
            ),
            except: planted["visitor token"]
        );
        await KeepAsync(await http.GetAsync($"/widget/stream?ticket={ticket}&after=0"));
        await KeepAsync(
            await http.PostAsJsonAsync("/widget/messages", new { client_id = "", text = words })
        );
    }

    /// <summary>Links whose last part opens something.</summary>
    private async Task LinksAsync()
    {
        var boss = await Database.NewMemberAsync(fixture.Tenant, MemberRoles.Admin);
        var invitation = Plant(
            "invitation",
            (
                await Database.DoAsync(
                    fixture.Tenant,
                    boss,
                    new InviteMember("planted@cafe.test", MemberRoles.Agent)
                )
            ).Token
        );
        var rating = Plant("rating link", $"rat_{Guid.NewGuid():N}");
        var file = Plant("link to a file", $"CfDJ8{Guid.NewGuid():N}");
        foreach (
            var path in new[]
            {
                $"/account/invitation?token={invitation}",
                $"/rate/{rating}",
                $"/m/{file}/photo.jpg",
            }
        )
        {
            using var answer = await fixture.App.Http.GetAsync(path);
        }
        using var last = await fixture.App.Http.GetAsync("/nowhere/the-last-word");
    }

    // ---------------------------------------------------------------- helpers

    private string Plant(string name, string value) => planted[name] = value;

    private async Task KeepAsync(HttpResponseMessage answer, string? except = null)
    {
        ((int)answer.StatusCode).ShouldBeGreaterThanOrEqualTo(400);
        var body = await answer.Content.ReadAsStringAsync();
        answers.AppendLine(
            except is null ? body : body.Replace(except, "", StringComparison.Ordinal)
        );
        answer.Dispose();
    }

    private IEnumerable<string> Found(string where, string text, IEnumerable<string> values) =>
        values
            .Where(value => text.Contains(value, StringComparison.Ordinal))
            .Select(value =>
            {
                var name = planted.FirstOrDefault(p => p.Value == value).Key ?? "customers' words";
                var line = text.Split('\n').First(l => l.Contains(value, StringComparison.Ordinal));
                return $"{name} in {where}: {line[..Math.Min(line.Length, 400)]}";
            });

    /// <summary>Every row of every table of the platform, the workspace and Hangfire, as text.</summary>
    private async Task<List<(string Table, string Content)>> EverythingAsync()
    {
        var found = new List<(string, string)>();
        await using var connection = await Database.OpenOwnerAsync(fixture.Tenant);
        foreach (
            var (schema, role) in new[]
            {
                ("shared", "flame_owner"),
                (fixture.Tenant.SchemaName, "flame_owner"),
                ("hangfire", "flame_hangfire"),
            }
        )
        {
            await ExecuteAsync(connection, $"RESET ROLE; SET ROLE {role}");
            var names = await TextsAsync(
                connection,
                $"SELECT relname FROM pg_class WHERE relnamespace = '{schema}'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"
            );
            names.ShouldNotBeEmpty(schema);
            foreach (var name in names)
            {
                var rows = await TextsAsync(
                    connection,
                    $"SELECT t::text FROM {schema}.\"{name}\" t"
                );
                found.Add((name, string.Join('\n', rows)));
            }
        }
        return found;
    }

    private static async Task<List<string>> TextsAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        var texts = new List<string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            texts.Add(reader.GetString(0));
        }
        return texts;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
