using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using FlameAssistant.Data.Channels;
using FlameAssistant.Jobs.Channels;

namespace FlameAssistant.Web.Inbound;

/// <summary>
/// Gateways of WhatsApp Web: WAHA signs its bodies, Evolution sends the secret along that it was given; every channel has its
/// own address.
/// </summary>
internal static class GatewayWebhooks
{
    private const string SignatureHeader = "X-Webhook-Hmac";
    private const string SecretHeader = "X-Flame-Secret";

    // Evolution sends files along with their messages, a third larger than they are.
    private const int MaxEvolutionBytes = 24 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder webhooks)
    {
        Map(
            webhooks,
            "waha",
            InboundEndpoints.MaxBodyBytes,
            (request, body, secret) => IsSigned(body, secret, request.Headers[SignatureHeader])
        );
        Map(
            webhooks,
            "evolution",
            MaxEvolutionBytes,
            (request, _, secret) => IsRight(request.Headers[SecretHeader].ToString(), secret)
        );
    }

    private static void Map(
        IEndpointRouteBuilder webhooks,
        string gateway,
        int maxBytes,
        Func<HttpRequest, byte[], string, bool> isRight
    ) =>
        webhooks.MapPost(
            $"/{gateway}/{{channelId:guid}}",
            async (
                Guid channelId,
                HttpRequest request,
                RouteDirectory routes,
                InboundJournal journal,
                CancellationToken ct
            ) =>
                await InboundEndpoints.TakeAsync(
                    request,
                    ChannelTypes.WhatsAppWeb,
                    channelId,
                    await routes.FindAsync(channelId, ct)
                        is { Provider: ChannelTypes.WhatsAppWeb } route
                        ? route.AppSecret
                        : null,
                    (body, secret) => isRight(request, body, secret),
                    journal,
                    ct,
                    maxBytes
                )
        );

    private static bool IsSigned(byte[] body, string secret, string? header)
    {
        Span<byte> given = stackalloc byte[HMACSHA512.HashSizeInBytes];
        Span<byte> right = stackalloc byte[HMACSHA512.HashSizeInBytes];
        return header is not null
            && Convert.FromHexString(header, given, out _, out var written) == OperationStatus.Done
            && written == given.Length
            && HMACSHA512.HashData(Encoding.UTF8.GetBytes(secret), body, right) == right.Length
            && CryptographicOperations.FixedTimeEquals(given, right);
    }

    /// <summary>By their hashes, which have one length: the time tells nothing, not even how long the secret is.</summary>
    private static bool IsRight(string given, string secret) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)),
            SHA256.HashData(Encoding.UTF8.GetBytes(secret))
        );
}
