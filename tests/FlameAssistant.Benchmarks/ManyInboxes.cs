using System.Diagnostics;
using System.Globalization;
using FlameAssistant.Data.Members;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Benchmarks;

/// <summary>
/// From the webhook's first byte until the message's text is in what the server sent to each of fifty open inboxes, of as many
/// people. The drawing by the browser is not in it; <see cref="WebhookToScreen"/> has that, for one inbox.
/// </summary>
internal static class ManyInboxes
{
    private const string Password = "bench-password-1";
    private const int Inboxes = 50;
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
        for (var i = 0; i < 60; i++)
        {
            await database.ReceiveAsync(tenant, channel, $"54911{i:0000000}", "Hello, is it open?");
        }
        await database.ExecuteAsync(
            // What is there is older than what comes: the clock of the builders is not the app's.
            "UPDATE conversations SET last_message_at = now() - interval '1 hour'; UPDATE shared.tenants SET max_users = 100",
            tenant
        );
        for (var i = 0; i < Inboxes; i++)
        {
            await using var scope = database.Services.CreateAsyncScope();
            await scope
                .ServiceProvider.GetRequiredService<CreateUser>()
                .RunAsync(
                    new NewUser($"agent{i}@bench.test", Password, tenant, MemberRoles.Agent),
                    CancellationToken.None
                );
        }
        await using var app = await AppUnderTest.StartAsync(database);
        using (var http = new HttpClient())
        {
            using var first = await http.SendAsync(
                WebhookToScreen.Request(app.Address, channel, "The first of many")
            );
            first.EnsureSuccessStatusCode();
        }
        var number = 0L;
        await Eventually.IsTrueAsync(async () =>
            (
                number = await database.AskAsync<long>(
                    "SELECT number FROM conversations WHERE last_message_preview LIKE 'The first%'",
                    tenant
                )
            ) > 0
        );
        var one = new List<HeadlessCircuit>();
        var all = new List<HeadlessCircuit>();
        try
        {
            await OpenAsync(one, 0, 1);
            var alone = new Sample("1 open inbox");
            await MeasureAsync(one, alone);
            all.AddRange(one);
            await OpenAsync(all, 1, Inboxes);
            var together = new Sample(
                string.Create(CultureInfo.InvariantCulture, $"{Inboxes} open inboxes, each of them")
            );
            await MeasureAsync(all, together);
            Sample.Print("Webhook to what open inboxes are sent", alone, together);
        }
        finally
        {
            foreach (var circuit in all)
            {
                await circuit.DisposeAsync();
            }
        }

        async Task OpenAsync(List<HeadlessCircuit> into, int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                var cookies = await HeadlessCircuit.SignInAsync(
                    app.Address,
                    $"agent{i}@bench.test",
                    Password
                );
                var path = string.Create(CultureInfo.InvariantCulture, $"/t/bench/inbox/{number}");
                into.Add(await HeadlessCircuit.OpenAsync(app.Address, path, cookies, "Ana Souza"));
            }
        }

        async Task MeasureAsync(List<HeadlessCircuit> circuits, Sample sample)
        {
            using var http = new HttpClient();
            for (var i = 0; i < Messages + 5; i++)
            {
                var text = $"message {i} {Guid.NewGuid():N}";
                var began = 0L;
                var seen = circuits.ConvertAll(async circuit =>
                {
                    await circuit.SeesAsync(text);
                    return Stopwatch.GetElapsedTime(began);
                });
                began = Stopwatch.GetTimestamp();
                using var answer = await http.SendAsync(
                    WebhookToScreen.Request(app.Address, channel, text)
                );
                answer.EnsureSuccessStatusCode();
                foreach (var time in await Task.WhenAll(seen).WaitAsync(TimeSpan.FromSeconds(45)))
                {
                    if (i >= 5)
                    {
                        sample.Add(time);
                    }
                }
                // A customer's pause, beyond the 200 ms in which a pane gathers changes.
                await Task.Delay(TimeSpan.FromMilliseconds(500));
            }
        }
    }
}
