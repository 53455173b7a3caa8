using System.Net;
using System.Net.Http.Headers;
using FlameAssistant.Testing;

namespace FlameAssistant.E2E.Tests;

/// <summary>Posts bodies as Meta does.</summary>
internal static class Webhooks
{
    public static async Task<HttpStatusCode> PostAsync(
        this AppProcess app,
        string path,
        byte[] body,
        string? signature
    )
    {
        using var content = new ByteArrayContent(body);
        using var answer = await app.PostAsync(path, content, signature);
        return answer.StatusCode;
    }

    public static Task<HttpStatusCode> PostSignedAsync(
        this AppProcess app,
        string path,
        byte[] body,
        string secret
    ) => app.PostAsync(path, body, Fixtures.Sign(body, secret));

    public static async Task<HttpResponseMessage> PostAsync(
        this AppProcess app,
        string path,
        HttpContent content,
        string? signature
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = content;
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (signature is not null)
        {
            request.Headers.TryAddWithoutValidation(Fixtures.SignatureHeader, signature);
        }
        return await app.Http.SendAsync(request);
    }

    /// <summary>Waits until the worker has taken everything that was stored.</summary>
    public static Task AllTakenAsync(this TestDatabase database) =>
        Eventually.IsTrueAsync(
            async () =>
                await database.AskAsync<long>(
                    "SELECT count(*) FROM shared.inbound_events WHERE state = 'pending'"
                ) == 0,
            TimeSpan.FromSeconds(60)
        );
}
