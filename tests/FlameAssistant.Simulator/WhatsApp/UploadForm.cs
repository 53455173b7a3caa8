using Microsoft.AspNetCore.Http.Features;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>A form with a file, which may be larger than any other request.</summary>
internal static class UploadForm
{
    private const long LargestFile = 101L * 1024 * 1024;

    /// <returns>Null for what is no such form.</returns>
    public static async Task<IFormCollection?> ReadAsync(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LargestFile;
        }

        try
        {
            return http.Request.HasFormContentType
                ? await http.Request.ReadFormAsync(http.RequestAborted)
                : null;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return null;
        }
    }

    public static async Task<byte[]> BytesAsync(IFormFile file, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, ct);
        return bytes.ToArray();
    }

    public static string TypeOf(string? given) =>
        string.IsNullOrWhiteSpace(given)
            ? "application/octet-stream"
            : given.Split(';')[0].Trim().ToLowerInvariant();
}
