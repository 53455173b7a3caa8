using System.Net.Http.Json;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <param name="Body">Null where it is no JSON.</param>
internal sealed record GatewayAnswer(int Status, JsonNode? Body)
{
    public bool IsOk => Status is >= 200 and < 300;
}

/// <summary>Speaks to gateways, whose addresses tenants give: through the handler that refuses what no tenant may reach.</summary>
internal sealed class GatewayClient(HttpClient http)
{
    private static readonly JsonSerializerOptions wire = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <exception cref="HttpRequestException">No answer came; see <see cref="HttpFailures.NeverLeft"/>.</exception>
    public async Task<GatewayAnswer> CallAsync(
        GatewayAddress at,
        string keyHeader,
        HttpMethod method,
        string path,
        JsonObject? body,
        CancellationToken ct
    )
    {
        using var request = NewRequest(at, keyHeader, method, path);
        if (body is not null)
        {
            request.Content = JsonContent.Create(body, options: wire);
        }
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        using var response = await http.SendAsync(request, ct);
        var text = await response.Content.ReadAsStringAsync(ct);
        try
        {
            return new GatewayAnswer((int)response.StatusCode, JsonNode.Parse(text));
        }
        catch (JsonException)
        {
            return new GatewayAnswer((int)response.StatusCode, null);
        }
    }

    /// <summary>A file of the gateway's own, by its path there: the key goes nowhere else, whatever a body says.</summary>
    /// <returns>Null when it is not there.</returns>
    public Task<Stream?> OpenAsync(
        GatewayAddress at,
        string keyHeader,
        string path,
        CancellationToken ct
    ) => OpenAsync(NewRequest(at, keyHeader, HttpMethod.Get, path), ct);

    /// <summary>A file somewhere else, which gets no key.</summary>
    public Task<Stream?> OpenAsync(Uri url, CancellationToken ct) =>
        OpenAsync(new HttpRequestMessage(HttpMethod.Get, url), ct);

    private async Task<Stream?> OpenAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using var asked = request;
        var response = await http.SendAsync(asked, HttpCompletionOption.ResponseHeadersRead, ct);
        if (response.IsSuccessStatusCode)
        {
            return await response.Content.ReadAsStreamAsync(ct);
        }
        var status = response.StatusCode;
        response.Dispose();
        return (int)status is >= 500 or 429
            ? throw new HttpRequestException($"The gateway answered {(int)status}.", null, status)
            : null;
    }

    private static HttpRequestMessage NewRequest(
        GatewayAddress at,
        string keyHeader,
        HttpMethod method,
        string path
    )
    {
        var request = new HttpRequestMessage(method, at.Root + path);
        request.Headers.TryAddWithoutValidation(keyHeader, at.ApiKey);
        return request;
    }
}
