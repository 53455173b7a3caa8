using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace FlameAssistant.Jobs.Conversations.S3;

/// <summary>
/// AWS Signature Version 4. Content is signed by its SHA-256, which is a file's name anyway: the service refuses bytes that
/// are others than those.
/// </summary>
internal static class S3Signature
{
    /// <summary>Of no content.</summary>
    public const string Nothing =
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string SignedHeaders = "host;x-amz-content-sha256;x-amz-date";

    public static void Sign(
        HttpRequestMessage request,
        S3Options options,
        string contentHash,
        DateTimeOffset now
    )
    {
        var uri = request.RequestUri!;
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var host = uri.IsDefaultPort ? uri.Host : uri.Authority;
        var scope = $"{time[..8]}/{options.Region}/s3/aws4_request";
        var canonical = string.Join(
            '\n',
            request.Method.Method,
            uri.AbsolutePath,
            CanonicalQuery(uri),
            $"host:{host}",
            $"x-amz-content-sha256:{contentHash}",
            $"x-amz-date:{time}",
            "",
            SignedHeaders,
            contentHash
        );
        var toSign = string.Join(
            '\n',
            Algorithm,
            time,
            scope,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))
        );
        var key = Encoding.UTF8.GetBytes("AWS4" + options.SecretKey);
        foreach (var part in scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }
        var signature = Convert.ToHexStringLower(
            HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign))
        );
        request.Headers.Host = host;
        request.Headers.Add("x-amz-content-sha256", contentHash);
        request.Headers.Add("x-amz-date", time);
        request.Headers.Authorization = new AuthenticationHeaderValue(
            Algorithm,
            $"Credential={options.AccessKey}/{scope}, SignedHeaders={SignedHeaders}, Signature={signature}"
        );
    }

    /// <summary>As it was written, by name: callers escape what they put into it.</summary>
    private static string CanonicalQuery(Uri uri) =>
        string.Join(
            '&',
            uri.Query.TrimStart('?')
                .Split('&', StringSplitOptions.RemoveEmptyEntries)
                .Order(StringComparer.Ordinal)
        );
}
