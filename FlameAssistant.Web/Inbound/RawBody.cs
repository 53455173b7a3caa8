using System.Buffers;

namespace FlameAssistant.Web.Inbound;

/// <summary>A request's bytes as they came: a signature covers them and nothing that was parsed from them.</summary>
internal static class RawBody
{
    /// <returns>Null when there are more than <paramref name="maxBytes"/>.</returns>
    public static async Task<byte[]?> ReadAsync(
        HttpRequest request,
        int maxBytes,
        CancellationToken ct
    )
    {
        while (true)
        {
            var result = await request.BodyReader.ReadAsync(ct);
            if (result.Buffer.Length > maxBytes)
            {
                request.BodyReader.AdvanceTo(result.Buffer.End);
                return null;
            }
            if (result.IsCompleted)
            {
                var body = result.Buffer.ToArray();
                request.BodyReader.AdvanceTo(result.Buffer.End);
                return body;
            }
            request.BodyReader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }
}
