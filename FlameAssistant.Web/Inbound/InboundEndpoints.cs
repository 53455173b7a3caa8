using System.Buffers;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using FlameAssistant.Data.Channels;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Web.Platform;
using Microsoft.Extensions.Options;

namespace FlameAssistant.Web.Inbound;

/// <summary>The Meta app that serves all tenants: <c>Flame__Channels__Meta__{AppSecret,VerifyToken}</c>; unset: no shared address.</summary>
public sealed class MetaAppOptions
{
    public string? AppSecret { get; set; }
    public string? VerifyToken { get; set; }
}

/// <summary>
/// Meta's webhooks. A body is verified over its raw bytes, stored, and answered; nothing else happens here. 200 means that
/// it is durable, 401 a wrong or missing signature, 404 an unknown address, 413 more than 4 MB.
/// </summary>
internal static class InboundEndpoints
{
    public const int MaxBodyBytes = 4 * 1024 * 1024;
    private const string SignatureHeader = "X-Hub-Signature-256";

    public static void AddInbound(this IServiceCollection services, IConfiguration configuration) =>
        services.Configure<MetaAppOptions>(configuration.GetSection("Flame:Channels:Meta"));

    public static void MapInbound(this WebApplication app)
    {
        var webhooks = app.MapGroup("/webhooks").AllowAnonymous().DisableAntiforgery();
        webhooks.MapGet("/whatsapp", ConfirmShared);
        webhooks.MapPost("/whatsapp", TakeSharedAsync);
        webhooks.MapGet("/whatsapp/{channelId:guid}", ConfirmAsync);
        webhooks.MapPost("/whatsapp/{channelId:guid}", TakeAsync);
    }

    private static IResult ConfirmShared(HttpRequest request, IOptions<MetaAppOptions> meta) =>
        string.IsNullOrEmpty(meta.Value.VerifyToken)
            ? TypedResults.NotFound()
            : Challenge(request, meta.Value.VerifyToken);

    private static async Task<IResult> ConfirmAsync(
        Guid channelId,
        HttpRequest request,
        RouteDirectory routes,
        CancellationToken ct
    ) =>
        await routes.FindAsync(channelId, ct)
            is { Provider: ChannelTypes.WhatsApp, VerifyToken: { Length: > 0 } token }
            ? Challenge(request, token)
            : TypedResults.NotFound();

    private static Task<IResult> TakeSharedAsync(
        HttpRequest request,
        IOptions<MetaAppOptions> meta,
        InboundJournal journal,
        CancellationToken ct
    ) => StoreSignedAsync(request, meta.Value.AppSecret, channelId: null, journal, ct);

    private static async Task<IResult> TakeAsync(
        Guid channelId,
        HttpRequest request,
        RouteDirectory routes,
        InboundJournal journal,
        CancellationToken ct
    )
    {
        var route = await routes.FindAsync(channelId, ct);
        return await StoreSignedAsync(
            request,
            route is { Provider: ChannelTypes.WhatsApp } ? route.AppSecret : null,
            channelId,
            journal,
            ct
        );
    }

    private static async Task<IResult> StoreSignedAsync(
        HttpRequest request,
        string? secret,
        Guid? channelId,
        InboundJournal journal,
        CancellationToken ct
    )
    {
        if (string.IsNullOrEmpty(secret))
        {
            return Counted(TypedResults.NotFound(), "unknown");
        }
        if (request.ContentLength > MaxBodyBytes)
        {
            return Counted(
                TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge),
                "too_large"
            );
        }
        var body = await RawBody.ReadAsync(request, MaxBodyBytes, ct);
        if (body is null)
        {
            return Counted(
                TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge),
                "too_large"
            );
        }
        if (!IsSigned(body, secret, request.Headers[SignatureHeader]))
        {
            return Counted(TypedResults.Unauthorized(), "bad_signature");
        }
        await journal.StoreAsync(ChannelTypes.WhatsApp, channelId, body, CancellationToken.None);
        return Counted(TypedResults.Ok(), "stored");
    }

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

    private static IResult Counted(IResult result, string outcome)
    {
        FlameMeter.Webhooks.Add(1, new("provider", ChannelTypes.WhatsApp), new("outcome", outcome));
        return result;
    }
}
