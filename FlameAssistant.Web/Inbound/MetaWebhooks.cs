using System.Buffers;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using FlameAssistant.Data.Channels;
using FlameAssistant.Jobs.Channels;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Web.Inbound;

/// <summary>The Meta app that serves all tenants: <c>Flame__Channels__Meta__{AppSecret,VerifyToken}</c>; unset: no shared address.</summary>
public sealed class MetaAppOptions
{
    public string? AppSecret { get; set; }
    public string? VerifyToken { get; set; }
}

/// <summary>WhatsApp, Messenger and Instagram: a question by GET, signed bodies by POST; shared, and by channel.</summary>
internal static class MetaWebhooks
{
    private const string SignatureHeader = "X-Hub-Signature-256";

    public static void Map(IEndpointRouteBuilder webhooks, string provider)
    {
        webhooks.MapGet($"/{provider}", ConfirmShared);
        webhooks.MapPost(
            $"/{provider}",
            (
                HttpRequest request,
                IOptions<MetaAppOptions> meta,
                InboundJournal journal,
                CancellationToken ct
            ) => TakeAsync(request, provider, null, meta.Value.AppSecret, journal, ct)
        );
        webhooks.MapGet(
            $"/{provider}/{{channelId:guid}}",
            (Guid channelId, HttpRequest request, RouteDirectory routes, CancellationToken ct) =>
                ConfirmAsync(provider, channelId, request, routes, ct)
        );
        webhooks.MapPost(
            $"/{provider}/{{channelId:guid}}",
            async (
                Guid channelId,
                HttpRequest request,
                RouteDirectory routes,
                InboundJournal journal,
                CancellationToken ct
            ) =>
                await TakeAsync(
                    request,
                    provider,
                    channelId,
                    await routes.FindAsync(channelId, ct) is { } route && route.Provider == provider
                        ? route.AppSecret
                        : null,
                    journal,
                    ct
                )
        );
    }

    private static IResult ConfirmShared(HttpRequest request, IOptions<MetaAppOptions> meta) =>
        string.IsNullOrEmpty(meta.Value.VerifyToken)
            ? TypedResults.NotFound()
            : Challenge(request, meta.Value.VerifyToken);

    private static async Task<IResult> ConfirmAsync(
        string provider,
        Guid channelId,
        HttpRequest request,
        RouteDirectory routes,
        CancellationToken ct
    ) =>
        await routes.FindAsync(channelId, ct) is { VerifyToken: { Length: > 0 } token } route
        && route.Provider == provider
            ? Challenge(request, token)
            : TypedResults.NotFound();

    private static Task<IResult> TakeAsync(
        HttpRequest request,
        string provider,
        Guid? channelId,
        string? secret,
        InboundJournal journal,
        CancellationToken ct
    ) =>
        InboundEndpoints.TakeAsync(
            request,
            provider,
            channelId,
            secret,
            (body, key) => IsSigned(body, key, request.Headers[SignatureHeader]),
            journal,
            ct
        );

    private static bool IsSigned(byte[] body, string secret, string? header)
    {
        const string Prefix = "sha256=";
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> right = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return header is not null
            && header.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.FromHexString(header.AsSpan(Prefix.Length), given, out _, out var written)
                == OperationStatus.Done
            && written == given.Length
            && HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body, right) == right.Length
            && CryptographicOperations.FixedTimeEquals(given, right);
    }

    private static IResult Challenge(HttpRequest request, string verifyToken)
    {
        var isRight =
            request.Query["hub.mode"] == "subscribe"
            && CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(request.Query["hub.verify_token"].ToString()),
                Encoding.UTF8.GetBytes(verifyToken)
            );
        return isRight
            ? TypedResults.Text(
                request.Query["hub.challenge"].ToString(),
                MediaTypeNames.Text.Plain
            )
            : TypedResults.StatusCode(StatusCodes.Status403Forbidden);
    }
}
