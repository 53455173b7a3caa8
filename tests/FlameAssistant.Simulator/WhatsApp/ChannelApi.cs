using System.Globalization;
using System.Security.Cryptography;
using FlameAssistant.Simulator.Gateways;
using FlameAssistant.Simulator.Providers;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>Numbers and their faults: what tests, the demo and the page set.</summary>
internal static class ChannelApi
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var channels = app.MapGroup("/simulator/channels");
        channels.MapGet(
            "",
            (SimulatorState state, ProviderList providers) =>
                state.Channels.All().Select(channel => Shown(channel, providers))
        );
        channels.MapPut("/{id}", Put);
        channels.MapPost("/{id}/verify", VerifyAsync);
        channels.MapPost("/{id}/webhooks", PostRawAsync);
        channels.MapGet(
            "/{id}/faults",
            (string id, SimulatorState state) => state.Channels.Faults(id)
        );
        channels.MapPut("/{id}/faults", SetFaults);
    }

    private static IResult Put(
        string id,
        SimulatedChannel channel,
        SimulatorState state,
        GatewaySessions sessions,
        ProviderList providers
    )
    {
        channel = channel with { PhoneNumberId = id };
        var before = state.Channels.Find(id);
        if (
            before is { } known
            && channel.Type is ChannelKinds.Telegram or ChannelKinds.WhatsAppWeb
        )
        {
            // The business says itself where its webhooks go, and by what secret.
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
        if (channel.Type == ChannelKinds.WhatsAppWeb)
        {
            sessions.PutLinked(
                id,
                channel.Digits is { Length: > 0 } own ? own : GatewayApi.DefaultPhone
            );
        }
        return before is null
            ? Results.Created($"/simulator/channels/{id}", Shown(channel, providers))
            : Results.Ok(Shown(channel, providers));
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

    /// <summary>A number without its secrets, and what its customers can do with what they wrote.</summary>
    private static object Shown(SimulatedChannel channel, ProviderList providers) =>
        new
        {
            type = channel.Type,
            phone_number_id = channel.PhoneNumberId,
            waba_id = channel.WabaId,
            display_phone_number = channel.DisplayPhoneNumber,
            name = channel.Name,
            webhook_url = channel.WebhookUrl,
            can_edit = providers.Of(channel).CanEdit(channel),
            can_delete = providers.Of(channel).CanDelete(channel),
        };
}
