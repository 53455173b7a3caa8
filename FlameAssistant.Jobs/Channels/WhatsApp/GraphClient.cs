using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels.Meta;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Channels.WhatsApp;

/// <summary>Speaks to the Graph API and tells apart what certainly failed from what may have arrived.</summary>
public sealed class GraphClient(HttpClient http, IOptions<GraphOptions> options)
{
    private static readonly JsonSerializerOptions wire = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public async Task<DeliveryOutcome> SendAsync(
        string? channelBaseUrl,
        string phoneNumberId,
        string accessToken,
        JsonObject message,
        CancellationToken ct
    )
    {
        using var request = Request(
            HttpMethod.Post,
            channelBaseUrl,
            $"/{Uri.EscapeDataString(phoneNumberId)}/messages",
            accessToken,
            JsonContent.Create(message, options: wire)
        );
        try
        {
            using var response = await http.SendAsync(request, ct);
            var body = await response.Content.ReadAsStringAsync(ct);
            return response.IsSuccessStatusCode ? Accepted(body) : Failed(body);
        }
        catch (HttpRequestException ex) when (NeverLeft(ex))
        {
            return new DeliveryOutcome.Postponed(
                TimeSpan.FromSeconds(2),
                "unreachable",
                "WhatsApp could not be reached."
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

    /// <summary>Tells something that is no message and that nothing depends on: what was read, that somebody types.</summary>
    /// <returns>Whether it was taken.</returns>
    public async Task<bool> TellAsync(
        string? channelBaseUrl,
        string phoneNumberId,
        string accessToken,
        JsonObject told,
        CancellationToken ct
    )
    {
        using var request = Request(
            HttpMethod.Post,
            channelBaseUrl,
            $"/{Uri.EscapeDataString(phoneNumberId)}/messages",
            accessToken,
            JsonContent.Create(told, options: wire)
        );
        using var response = await http.SendAsync(request, ct);
        return response.IsSuccessStatusCode
            && Read<JsonNode>(await response.Content.ReadAsStringAsync(ct))?["success"]
                is JsonValue value
            && value.TryGetValue<bool>(out var taken)
            && taken;
    }

    /// <summary>
    /// Hands a file over, so that a message can name it. Nothing reaches the customer by it: whatever fails here certainly
    /// did not arrive, and may be tried again.
    /// </summary>
    /// <returns>The file's id, or what became of the attempt.</returns>
    public async Task<(string? Id, DeliveryOutcome? Failure)> UploadAsync(
        string? channelBaseUrl,
        string phoneNumberId,
        string accessToken,
        DeliveryFile file,
        Stream content,
        CancellationToken ct
    )
    {
        using var bytes = new StreamContent(content);
        bytes.Headers.ContentType = new MediaTypeHeaderValue(file.ContentType);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("whatsapp"), "messaging_product" },
            { new StringContent(file.ContentType), "type" },
            { bytes, "file", "file" },
        };
        using var request = Request(
            HttpMethod.Post,
            channelBaseUrl,
            $"/{Uri.EscapeDataString(phoneNumberId)}/media",
            accessToken,
            form
        );
        try
        {
            using var response = await http.SendAsync(request, ct);
            var body = await response.Content.ReadAsStringAsync(ct);
            if (
                response.IsSuccessStatusCode && Read<GraphMessageId>(body)?.Id is { Length: > 0 } id
            )
            {
                return (id, null);
            }
            return (null, Failed(body) is DeliveryOutcome.Rejected refused ? refused : NotUploaded);
        }
        catch (Exception ex)
            when (ex is HttpRequestException or OperationCanceledException or IOException)
        {
            return (null, NotUploaded);
        }
    }

    /// <summary>Asks where a customer's file is, and opens it there: addresses are checked like every other one.</summary>
    public async Task<Stream?> OpenMediaAsync(
        string? channelBaseUrl,
        string mediaId,
        string accessToken,
        CancellationToken ct
    )
    {
        using var place = await GetAsync(
            $"{options.Value.RootOf(channelBaseUrl)}/{Uri.EscapeDataString(mediaId)}",
            accessToken,
            ct
        );
        if (
            place is null
            || Read<GraphMediaPlace>(await place.Content.ReadAsStringAsync(ct))?.Url
                is not { Length: > 0 } url
        )
        {
            return null;
        }
        var file = await GetAsync(url, accessToken, ct);
        return file is null ? null : await file.Content.ReadAsStreamAsync(ct);
    }

    /// <summary>Asks something that is no message: what is there, what may be done.</summary>
    /// <param name="path">After the version, as <c>/1234?fields=id</c>.</param>
    public async Task<GraphAnswer> AskAsync(
        HttpMethod method,
        string? channelBaseUrl,
        string path,
        string accessToken,
        CancellationToken ct
    )
    {
        try
        {
            using var request = Request(method, channelBaseUrl, path, accessToken);
            using var response = await http.SendAsync(request, ct);
            var body = await response.Content.ReadAsStringAsync(ct);
            if (!response.IsSuccessStatusCode)
            {
                return Read<GraphFailure>(body)?.Error is { } error
                    ? new GraphAnswer.Refused(error.Code, error.Subcode, error.Said)
                    : new GraphAnswer.Unclear($"HTTP {(int)response.StatusCode}");
            }
            return Read<JsonNode>(body) is { } value
                ? new GraphAnswer.Given(value)
                : new GraphAnswer.Unclear("no JSON");
        }
        catch (Exception ex)
            when (ex
                    is HttpRequestException
                        or IOException
                        or UriFormatException
                        // A token with a line break is no header.
                        or FormatException
                || (ex is OperationCanceledException && !ct.IsCancellationRequested)
            )
        {
            return new GraphAnswer.Unclear(
                ex is OperationCanceledException ? "no answer in time" : ex.Message
            );
        }
    }

    private HttpRequestMessage Request(
        HttpMethod method,
        string? channelBaseUrl,
        string path,
        string accessToken,
        HttpContent? content = null
    )
    {
        var request = new HttpRequestMessage(method, options.Value.RootOf(channelBaseUrl) + path)
        {
            Content = content,
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return request;
    }

    /// <returns>Null when there is no such thing.</returns>
    private async Task<HttpResponseMessage?> GetAsync(
        string address,
        string accessToken,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }
        var status = response.StatusCode;
        response.Dispose();
        // What the provider refuses for good is not there for us; anything else may be later.
        return status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.Gone
            ? null
            : throw new HttpRequestException($"The provider answered {(int)status}.", null, status);
    }

    private static DeliveryOutcome NotUploaded { get; } =
        new DeliveryOutcome.Postponed(
            TimeSpan.FromSeconds(5),
            "upload",
            "WhatsApp did not take the file."
        );

    private static DeliveryOutcome Accepted(string body) =>
        Read<GraphSendAnswer>(body)?.Messages is [{ Id: { Length: > 0 } id }, ..]
            ? new DeliveryOutcome.Accepted(id)
            : new DeliveryOutcome.Lost();

    // An answer that is not Graph's own comes from something in between: the request may have passed it.
    private static DeliveryOutcome Failed(string body) =>
        Read<GraphFailure>(body)?.Error is { } error
            ? GraphErrors.Outcome(error)
            : new DeliveryOutcome.Lost();

    private static bool NeverLeft(HttpRequestException ex) =>
        ex.HttpRequestError
            is HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError
                or HttpRequestError.ProxyTunnelError;

    private static T? Read<T>(string body)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
