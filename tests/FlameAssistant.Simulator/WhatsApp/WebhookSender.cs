using System.Net.Http.Headers;
using FlameAssistant.Simulator.Providers;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>The answer to one webhook: an HTTP status, or 0 and the reason why there was none.</summary>
internal sealed record WebhookAnswer(int Status, string Reason, string Body = "")
{
    public bool Taken => Status is >= 200 and < 300;
}

/// <summary>Proves a body its own and posts it, as the channel's provider does.</summary>
internal sealed class WebhookSender : IDisposable
{
    private readonly HttpClient _http;
    private readonly ProviderList _providers;

    public WebhookSender(SimulatorOptions options, ProviderList providers)
    {
        _providers = providers;
        var handler =
            options.WebhookHandler?.Invoke()
            ?? new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        _http = new HttpClient(handler) { Timeout = options.WebhookTimeout };
        _http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "facebookexternalua");
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "*/*");
    }

    public async Task<WebhookAnswer> PostAsync(
        SimulatedChannel channel,
        byte[] body,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, channel.WebhookUrl);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var (header, value) = _providers.Of(channel).Proof(channel, body);
        request.Headers.TryAddWithoutValidation(header, value);
        return await SendAsync(request, ct);
    }

    /// <summary>Meta's question whether the address is the business's own.</summary>
    public async Task<WebhookAnswer> VerifyAsync(
        SimulatedChannel channel,
        string challenge,
        CancellationToken ct
    )
    {
        var url = new UriBuilder(channel.WebhookUrl)
        {
            Query =
                $"hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token={Uri.EscapeDataString(channel.VerifyToken)}",
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, url.Uri);
        return await SendAsync(request, ct);
    }

    public void Dispose() => _http.Dispose();

    private async Task<WebhookAnswer> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        try
        {
            using var response = await _http.SendAsync(request, ct);
            var body = await response.Content.ReadAsStringAsync(ct);
            var status = (int)response.StatusCode;
            return new WebhookAnswer(status, $"HTTP {status}", body);
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException
                || (e is OperationCanceledException && !ct.IsCancellationRequested)
            )
        {
            var reason =
                e is OperationCanceledException
                    ? "no answer in time"
                    : e.GetBaseException().Message;
            return new WebhookAnswer(0, reason);
        }
    }
}
