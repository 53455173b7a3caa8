using System.Net.Http.Json;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FlameAssistant.Jobs.Channels.Telegram;

/// <summary>Speaks to the Bot API. The token is part of every address: no address is ever told to anybody.</summary>
internal sealed class TelegramClient(HttpClient http)
{
    private static readonly JsonSerializerOptions wire = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static HttpContent Json(JsonObject body) => JsonContent.Create(body, options: wire);

    /// <returns>Null when the answer is none of the Bot API's.</returns>
    /// <exception cref="HttpRequestException">No answer came; see <see cref="HttpFailures.NeverLeft"/>.</exception>
    public async Task<TelegramAnswer?> CallAsync(
        string root,
        string token,
        string method,
        HttpContent content,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{root}/bot{token}/{method}");
        request.Content = content;
        using var response = await http.SendAsync(request, ct);
        try
        {
            return TelegramAnswer.Read(
                JsonNode.Parse(await response.Content.ReadAsStringAsync(ct)) as JsonObject
            );
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Opens a file by the path that getFile told.</summary>
    public async Task<Stream?> OpenAsync(
        string root,
        string token,
        string path,
        CancellationToken ct
    )
    {
        var escaped = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        var response = await http.GetAsync(
            $"{root}/file/bot{token}/{escaped}",
            HttpCompletionOption.ResponseHeadersRead,
            ct
        );
        if (response.IsSuccessStatusCode)
        {
            return await response.Content.ReadAsStreamAsync(ct);
        }
        var status = response.StatusCode;
        response.Dispose();
        return (int)status is >= 500 or 429
            ? throw new HttpRequestException($"Telegram answered {(int)status}.", null, status)
            : null;
    }
}
