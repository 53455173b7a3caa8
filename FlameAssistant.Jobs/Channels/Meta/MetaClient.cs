using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Jobs.Channels.Meta;

/// <summary>Speaks to the Send API and tells apart what certainly failed from what may have arrived.</summary>
internal sealed class MetaClient(HttpClient http)
{
    private static readonly JsonSerializerOptions wire = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="root">Address and version of the API.</param>
    public async Task<DeliveryOutcome> SendAsync(
        MetaDialect dialect,
        string root,
        string accessToken,
        JsonObject message,
        CancellationToken ct
    )
    {
        using var request = Request(HttpMethod.Post, $"{root}/me/messages", accessToken);
        request.Content = JsonContent.Create(message, options: wire);
        try
        {
            using var response = await http.SendAsync(request, ct);
            var answer = Read(await response.Content.ReadAsStringAsync(ct));
            if (!response.IsSuccessStatusCode)
            {
                return MetaErrors.Outcome(dialect, answer) ?? new DeliveryOutcome.Lost();
            }
            return Text(answer?["message_id"]) is { Length: > 0 } id
                ? new DeliveryOutcome.Accepted(id)
                : new DeliveryOutcome.Lost();
        }
        catch (HttpRequestException ex) when (ex.NeverLeft())
        {
            return new DeliveryOutcome.Postponed(
                TimeSpan.FromSeconds(2),
                "unreachable",
                $"{dialect.Name} could not be reached."
            )
            {
                Scope = FailureScope.Channel,
            };
        }
        catch (Exception ex)
            when (ex is HttpRequestException or OperationCanceledException or IOException)
        {
            return new DeliveryOutcome.Lost();
        }
    }

    /// <summary>Asks for an object's fields.</summary>
    /// <returns>The object, or the status and the answer with the error; no answer at all is an exception.</returns>
    public Task<(HttpStatusCode Status, JsonObject? Answer)> GetAsync(
        string address,
        string accessToken,
        CancellationToken ct
    ) => AskAsync(HttpMethod.Get, address, accessToken, ct);

    /// <summary>Asks for a change that its address says whole.</summary>
    public Task<(HttpStatusCode Status, JsonObject? Answer)> PostAsync(
        string address,
        string accessToken,
        CancellationToken ct
    ) => AskAsync(HttpMethod.Post, address, accessToken, ct);

    private async Task<(HttpStatusCode Status, JsonObject? Answer)> AskAsync(
        HttpMethod method,
        string address,
        string accessToken,
        CancellationToken ct
    )
    {
        using var request = Request(method, address, accessToken);
        using var response = await http.SendAsync(request, ct);
        return (response.StatusCode, Read(await response.Content.ReadAsStringAsync(ct)));
    }

    /// <summary>Opens a file where a webhook said that it is; the token is not for whoever that may be.</summary>
    public async Task<Stream?> OpenAsync(string url, CancellationToken ct)
    {
        if (
            !Uri.TryCreate(url, UriKind.Absolute, out var address)
            || address.Scheme is not ("https" or "http")
        )
        {
            return null;
        }
        var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, ct);
        if (response.IsSuccessStatusCode)
        {
            return await response.Content.ReadAsStreamAsync(ct);
        }
        var status = response.StatusCode;
        response.Dispose();
        return (int)status is >= 500 or 429
            ? throw new HttpRequestException($"The provider answered {(int)status}.", null, status)
            : null;
    }

    public static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static HttpRequestMessage Request(HttpMethod method, string address, string token)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    private static JsonObject? Read(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
