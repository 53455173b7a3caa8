using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels.WebChat;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs;
using FlameAssistant.Testing;
using FlameAssistant.Web.Widget;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using FileOptions = FlameAssistant.Jobs.Conversations.FileOptions;

namespace FlameAssistant.Web.Tests.Widget;

/// <summary>The widget's endpoints over a real database and folder. What runs by itself is run by hand here.</summary>
public sealed class WidgetHost : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("flame-widget-").FullName;
    private WebApplication? app;

    public TestDatabase Database { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public T Get<T>()
        where T : notnull => app!.Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<
            Microsoft.AspNetCore.Identity.ILookupNormalizer,
            Microsoft.AspNetCore.Identity.UpperInvariantLookupNormalizer
        >();
        builder.Services.AddSingleton<
            Microsoft.AspNetCore.Identity.IPasswordHasher<Data.Members.User>,
            Microsoft.AspNetCore.Identity.PasswordHasher<Data.Members.User>
        >();
        Data.FlameData.AddFlameData(
            builder.Services,
            Database.Logins,
            new Data.Platform.MasterKey(TestDatabase.MasterKeyText)
        );
        var configuration = new ConfigurationBuilder().Build();
        builder.Services.AddFlameJobs(configuration);
        builder.Services.Configure<FileOptions>(files => files.Path = folder);
        builder.Services.AddWidget(configuration);
        // Nothing runs by itself here.
        foreach (
            var hosted in builder
                .Services.Where(s =>
                    s.ServiceType == typeof(IHostedService)
                    && s.ImplementationType?.Namespace?.StartsWith(
                        "FlameAssistant",
                        StringComparison.Ordinal
                    ) == true
                )
                .ToList()
        )
        {
            builder.Services.Remove(hosted);
        }
        builder.Services.AddLocalization();
        builder.Services.AddRazorComponents();
        app = builder.Build();
        app.UseRouting();
        app.MapWidget();
        await app.StartAsync();
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 })
        {
            BaseAddress = new Uri(app.Urls.First()),
        };
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (app is not null)
        {
            await app.DisposeAsync();
        }
        if (Database is not null)
        {
            await Database.DisposeAsync();
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>On this node, so that its streams hear of it.</summary>
    public async Task<T> DoAsync<T>(TenantRef tenant, Actor actor, ITenantOperation<T> operation) =>
        (await Get<TenantUnits>().RunAsync(tenant, actor, operation, default)).Value;

    /// <summary>An agent answers, and it is delivered.</summary>
    public async Task<Guid> AnswerAsync(
        TenantRef tenant,
        Actor agent,
        Guid conversation,
        string text
    )
    {
        var sent = await DoAsync(
            tenant,
            agent,
            new SendMessage(conversation, text, Guid.NewGuid().ToString())
        );
        var outbox = await Database.ReadAsync(
            tenant,
            unit =>
                unit.Db.Outbox.Where(o => o.SubjectId == sent.Id).Select(o => o.Id).SingleAsync()
        );
        await DoAsync(tenant, Actor.System, new BeginDelivery(outbox, sent.Id));
        await DoAsync(
            tenant,
            Actor.System,
            new FinishDelivery(outbox, sent.Id, new DeliveryOutcome.Shown())
        );
        return sent.Id;
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        string? token = null,
        object? body = null
    )
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null
                ? null
                : body as HttpContent
                    ?? new StringContent(
                        body as string ?? System.Text.Json.JsonSerializer.Serialize(body),
                        Encoding.UTF8,
                        "application/json"
                    ),
        };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public async Task<JsonNode> AskAsync(
        HttpMethod method,
        string path,
        string? token = null,
        object? body = null
    )
    {
        using var answer = await SendAsync(method, path, token, body);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    public Task<JsonNode> OpenAsync(Guid channel, object? more = null)
    {
        var body = more is null
            ? new JsonObject()
            : System.Text.Json.JsonSerializer.SerializeToNode(more)!.AsObject();
        body["widget_key"] = WidgetKey.Of(channel);
        return AskAsync(HttpMethod.Post, "/widget/sessions", body: body.ToJsonString());
    }

    public Task<JsonNode> WriteAsync(string token, string clientId, string text) =>
        AskAsync(
            HttpMethod.Post,
            "/widget/messages",
            token,
            new
            {
                client_id = clientId,
                text,
                attachments = Array.Empty<Guid>(),
            }
        );

    public async Task<string> TicketAsync(string token) =>
        (await AskAsync(HttpMethod.Post, "/widget/tickets", token))["ticket"]!.GetValue<string>();

    public async Task<EventReader> ListenAsync(string token, long after = 0) =>
        await ListenWithAsync(await TicketAsync(token), after);

    public async Task<EventReader> ListenWithAsync(string ticket, long after = 0)
    {
        var answer = await SendAsync(
            HttpMethod.Get,
            $"/widget/stream?ticket={ticket}&after={after}"
        );
        answer.IsSuccessStatusCode.ShouldBeTrue(answer.StatusCode.ToString());
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        return new EventReader(answer, await answer.Content.ReadAsStreamAsync());
    }
}

/// <summary>One event of a stream, or a comment (whose name is empty).</summary>
public sealed record StreamEvent(string Name, string? Id, string Data)
{
    public JsonNode Json => JsonNode.Parse(Data)!;
}

/// <summary>Reads server-sent events as they come.</summary>
public sealed class EventReader(HttpResponseMessage answer, Stream stream) : IDisposable
{
    private readonly StreamReader reader = new(stream, Encoding.UTF8);

    /// <returns>Null at the end.</returns>
    public async Task<StreamEvent?> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var (name, id, data, any) = ("", (string?)null, "", false);
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Length == 0)
            {
                if (any)
                {
                    return new StreamEvent(name, id, data);
                }
                continue;
            }
            any = true;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var value = line[(colon + 1)..].TrimStart();
            switch (line[..colon])
            {
                case "event":
                    name = value;
                    break;
                case "id":
                    id = value;
                    break;
                default:
                    data = value;
                    break;
            }
        }
        return null;
    }

    /// <summary>The next one of this name; others before it are passed over.</summary>
    public async Task<StreamEvent> NextAsync(string name)
    {
        while (await NextAsync() is { } next)
        {
            if (next.Name == name)
            {
                return next;
            }
        }
        throw new EndOfStreamException($"The stream ended before {name}.");
    }

    public void Dispose()
    {
        reader.Dispose();
        answer.Dispose();
    }
}
