using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using FlameAssistant.Data.Members;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace FlameAssistant.Benchmarks;

/// <summary>From the webhook's first byte to the message in the agent's open inbox, in a real browser.</summary>
internal static class WebhookToScreen
{
    private const string Password = "bench-password-1";
    private const int Messages = 60;

    public static async Task RunAsync()
    {
        await using var database = await TestDatabase.CreateAsync();
        var tenant = await database.NewTenantAsync("bench");
        var channel = await database.NewChannelAsync(
            tenant,
            accountId: "200300400500600",
            appSecret: "app-secret"
        );
        await using (var scope = database.Services.CreateAsyncScope())
        {
            await scope
                .ServiceProvider.GetRequiredService<CreateUser>()
                .RunAsync(
                    new NewUser("agent@bench.test", Password, tenant, MemberRoles.Agent),
                    CancellationToken.None
                );
        }
        await using var app = await AppUnderTest.StartAsync(database);

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath =
                    Environment.GetEnvironmentVariable("CHROMIUM_PATH") ?? "/usr/bin/chromium",
                Args =
                [
                    "--no-sandbox",
                    "--disable-dev-shm-usage",
                    "--disable-background-networking",
                ],
            }
        );
        var page = await browser.NewPageAsync();
        await page.GotoAsync($"{app.Address}/account/login");
        await page.FillAsync("input[name='Form.User']", "agent@bench.test");
        await page.FillAsync("input[name='Form.Password']", Password);
        await page.PressAsync("input[name='Form.Password']", "Enter");
        await page.WaitForURLAsync("**/t/bench/inbox", new() { WaitUntil = WaitUntilState.Commit });
        await page.GetByTestId("conversation-list").WaitForAsync();

        var sample = new Sample("webhook to the agent's screen");
        using var http = new HttpClient();
        for (var i = 0; i < Messages + 5; i++)
        {
            var text = $"message {i} {Guid.NewGuid():N}";
            // The page itself watches, so that no polling is measured.
            var seen = page.EvaluateAsync(
                """
                text => new Promise(done => {
                  const has = () => document.body.textContent.includes(text);
                  const watch = new MutationObserver(() => { if (has()) { watch.disconnect(); requestAnimationFrame(done); } });
                  watch.observe(document.body, { subtree: true, childList: true, characterData: true });
                })
                """,
                text
            );
            await page.EvaluateAsync("1");
            var start = Stopwatch.GetTimestamp();
            using var answer = await http.SendAsync(Request(app.Address, channel, text));
            answer.EnsureSuccessStatusCode();
            await seen;
            if (i >= 5)
            {
                sample.Add(Stopwatch.GetElapsedTime(start));
            }
            // A customer's pause, beyond the 200 ms in which a pane gathers changes.
            await page.WaitForTimeoutAsync(300);
        }
        Sample.Print("Webhook to the agent's screen", sample);
    }

    internal static HttpRequestMessage Request(string address, Guid channel, string text)
    {
        var body = Encoding.UTF8.GetBytes(
            $$$"""{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"phone_number_id":"200300400500600"},"contacts":[{"profile":{"name":"Ana Souza"},"wa_id":"5511988887777"}],"messages":[{"from":"5511988887777","id":"wamid.{{{Guid.NewGuid():N}}}","timestamp":"{{{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}}}","type":"text","text":{"body":"{{{text}}}"}}]},"field":"messages"}]}]}"""
        );
        var request = new HttpRequestMessage(
            HttpMethod.Post,
            $"{address}/webhooks/whatsapp/{channel}"
        )
        {
            Content = new ByteArrayContent(body),
        };
        request.Headers.Add(
            "X-Hub-Signature-256",
            "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData("app-secret"u8, body))
        );
        return request;
    }
}
