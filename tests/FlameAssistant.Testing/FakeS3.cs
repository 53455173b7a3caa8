using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Testing;

/// <summary>
/// A bucket over real HTTP, path style, in this process. It checks each signature and each content's hash as the real ones
/// do, and it can be told to fail.
/// </summary>
public sealed class FakeS3 : IAsyncDisposable
{
    public const string Bucket = "flame-files";
    public const string Region = "eu-test-1";
    public const string AccessKey = "AKIATESTTESTTEST";
    public const string SecretKey = "s3cr3t/which+nobody=may/see";

    private readonly WebApplication app;
    private int failures;
    private int failureStatus;
    private int cutAnswers;
    private int cutUploads;

    private FakeS3(WebApplication app)
    {
        this.app = app;
        app.Map("/{**path}", ServeAsync);
    }

    public string Url => app.Urls.Single();

    public ConcurrentDictionary<string, FakeObject> Objects { get; } = new(StringComparer.Ordinal);

    /// <summary>Method and key of every request.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Answers every request from the start of a file, whatever part was asked for.</summary>
    public bool IgnoresRanges { get; set; }

    /// <summary>How many keys a list holds at most.</summary>
    public int PageSize { get; set; } = 1000;

    public static async Task<FakeS3> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services.AddRouting();
        var built = builder.Build();
        built.Urls.Add("http://127.0.0.1:0");
        var fake = new FakeS3(built);
        await built.StartAsync();
        return fake;
    }

    public void Fail(int status, int times) => (failureStatus, failures) = (status, times);

    /// <summary>The next answers with a content break after half of it.</summary>
    public void CutAnswers(int times) => cutAnswers = times;

    /// <summary>The next uploads break on their way.</summary>
    public void CutUploads(int times) => cutUploads = times;

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var path = request.Path.Value!;
        var key = path.StartsWith($"/{Bucket}/", StringComparison.Ordinal)
            ? path[(Bucket.Length + 2)..]
            : null;
        Requests.Enqueue($"{request.Method} {key}{request.QueryString}");
        if (Interlocked.Decrement(ref failures) >= 0)
        {
            await RefuseAsync(response, failureStatus, "SlowDown");
        }
        else if (!IsSigned(request))
        {
            await RefuseAsync(response, StatusCodes.Status403Forbidden, "SignatureDoesNotMatch");
        }
        else if (key is null)
        {
            await RefuseAsync(response, StatusCodes.Status404NotFound, "NoSuchBucket");
        }
        else if (key.Length == 0)
        {
            await ListAsync(request, response);
        }
        else if (HttpMethods.IsPut(request.Method))
        {
            await TakeAsync(context, key);
        }
        else if (HttpMethods.IsDelete(request.Method))
        {
            Objects.TryRemove(key, out _);
            response.StatusCode = StatusCodes.Status204NoContent;
        }
        else if (Objects.TryGetValue(key, out var found))
        {
            await GiveAsync(context, found);
        }
        else
        {
            await RefuseAsync(response, StatusCodes.Status404NotFound, "NoSuchKey");
        }
    }

    private async Task TakeAsync(HttpContext context, string key)
    {
        if (Interlocked.Decrement(ref cutUploads) >= 0)
        {
            await context.Request.Body.ReadExactlyAsync(new byte[1]);
            context.Abort();
            return;
        }
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var content = body.ToArray();
        if (
            Convert.ToHexStringLower(SHA256.HashData(content))
            != context.Request.Headers["x-amz-content-sha256"]
        )
        {
            await RefuseAsync(
                context.Response,
                StatusCodes.Status400BadRequest,
                "XAmzContentSHA256Mismatch"
            );
            return;
        }
        Objects[key] = new FakeObject(
            content,
            context.Request.ContentType,
            context.Request.Headers.ContentDisposition.ToString()
        );
    }

    private async Task GiveAsync(HttpContext context, FakeObject found)
    {
        var (request, response) = (context.Request, context.Response);
        var content = found.Content;
        var range = request.GetTypedHeaders().Range?.Ranges.Single();
        if (range?.From is { } from && !IgnoresRanges)
        {
            content = content[(int)from..];
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange =
                $"bytes {from}-{found.Content.Length - 1}/{found.Content.Length}";
        }
        response.ContentLength = content.Length;
        if (HttpMethods.IsHead(request.Method))
        {
            return;
        }
        if (Interlocked.Decrement(ref cutAnswers) >= 0)
        {
            await response.Body.WriteAsync(content.AsMemory(0, content.Length / 2));
            await response.Body.FlushAsync();
            context.Abort();
            return;
        }
        await response.Body.WriteAsync(content);
    }

    private async Task ListAsync(HttpRequest request, HttpResponse response)
    {
        XNamespace s3 = "http://s3.amazonaws.com/doc/2006-03-01/";
        var prefix = request.Query["prefix"].ToString();
        var keys = Objects
            .Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Take(PageSize);
        response.ContentType = "application/xml";
        await response.WriteAsync(
            new XElement(
                s3 + "ListBucketResult",
                new XElement(s3 + "Name", Bucket),
                keys.Select(key => new XElement(s3 + "Contents", new XElement(s3 + "Key", key)))
            ).ToString()
        );
    }

    private static Task RefuseAsync(HttpResponse response, int status, string code)
    {
        response.StatusCode = status;
        response.ContentType = "application/xml";
        return response.WriteAsync(
            $"<Error><Code>{code}</Code><AWSAccessKeyId>{AccessKey}</AWSAccessKeyId></Error>"
        );
    }

    /// <summary>By what arrived, from the words of the specification: all headers that the signature names, in its order.</summary>
    private static bool IsSigned(HttpRequest request)
    {
        const string Scheme = "AWS4-HMAC-SHA256 ";
        var given = request.Headers.Authorization.ToString();
        if (!given.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }
        var parts = given[Scheme.Length..]
            .Split(", ")
            .Select(part => part.Split('=', 2))
            .ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        var time = request.Headers["x-amz-date"].ToString();
        var day = DateTime
            .ParseExact(time, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)
            .ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var scope = $"{day}/{Region}/s3/aws4_request";
        if (parts["Credential"] != $"{AccessKey}/{scope}")
        {
            return false;
        }
        var canonical = new StringBuilder()
            .Append(request.Method)
            .Append('\n')
            .Append(request.Path.ToUriComponent())
            .Append('\n')
            .AppendJoin(
                '&',
                request
                    .Query.OrderBy(q => q.Key, StringComparer.Ordinal)
                    .Select(q => $"{q.Key}={Uri.EscapeDataString(q.Value.ToString())}")
            )
            .Append('\n');
        foreach (var header in parts["SignedHeaders"].Split(';'))
        {
            canonical.Append(header).Append(':').Append(request.Headers[header]).Append('\n');
        }
        canonical
            .Append('\n')
            .Append(parts["SignedHeaders"])
            .Append('\n')
            .Append(request.Headers["x-amz-content-sha256"]);
        var signed =
            $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))}";
        var signing = Hmac(
            Hmac(Hmac(Hmac(Encoding.UTF8.GetBytes("AWS4" + SecretKey), day), Region), "s3"),
            "aws4_request"
        );
        return parts["Signature"] == Convert.ToHexStringLower(Hmac(signing, signed));
    }

    private static byte[] Hmac(byte[] key, string text) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}

public sealed record FakeObject(byte[] Content, string? ContentType, string Disposition);
