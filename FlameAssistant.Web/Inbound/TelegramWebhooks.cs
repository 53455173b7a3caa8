using System.Security.Cryptography;
using System.Text;
using FlameAssistant.Data.Channels;
using FlameAssistant.Jobs.Channels;

namespace FlameAssistant.Web.Inbound;

/// <summary>Telegram sends the secret itself with each update; every bot has its own address.</summary>
internal static class TelegramWebhooks
{
    private const string SecretHeader = "X-Telegram-Bot-Api-Secret-Token";

    public static void Map(IEndpointRouteBuilder webhooks) =>
        webhooks.MapPost(
            $"/{ChannelTypes.Telegram}/{{channelId:guid}}",
            async (
                Guid channelId,
                HttpRequest request,
                RouteDirectory routes,
                InboundJournal journal,
                CancellationToken ct
            ) =>
                await InboundEndpoints.TakeAsync(
                    request,
                    ChannelTypes.Telegram,
                    channelId,
                    await routes.FindAsync(channelId, ct)
                        is { Provider: ChannelTypes.Telegram } route
                        ? route.AppSecret
                        : null,
                    (_, secret) => IsRight(request.Headers[SecretHeader].ToString(), secret),
                    journal,
                    ct
                )
        );

    /// <summary>By their hashes, which have one length: the time tells nothing, not even how long the secret is.</summary>
    private static bool IsRight(string given, string secret) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)),
            SHA256.HashData(Encoding.UTF8.GetBytes(secret))
        );
}
