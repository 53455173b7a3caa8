using FlameAssistant.Data.Channels;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Web.Platform;

namespace FlameAssistant.Web.Inbound;

/// <summary>
/// The providers' webhooks. A body is verified over its raw bytes, stored, and answered; nothing else happens here. 200 means
/// that it is durable, 401 a wrong or missing signature, 404 an unknown address, 413 more than 4 MB (24 MB where files come along).
/// </summary>
internal static class InboundEndpoints
{
    public const int MaxBodyBytes = 4 * 1024 * 1024;

    public static void AddInbound(this IServiceCollection services, IConfiguration configuration) =>
        services.Configure<MetaAppOptions>(configuration.GetSection("Flame:Channels:Meta"));

    public static void MapInbound(this WebApplication app)
    {
        var webhooks = app.MapGroup("/webhooks").AllowAnonymous().DisableAntiforgery();
        MetaWebhooks.Map(webhooks, ChannelTypes.WhatsApp);
        MetaWebhooks.Map(webhooks, ChannelTypes.Messenger);
        MetaWebhooks.Map(webhooks, ChannelTypes.Instagram);
        TelegramWebhooks.Map(webhooks);
        GatewayWebhooks.Map(webhooks);
        LinkedFiles.Map(app);
    }

    /// <param name="secret">Without one there is no such address.</param>
    /// <param name="isRight">Whether the request proves that it comes from who knows the secret.</param>
    public static async Task<IResult> TakeAsync(
        HttpRequest request,
        string provider,
        Guid? channelId,
        string? secret,
        Func<byte[], string, bool> isRight,
        InboundJournal journal,
        CancellationToken ct,
        int maxBytes = MaxBodyBytes
    )
    {
        if (string.IsNullOrEmpty(secret))
        {
            return Counted(TypedResults.NotFound(), provider, "unknown");
        }
        var body =
            request.ContentLength > maxBytes
                ? null
                : await RawBody.ReadAsync(request, maxBytes, ct);
        if (body is null)
        {
            return Counted(
                TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge),
                provider,
                "too_large"
            );
        }
        if (!isRight(body, secret))
        {
            return Counted(TypedResults.Unauthorized(), provider, "bad_signature");
        }
        await journal.StoreAsync(provider, channelId, body, CancellationToken.None);
        return Counted(TypedResults.Ok(), provider, "stored");
    }

    private static IResult Counted(IResult result, string provider, string outcome)
    {
        FlameMeter.Webhooks.Add(1, new("provider", provider), new("outcome", outcome));
        return result;
    }
}
