using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FlameAssistant.Jobs.Tests.Channels;

/// <summary>A provider that answers as a test says; a real one, over HTTP.</summary>
internal sealed class AnswerServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private int requests;

    private AnswerServer(WebApplication app) => this.app = app;

    public string Url => app.Urls.Single();

    public int Requests => requests;

    public static async Task<AnswerServer> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var built = builder.Build();
        built.Urls.Add("http://127.0.0.1:0");
        var server = new AnswerServer(built);
        built.Run(async context =>
        {
            Interlocked.Increment(ref server.requests);
            await answer(context);
        });
        await built.StartAsync();
        return server;
    }

    public static Task<AnswerServer> StartAsync(
        int status,
        string body,
        string contentType = "application/json"
    ) =>
        StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = contentType;
            return context.Response.WriteAsync(body);
        });

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
