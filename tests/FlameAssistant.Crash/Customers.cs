using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Channels.WebChat;

namespace FlameAssistant.Crash;

/// <summary>
/// Everything that customers write, in no order, each until the app has taken it, and now and then once more afterwards: what
/// providers and browsers do.
/// </summary>
internal sealed class Customers(Stage stage, Tally tally, CrashOptions options, Pace pace)
    : IDisposable
{
    private const int AtOnce = 12;
    private const int MostInOneBody = 5;
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(150);

    private readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 })
    {
        BaseAddress = new Uri(stage.App.Url),
        Timeout = TimeSpan.FromSeconds(20),
    };
    private readonly List<string> visitors = [];
    private readonly ConcurrentQueue<TaskCompletionSource> whoWaits = new();

    public IReadOnlyList<string> Visitors => visitors;

    public IReadOnlyList<Question> Questions { get; } =
    [
        .. Enumerable
            .Range(0, options.Messages)
            .Select(i => new Question(
                i,
                Account.All[i % Account.All.Count],
                i / Account.All.Count % Account.Customers
            )),
    ];

    /// <summary>Ends with the next message that the app has taken.</summary>
    public Task NextTaken()
    {
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        whoWaits.Enqueue(next);
        return next.Task;
    }

    /// <summary>The visitors' browsers get their tokens, before anything is killed.</summary>
    public async Task ComeAsync()
    {
        var chat = Account.All.Single(a => a.Type == ChannelTypes.WebChat);
        for (var i = 0; i < Account.Customers; i++)
        {
            using var opened = await http.PostAsJsonAsync(
                "/widget/sessions",
                new { widget_key = WidgetKey.Of(chat.ChannelId), locale = "en" }
            );
            opened.EnsureSuccessStatusCode();
            var session = JsonNode.Parse(await opened.Content.ReadAsStringAsync())!;
            visitors.Add((string)session["visitor_token"]!);
        }
    }

    public async Task WriteAsync(CancellationToken ct)
    {
        var random = new Random(options.Seed);
        var bodies = Bodies(random);
        await Parallel.ForEachAsync(
            bodies,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (body, token) =>
            {
                for (var i = 0; i < body.Questions.Count; i++)
                {
                    await pace.TakeAsync(token);
                }
                await UntilTakenAsync(body, token);
                for (var i = 0; i < body.Repeats; i++)
                {
                    tally.Repeat();
                    await UntilTakenAsync(body, token);
                }
            }
        );
    }

    /// <summary>What a visitor's page shows, all of it.</summary>
    public async Task<List<JsonNode>> PageOfAsync(string visitor)
    {
        var shown = new List<JsonNode>();
        long? before = null;
        while (true)
        {
            var address = before is { } b ? $"/widget/messages?before={b}" : "/widget/messages";
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", visitor);
            using var answer = await http.SendAsync(request);
            answer.EnsureSuccessStatusCode();
            var page = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            var messages = page["messages"]!.AsArray().Select(m => m!).ToList();
            shown.AddRange(messages);
            if (!(bool)page["has_more"]! || messages.Count == 0)
            {
                return shown;
            }
            before = messages.Min(m => (long)m["seq"]!);
        }
    }

    public void Dispose() => http.Dispose();

    private List<Body> Bodies(Random random)
    {
        var bodies = new List<Body>();
        foreach (var group in Questions.GroupBy(q => q.Account))
        {
            var isSingle = group.Key.Type is ChannelTypes.Telegram or ChannelTypes.WebChat;
            var left = new Queue<Question>(group.OrderBy(_ => random.Next()));
            while (left.Count > 0)
            {
                var size = isSingle ? 1 : random.Next(1, MostInOneBody + 1);
                var part = new List<Question>();
                while (part.Count < size && left.TryDequeue(out var question))
                {
                    part.Add(question);
                }
                bodies.Add(new Body(part, random.Next(10) == 0 ? random.Next(1, 4) : 0));
            }
        }
        return [.. bodies.OrderBy(_ => random.Next())];
    }

    private async Task UntilTakenAsync(Body body, CancellationToken ct)
    {
        while (!await IsTakenAsync(body, ct))
        {
            tally.Refuse();
            await Task.Delay(pause, ct);
        }
        while (whoWaits.TryDequeue(out var waiting))
        {
            waiting.TrySetResult();
        }
    }

    private async Task<bool> IsTakenAsync(Body body, CancellationToken ct)
    {
        tally.Post();
        try
        {
            using var request = Request(body.Questions);
            using var answer = await http.SendAsync(request, ct);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception ex)
            when (ex is HttpRequestException or IOException
                || (ex is OperationCanceledException && !ct.IsCancellationRequested)
            )
        {
            return false;
        }
    }

    private HttpRequestMessage Request(IReadOnlyList<Question> questions)
    {
        var account = questions[0].Account;
        if (account.Type == ChannelTypes.WebChat)
        {
            var question = questions.Single();
            return new HttpRequestMessage(HttpMethod.Post, "/widget/messages")
            {
                Headers =
                {
                    Authorization = new AuthenticationHeaderValue(
                        "Bearer",
                        visitors[question.Customer]
                    ),
                },
                Content = JsonContent.Create(
                    new { client_id = question.ExternalId, text = question.Text }
                ),
            };
        }
        var body = ProviderBodies.Of(questions, DateTimeOffset.UtcNow);
        var (header, proof) = ProviderBodies.Proof(account, body);
        var request = new HttpRequestMessage(HttpMethod.Post, Stage.PathOf(account))
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation(header, proof);
        return request;
    }

    private sealed record Body(IReadOnlyList<Question> Questions, int Repeats);
}
