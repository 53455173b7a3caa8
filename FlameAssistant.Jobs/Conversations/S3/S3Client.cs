using System.Net;
using System.Net.Http.Headers;
using System.Xml;
using System.Xml.Linq;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Jobs.Conversations.S3;

/// <summary>
/// The few requests that a file store needs. What may be mended by trying again is tried again, a little later each time;
/// everything here may be done twice.
/// </summary>
public sealed class S3Client(
    HttpClient http,
    IOptions<FileOptions> options,
    TimeProvider clock,
    ILogger<S3Client> logger
)
{
    private const int Attempts = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    private S3Options S3 => options.Value.S3;

    /// <returns>Whether there is such an object.</returns>
    public async Task<bool> HasAsync(string key, CancellationToken ct)
    {
        using var answer = await SendAsync(() => NewRequest(HttpMethod.Head, key), ct);
        return answer.StatusCode != HttpStatusCode.NotFound;
    }

    /// <param name="content">Seekable, so that it can be sent again.</param>
    public async Task PutAsync(string key, string contentHash, Stream content, CancellationToken ct)
    {
        var start = content.Position;
        using var answer = await SendAsync(
            () =>
            {
                content.Position = start;
                var request = NewRequest(HttpMethod.Put, key);
                // Whoever opens the bucket to the world serves nothing that a browser would run.
                request.Content = new KeptOpen(content)
                {
                    Headers =
                    {
                        ContentType = new MediaTypeHeaderValue("application/octet-stream"),
                        ContentDisposition = new ContentDispositionHeaderValue("attachment"),
                        ContentLength = content.Length - start,
                    },
                };
                return request;
            },
            ct,
            contentHash
        );
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            throw await FailedAsync(answer, ct);
        }
    }

    /// <summary>From a place to the end.</summary>
    /// <returns>Null when there is no such object; the answer's content is still at the service.</returns>
    public async Task<HttpResponseMessage?> GetAsync(string key, long from, CancellationToken ct)
    {
        var answer = await SendAsync(
            () =>
            {
                var request = NewRequest(HttpMethod.Get, key);
                request.Headers.Range = from > 0 ? new RangeHeaderValue(from, to: null) : null;
                return request;
            },
            ct
        );
        if (answer.StatusCode != HttpStatusCode.NotFound)
        {
            return answer;
        }
        answer.Dispose();
        return null;
    }

    public async Task DeleteAsync(string key, CancellationToken ct) =>
        (await SendAsync(() => NewRequest(HttpMethod.Delete, key), ct)).Dispose();

    /// <summary>Up to a thousand keys; empty when there is none left.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken ct)
    {
        using var answer = await SendAsync(
            () =>
                NewRequest(
                    HttpMethod.Get,
                    "",
                    $"list-type=2&max-keys=1000&prefix={Uri.EscapeDataString(prefix)}"
                ),
            ct
        );
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            throw await FailedAsync(answer, ct);
        }
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(ct);
            using var reader = XmlReader.Create(
                body,
                new XmlReaderSettings { Async = true, DtdProcessing = DtdProcessing.Prohibit }
            );
            var list = await XDocument.LoadAsync(reader, LoadOptions.None, ct);
            return
            [
                .. list.Descendants()
                    .Where(e => e.Name.LocalName == "Contents")
                    .Select(e => e.Elements().First(k => k.Name.LocalName == "Key").Value),
            ];
        }
        catch (XmlException ex)
        {
            throw new IOException("The file store answered with something that is no list.", ex);
        }
    }

    private HttpRequestMessage NewRequest(HttpMethod method, string key, string query = "") =>
        new(method, new UriBuilder(new Uri(S3.Address, key)) { Query = query }.Uri);

    /// <returns>A success, or not found; all else is thrown.</returns>
    private async Task<HttpResponseMessage> SendAsync(
        Func<HttpRequestMessage> newRequest,
        CancellationToken ct,
        string contentHash = S3Signature.Nothing
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            IOException problem;
            using (var request = newRequest())
            {
                S3Signature.Sign(request, S3, contentHash, clock.GetUtcNow());
                try
                {
                    var answer = await http.SendAsync(
                        request,
                        HttpCompletionOption.ResponseHeadersRead,
                        ct
                    );
                    if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.NotFound)
                    {
                        return answer;
                    }
                    using (answer)
                    {
                        problem = await FailedAsync(answer, ct);
                        if (
                            (int)answer.StatusCode is < 500 and not 408 and not 429
                            || attempt == Attempts
                        )
                        {
                            throw problem;
                        }
                    }
                }
                catch (Exception ex)
                    when (ex is HttpRequestException
                        || (ex is OperationCanceledException && !ct.IsCancellationRequested)
                    )
                {
                    problem = new IOException("The file store does not answer.", ex);
                    if (attempt == Attempts)
                    {
                        throw problem;
                    }
                }
            }
            S3Log.TryingAgain(logger, attempt, problem.Message);
            var pause =
                FirstPause * Math.Pow(2, attempt - 1) * (0.75 + Random.Shared.NextDouble() / 2);
            await Task.Delay(pause, TimeProvider.System, ct);
        }
    }

    /// <summary>By the code of the answer alone: its text may repeat what was signed.</summary>
    private static async Task<IOException> FailedAsync(
        HttpResponseMessage answer,
        CancellationToken ct
    )
    {
        var code = "";
        try
        {
            var body = await answer.Content.ReadAsStringAsync(ct);
            var (start, end) = (
                body.IndexOf("<Code>", StringComparison.Ordinal),
                body.IndexOf("</Code>", StringComparison.Ordinal)
            );
            var found = start >= 0 && end > start ? body[(start + 6)..end] : "";
            code =
                found.Length is > 0 and < 64 && found.All(char.IsAsciiLetterOrDigit)
                    ? $" {found}"
                    : "";
        }
        catch (Exception ex) when (ex is HttpRequestException or IOException)
        {
            // The status says enough.
        }
        return new IOException($"The file store answered {(int)answer.StatusCode}{code}.");
    }

    /// <summary>A stream that belongs to the caller: it outlives an attempt.</summary>
    private sealed class KeptOpen(Stream content) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            content.CopyToAsync(stream);

        protected override Task SerializeToStreamAsync(
            Stream stream,
            TransportContext? context,
            CancellationToken cancellationToken
        ) => content.CopyToAsync(stream, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = content.Length - content.Position;
            return true;
        }
    }
}

internal static partial class S3Log
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The file store is asked again after attempt {Attempt}: {Reason}"
    )]
    public static partial void TryingAgain(ILogger logger, int attempt, string reason);
}
