using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Members;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Benchmarks;

/// <summary>
/// A visitor's POST until its text is in what the server sent to each of fifty open inboxes, and an agent's Enter until the
/// answer is in the visitor's stream, while a thousand widgets are open; and what an open widget takes of the server's memory.
/// Goal: 95 % below 300 ms each way.
/// </summary>
internal static class OpenWidgets
{
    private const string Password = "bench-password-1";
    private const int Inboxes = 50;
    private const int Widgets = 1000;
    private const int Messages = 40;
    private const int WarmUp = 5;

    public static async Task RunAsync()
    {
        await using var database = await TestDatabase.CreateAsync();
        var tenant = await database.NewTenantAsync("bench");
        var channel = await database.NewWebChatAsync(tenant);
        await database.ExecuteAsync("UPDATE shared.tenants SET max_users = 100");
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
        await using var app = await AppUnderTest.StartAsync(
            database,
            // All of them come from this one machine.
            ("Flame__Widget__SessionsPerAddress", "100000"),
            ("Flame__Widget__StreamsPerAddress", "100000"),
            ("Flame__Widget__MessagesPerAddress", "100000")
        );
        var visitor = await Widget.OpenAsync(app.Address, channel);
        await visitor.WriteAsync("The first of many");
        var number = await database.AskAsync<long>("SELECT number FROM conversations", tenant);

        var widgets = new List<Widget> { visitor };
        var circuits = new List<HeadlessCircuit>();
        try
        {
            for (var i = 0; i < Inboxes; i++)
            {
                var cookies = await HeadlessCircuit.SignInAsync(
                    app.Address,
                    $"agent{i}@bench.test",
                    Password
                );
                var path = string.Create(CultureInfo.InvariantCulture, $"/t/bench/inbox/{number}");
                circuits.Add(
                    await HeadlessCircuit.OpenAsync(app.Address, path, cookies, "The first of many")
                );
            }
            var (inAlone, outAlone) = (
                new Sample("to each of 50 inboxes, 1 open widget"),
                new Sample("to the visitor, 1 open widget")
            );
            await MeasureAsync(visitor, circuits, inAlone, outAlone);

            var before = app.WorkingSet;
            await Parallel.ForEachAsync(
                Enumerable.Range(1, Widgets - 1),
                new ParallelOptions { MaxDegreeOfParallelism = 16 },
                async (_, _) =>
                {
                    var widget = await Widget.OpenAsync(app.Address, channel);
                    lock (widgets)
                    {
                        widgets.Add(widget);
                    }
                }
            );
            var perWidget = (app.WorkingSet - before) / 1024.0 / (Widgets - 1);
            var (inMany, outMany) = (
                new Sample($"to each of 50 inboxes, {Widgets} open widgets"),
                new Sample($"to the visitor, {Widgets} open widgets")
            );
            await MeasureAsync(visitor, circuits, inMany, outMany);
            Sample.Print("Visitor's POST to what 50 open inboxes are sent", inAlone, inMany);
            Sample.Print("Agent's Enter to the visitor's stream", outAlone, outMany);
            Console.WriteLine();
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"An open widget takes {perWidget:0.0} KiB of the server's working set ({Widgets} of them, each with its stream)."
                )
            );
        }
        finally
        {
            foreach (var circuit in circuits)
            {
                await circuit.DisposeAsync();
            }
            widgets.ForEach(widget => widget.Dispose());
        }
    }

    private static async Task MeasureAsync(
        Widget visitor,
        List<HeadlessCircuit> circuits,
        Sample inwards,
        Sample outwards
    )
    {
        for (var i = 0; i < Messages + WarmUp; i++)
        {
            var question = $"question {i} {Guid.NewGuid():N}";
            var began = 0L;
            var seen = circuits.ConvertAll(async circuit =>
            {
                await circuit.SeesAsync(question);
                return Stopwatch.GetElapsedTime(began);
            });
            began = Stopwatch.GetTimestamp();
            await visitor.WriteAsync(question);
            foreach (var time in await Task.WhenAll(seen).WaitAsync(TimeSpan.FromSeconds(45)))
            {
                if (i >= WarmUp)
                {
                    inwards.Add(time);
                }
            }
            await PauseAsync();
            var answer = $"answer {i} {Guid.NewGuid():N}";
            var heard = visitor.HearsAsync(answer);
            began = Stopwatch.GetTimestamp();
            await circuits[i % circuits.Count].WriteAsync(answer);
            await heard.WaitAsync(TimeSpan.FromSeconds(45));
            if (i >= WarmUp)
            {
                outwards.Add(Stopwatch.GetElapsedTime(began));
            }
            await PauseAsync();
        }
    }

    // A person's pause, beyond the 200 ms in which a pane gathers changes.
    private static Task PauseAsync() => Task.Delay(TimeSpan.FromMilliseconds(250));

    /// <summary>An open chat without its page: a session and its stream.</summary>
    private sealed class Widget : IDisposable
    {
        private readonly HttpClient http;
        private readonly CancellationTokenSource gone = new();
        private readonly Lock gate = new();
        private readonly List<(string Text, TaskCompletionSource Heard)> watches = [];

        private Widget(HttpClient http) => this.http = http;

        public static async Task<Widget> OpenAsync(string address, Guid channel)
        {
            var client = new HttpClient { BaseAddress = new Uri(address) };
            using var opened = await client.PostAsJsonAsync(
                "/widget/sessions",
                new { widget_key = WidgetKey.Of(channel), locale = "en" }
            );
            opened.EnsureSuccessStatusCode();
            var session = JsonNode.Parse(await opened.Content.ReadAsStringAsync())!;
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Bearer",
                (string)session["visitor_token"]!
            );
            var widget = new Widget(client);
            var listening = new TaskCompletionSource(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            _ = widget.ListenAsync((string)session["stream_ticket"]!, listening);
            await listening.Task.WaitAsync(TimeSpan.FromSeconds(30));
            return widget;
        }

        public async Task WriteAsync(string text)
        {
            using var sent = await http.PostAsJsonAsync(
                "/widget/messages",
                new { client_id = Guid.NewGuid().ToString("N"), text }
            );
            sent.EnsureSuccessStatusCode();
        }

        public Task HearsAsync(string text)
        {
            var heard = new TaskCompletionSource(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            lock (gate)
            {
                watches.Add((text, heard));
            }
            return heard.Task;
        }

        public void Dispose()
        {
            gone.Cancel();
            http.Dispose();
            gone.Dispose();
        }

        private async Task ListenAsync(string ticket, TaskCompletionSource listening)
        {
            try
            {
                using var answer = await http.GetAsync(
                    $"/widget/stream?ticket={ticket}&after=0",
                    HttpCompletionOption.ResponseHeadersRead,
                    gone.Token
                );
                answer.EnsureSuccessStatusCode();
                using var reader = new StreamReader(
                    await answer.Content.ReadAsStreamAsync(gone.Token),
                    Encoding.UTF8
                );
                while (await reader.ReadLineAsync(gone.Token) is { } line)
                {
                    // The first state is there: it hears from now on.
                    if (line == "event: conversation")
                    {
                        listening.TrySetResult();
                    }
                    lock (gate)
                    {
                        watches.RemoveAll(watch =>
                            line.Contains(watch.Text, StringComparison.Ordinal)
                            && watch.Heard.TrySetResult()
                        );
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // Closed.
            }
            catch (Exception ex)
            {
                listening.TrySetException(ex);
            }
        }
    }
}
