using System.Net;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FlameAssistant.E2E.Tests.Inbox;

/// <summary>
/// Everything hostile comes by every channel, in every place of its bodies, before a real browser: that one script ran, one
/// thing was fetched, or the browser itself had to step in, fails it.
/// </summary>
public sealed class HostileWordsTests(InboxApp fixture) : IClassFixture<InboxApp>
{
    private const string Secret = "app-secret";
    private const string Boss = "boss@cafe.test";
    private const string Script = "<script>window.__xss=1</script>";

    // The accounts that the fixtures name; of a bot there is none.
    private static readonly (
        string Type,
        string Folder,
        string Prefix,
        string Account
    )[] providers =
    [
        (ChannelTypes.WhatsApp, "whatsapp-cloud", "in_", Fixtures.PhoneNumberId),
        (ChannelTypes.Messenger, "messenger", "in_", "104000000000001"),
        (ChannelTypes.Instagram, "instagram", "in_", "17841400000000001"),
        (ChannelTypes.Telegram, "telegram", "update_", "8008135"),
    ];

    private readonly List<string> alarms = [];

    private static IReadOnlyList<string> Texts => HostileTexts.All;

    [Fact]
    public async Task Nothing_of_what_customers_write_should_run_or_load()
    {
        await AlarmsRingAsync();
        await fixture.NewUserAsync(Boss, MemberRoles.Admin, firstName: "Boss");
        foreach (var provider in providers)
        {
            await WriteAsync(provider);
        }
        await fixture.Database.AllTakenAsync();
        var admin = await WatchedAsync(await fixture.NewSignedInAsync(email: Boss));

        await WidgetAsync();
        await InboxAsync(admin);
        await ContactsAsync(admin);
        await SettingsAsync(admin);

        alarms.ShouldBeEmpty();
    }

    /// <summary>A page of its own, without a policy, on which everything happens that must not happen.</summary>
    private async Task AlarmsRingAsync()
    {
        var page = await WatchedAsync(await fixture.NewPageAsync());
        await page.GotoAsync("about:blank");
        await page.SetContentAsync(
            $"<img src=x: onerror=window.__xss=1><img src=http://{HostileTexts.Canary}/x>"
        );
        await Eventually.IsTrueAsync(() =>
            Task.FromResult(Count("a script ran") > 0 && Count("a request") > 0)
        );
        await page.CloseAsync();
        alarms.Clear();
    }

    private int Count(string what)
    {
        lock (alarms)
        {
            return alarms.Count(alarm => alarm.Contains(what, StringComparison.Ordinal));
        }
    }

    /// <summary>A thread of all texts, and each body of the provider with one of them in every place.</summary>
    private async Task WriteAsync((string Type, string Folder, string Prefix, string Account) from)
    {
        var channel =
            from.Type == ChannelTypes.WhatsApp
                ? await fixture.Database.AskAsync<Guid>(
                    "SELECT id FROM integrations WHERE type = 'whatsapp'",
                    fixture.Tenant
                )
                : await fixture.Database.NewChannelAsync(
                    fixture.Tenant,
                    accountId: from.Account,
                    appSecret: Secret,
                    type: from.Type
                );
        var path = $"/webhooks/{from.Type}/{channel}";
        var bodies = new List<byte[]>();
        foreach (var (i, name) in Fixtures.Names(from.Folder, from.Prefix).Index())
        {
            var body = Fixtures.Json($"{from.Folder}/{name}.json");
            HostileTexts.Poison(body, Texts[i % Texts.Count]);
            bodies.Add(HostileTexts.Write(body));
        }
        foreach (var (i, text) in Texts.Index())
        {
            bodies.Add(HostileTexts.Write(Thread(from.Type, from.Account, i, text)));
        }
        await Parallel.ForEachAsync(
            bodies,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (body, _) =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path)
                {
                    Content = new ByteArrayContent(body),
                };
                request.Headers.Add("X-Telegram-Bot-Api-Secret-Token", Secret);
                request.Headers.Add(Fixtures.SignatureHeader, Fixtures.Sign(body, Secret));
                using var answer = await fixture.App.Http.SendAsync(
                    request,
                    CancellationToken.None
                );
                answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            }
        );
        // One that cannot be routed, for the quarantine.
        var stray = Fixtures.WhatsAppText("404", $"wamid.stray.{from.Type}", text: Script);
        if (from.Type == ChannelTypes.WhatsApp)
        {
            (await fixture.App.PostSignedAsync(path, stray, Secret)).ShouldBe(HttpStatusCode.OK);
        }
    }

    private static JsonObject Thread(string type, string account, int number, string text) =>
        type switch
        {
            ChannelTypes.WhatsApp => JsonNode
                .Parse(
                    Fixtures.WhatsAppBody(
                        account,
                        "messages",
                        new JsonObject
                        {
                            ["from"] = "5511900000001",
                            ["id"] = $"wamid.hostile.{number}",
                            ["timestamp"] = "1795370400",
                            ["type"] = "text",
                            ["text"] = new JsonObject { ["body"] = text },
                        }
                    )
                )!
                .AsObject(),
            ChannelTypes.Telegram => new JsonObject
            {
                ["update_id"] = 10_000 + number,
                ["message"] = new JsonObject
                {
                    ["message_id"] = 10_000 + number,
                    ["from"] = new JsonObject { ["id"] = 77, ["first_name"] = text },
                    ["chat"] = new JsonObject { ["id"] = 77, ["type"] = "private" },
                    ["date"] = 1_795_370_400,
                    ["text"] = text,
                },
            },
            _ => new JsonObject
            {
                ["object"] = type == ChannelTypes.Messenger ? "page" : "instagram",
                ["entry"] = new JsonArray(
                    new JsonObject
                    {
                        ["id"] = account,
                        ["time"] = 1_795_370_400_123,
                        ["messaging"] = new JsonArray(
                            new JsonObject
                            {
                                ["sender"] = new JsonObject { ["id"] = "6100000000000077" },
                                ["recipient"] = new JsonObject { ["id"] = account },
                                ["timestamp"] = 1_795_370_400_000,
                                ["message"] = new JsonObject
                                {
                                    ["mid"] = $"m_{type}_{number}",
                                    ["text"] = text,
                                },
                            }
                        ),
                    }
                ),
            },
        };

    /// <summary>Whatever a browser can tell of: a dialog, a request that nobody of us made, a policy that was needed.</summary>
    private async Task<IPage> WatchedAsync(IPage page)
    {
        page.Dialog += (_, dialog) =>
        {
            Alarm(page, $"a dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        page.Request += (_, request) =>
        {
            if (request.Url.Contains(HostileTexts.Canary, StringComparison.OrdinalIgnoreCase))
            {
                Alarm(page, $"a request to {request.Url}");
            }
        };
        page.Console += (_, message) =>
        {
            if (
                message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase)
            )
            {
                Alarm(page, message.Text);
            }
        };
        await page.ExposeFunctionAsync("__alarm", (string what) => Alarm(page, what));
        await page.AddInitScriptAsync(
            """
            Object.defineProperty(window, "__xss", { set: () => window.__alarm("a script ran"), get: () => 0 });
            document.addEventListener("securitypolicyviolation", (e) => window.__alarm(`${e.violatedDirective}: ${e.blockedURI}`));
            """
        );
        return page;
    }

    private void Alarm(IPage page, string what)
    {
        lock (alarms)
        {
            alarms.Add($"{page.Url}: {what}");
        }
    }

    /// <summary>A visitor writes all of it, and gets all of it back from an agent.</summary>
    private async Task WidgetAsync()
    {
        var chat = await fixture.Database.NewWebChatAsync(
            fixture.Tenant,
            settings: [("title", Texts[3]), ("greeting", Texts[7])]
        );
        var visitor = await WatchedAsync(await fixture.NewPageAsync());
        await visitor.GotoAsync($"/widget/frame?key={WidgetKey.Of(chat)}&lang=en");
        await visitor.GetByTestId("write").FillAsync(Script + " of a visitor");
        await visitor.GetByTestId("write").PressAsync("Enter");
        await Expect(visitor.GetByText(Script + " of a visitor")).ToBeVisibleAsync();
        var conversation = Guid.Empty;
        await Eventually.IsTrueAsync(async () =>
            (
                conversation = await fixture.Database.AskAsync<Guid>(
                    $"SELECT id FROM conversations WHERE channel_id = '{chat}'",
                    fixture.Tenant
                )
            ) != Guid.Empty
        );
        var agent = await fixture.Database.NewMemberAsync(fixture.Tenant, displayName: Texts[5]);
        foreach (var (i, text) in Texts.Index())
        {
            var part = text[..Math.Min(text.Length, 4000)];
            await fixture.Database.DoAsync(
                fixture.Tenant,
                agent,
                new SendMessage(conversation, part, $"hostile-{i}")
            );
        }
        await fixture.Database.DoAsync(
            fixture.Tenant,
            agent,
            new SendMessage(conversation, "That was all.", "last")
        );
        await Expect(visitor.GetByText("That was all.")).ToBeVisibleAsync();
        await Expect(visitor.GetByText("<svg><script>").First).ToBeAttachedAsync();
        await visitor.PictureAsync("hostile-widget");
    }

    private async Task InboxAsync(IPage admin)
    {
        await admin.GotoAsync($"/t/{InboxApp.Slug}/inbox");
        await admin.GetByTestId("filter-open").WaitForAsync();
        // In every thread, of every channel, down to its first message.
        foreach (var number in await NumbersAsync())
        {
            await admin.GotoAsync($"/t/{InboxApp.Slug}/inbox/{number}");
            await Expect(admin.GetByTestId("message").First).ToBeVisibleAsync();
        }
        await admin.PictureAsync("hostile-inbox");
        // A row of the list and the bell: somebody is given a conversation whose customer is called so.
        await fixture.Database.ExecuteAsync(
            $"UPDATE contacts SET name = '{Script}' WHERE id = (SELECT contact_id FROM conversations ORDER BY number LIMIT 1)",
            fixture.Tenant
        );
        var boss = await fixture.Database.AskAsync<Guid>(
            $"SELECT id FROM shared.users WHERE email = '{Boss}'"
        );
        await fixture.Database.DoAsync(
            fixture.Tenant,
            Data.Tenancy.Actor.System,
            new AssignConversation(
                await fixture.Database.AskAsync<Guid>(
                    "SELECT id FROM conversations ORDER BY number LIMIT 1",
                    fixture.Tenant
                ),
                boss
            )
        );
        await Expect(admin.GetByTestId("notifications-count")).ToBeVisibleAsync();
        await admin.GetByTestId("notifications").ClickAsync();
        await Expect(admin.GetByTestId("notification").First).ToContainTextAsync(Script);
    }

    private async Task<List<long>> NumbersAsync()
    {
        var numbers = await fixture.Database.AskAsync<long[]>(
            """
            SELECT array_agg(number) FROM (
              SELECT number, row_number() OVER (PARTITION BY channel_id ORDER BY seq DESC) AS place FROM conversations) c
             WHERE place <= 2
            """,
            fixture.Tenant
        );
        return [.. numbers!];
    }

    private async Task ContactsAsync(IPage admin)
    {
        await admin.GotoAsync($"/t/{InboxApp.Slug}/contacts");
        await Expect(admin.GetByText(Script).First).ToBeVisibleAsync();
        var contact = await fixture.Database.AskAsync<Guid>(
            $"SELECT id FROM contacts WHERE name = '{Script}'",
            fixture.Tenant
        );
        await admin.GotoAsync($"/t/{InboxApp.Slug}/contacts/{contact}");
        await Expect(admin.GetByTestId("contact-page")).ToContainTextAsync(Script);
        var file = await (
            await admin.APIRequest.GetAsync($"/t/{InboxApp.Slug}/contacts.csv")
        ).TextAsync();
        file.ShouldContain(Script);
        file.Split('\n').ShouldAllBe(line => line.Length == 0 || !"=+-@".Contains(line[0]));
    }

    private static async Task SettingsAsync(IPage admin)
    {
        await admin.GotoAsync($"/t/{InboxApp.Slug}/settings/quarantine");
        await admin
            .GetByTestId("quarantined")
            .Filter(new() { HasText = "404" })
            .GetByTestId("quarantine-show")
            .ClickAsync();
        await Expect(admin.GetByTestId("quarantine-body"))
            .ToContainTextAsync("script>window.__xss");
        await admin.GotoAsync($"/t/{InboxApp.Slug}/settings/audit");
        await Expect(admin.GetByTestId("audit-line").First).ToBeVisibleAsync();
        await Expect(admin.GetByTestId("audit-table")).ToContainTextAsync("__xss");
    }
}
