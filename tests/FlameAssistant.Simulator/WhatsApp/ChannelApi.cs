using System.Globalization;
using System.Security.Cryptography;
using FlameAssistant.Simulator.Providers;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>Numbers and their faults: what tests, the demo and the page set.</summary>
internal static class ChannelApi
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var channels = app.MapGroup("/simulator/channels");
        channels.MapGet("", (SimulatorState state) => state.Channels.All().Select(Shown));
        channels.MapPut("/{id}", Put);
        channels.MapPost("/{id}/verify", VerifyAsync);
        channels.MapPost("/{id}/webhooks", PostRawAsync);
        channels.MapGet(
            "/{id}/faults",
            (string id, SimulatorState state) => state.Channels.Faults(id)
        );
        channels.MapPut("/{id}/faults", SetFaults);
    }

    private static IResult Put(string id, SimulatedChannel channel, SimulatorState state)
    {
        channel = channel with { PhoneNumberId = id };
        if (channel.Type == ChannelKinds.Telegram && state.Channels.Find(id) is { } known)
        {
            // The business says itself where its bot's updates go, and by what secret.
            channel = channel with
            {
                WebhookUrl = known.WebhookUrl.Length > 0 ? known.WebhookUrl : channel.WebhookUrl,
                AppSecret = known.WebhookUrl.Length > 0 ? known.AppSecret : channel.AppSecret,
            };
        }

        if (channel.Problem() is { } problem)
        {
            return Wrong.Input(problem);
        }

        state.Channels.Put(channel);
        return Results.Ok(Shown(channel));
    }

    private static async Task<IResult> VerifyAsync(
        string id,
        SimulatorState state,
        WebhookSender sender,
        CancellationToken ct
    )
    {
        if (state.Channels.Find(id) is not { } channel)
        {
            return Wrong.Channel(id);
        }

        if (channel.WebhookUrl.Length == 0)
        {
            return Wrong.Input("The channel has no webhook_url.");
        }

        var challenge = RandomNumberGenerator
            .GetInt32(100_000_000, int.MaxValue)
            .ToString(CultureInfo.InvariantCulture);
        var answer = await sender.VerifyAsync(channel, challenge, ct);
        return Results.Ok(
            new
            {
                verified = answer.Status == StatusCodes.Status200OK && answer.Body == challenge,
                status = answer.Status,
                reason = answer.Reason,
            }
        );
    }

    /// <summary>Signs the bytes as they are and posts them once: for fixtures and hand-made bodies.</summary>
    private static async Task<IResult> PostRawAsync(
        string id,
        HttpRequest request,
        SimulatorState state,
        WebhookSender sender,
        CancellationToken ct
    )
    {
        if (state.Channels.Find(id) is not { } channel)
        {
            return Wrong.Channel(id);
        }

        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, ct);
        var body = buffer.ToArray();
        var answer =
            channel.WebhookUrl.Length == 0
                ? new WebhookAnswer(0, "no webhook address")
                : await sender.PostAsync(channel, body, ct);
        return Results.Ok(
            new
            {
                signature = MetaSignature.Of(body, channel.AppSecret),
                status = answer.Status,
                reason = answer.Reason,
                body = answer.Body,
            }
        );
    }

    private static IResult SetFaults(string id, ChannelFaults faults, SimulatorState state)
    {
        if (state.Channels.Find(id) is null)
        {
            return Wrong.Channel(id);
        }

        if (faults.Problem() is { } problem)
        {
            return Wrong.Input(problem);
        }

        state.Channels.SetFaults(id, faults);
        return Results.Ok(faults);
    }

    /// <summary>A number without its secrets.</summary>
    private static object Shown(SimulatedChannel channel) =>
        new
        {
            type = channel.Type,
            phone_number_id = channel.PhoneNumberId,
            waba_id = channel.WabaId,
            display_phone_number = channel.DisplayPhoneNumber,
            name = channel.Name,
            webhook_url = channel.WebhookUrl,
        };
}
