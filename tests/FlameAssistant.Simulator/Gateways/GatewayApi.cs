using FlameAssistant.Simulator.Providers;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Gateways;

/// <summary>What the owner of the business's phone does: link it, unlink it, and write on it.</summary>
internal static class GatewayApi
{
    private sealed record PhoneAction(string Do, string? Phone, string? Code, string? Engine);

    private sealed record Typed(string To, string Text);

    public const string DefaultPhone = "5511990000001";

    public static void Map(IEndpointRouteBuilder app)
    {
        var channel = app.MapGroup("/simulator/channels/{id}");
        channel.MapGet(
            "/session",
            (string id, GatewaySessions sessions, SimulatorState state) =>
                sessions.Find(id) is { } session
                    ? Results.Ok(
                        new
                        {
                            state = session.State,
                            qr = session.Qr,
                            pairing_code = session.PairingCode,
                            me = session.Me,
                            is_restricted = session.IsRestricted,
                            gateway = state.Channels.Find(id)?.Gateway,
                            engine = state.Channels.Find(id)?.Engine,
                        }
                    )
                    : Results.NotFound()
        );
        channel.MapPost("/session", Act);
        channel.MapPost("/phone", Type);
    }

    private static IResult Act(
        string id,
        PhoneAction action,
        GatewaySessions sessions,
        SimulatorState state
    )
    {
        if (state.Channels.Find(id) is not { } channel || sessions.Find(id) is null)
        {
            return Wrong.Channel(id);
        }

        var phone = string.IsNullOrWhiteSpace(action.Phone) ? DefaultPhone : action.Phone;
        switch (action.Do)
        {
            case "scan":
                sessions.Scan(id, phone);
                break;
            case "pair" when !sessions.Pair(id, action.Code ?? "", phone):
                return Wrong.Input("The code is another one.");
            case "pair":
                break;
            case "logout":
                sessions.LogOut(id);
                break;
            case "fail":
                sessions.Stop(id, GatewayStates.Failed);
                break;
            case "passkey":
                sessions.Stop(id, GatewayStates.PasskeyRequired);
                break;
            case "restrict":
                sessions.Restrict(id, isRestricted: true);
                break;
            case "unrestrict":
                sessions.Restrict(id, isRestricted: false);
                break;
            case "engine" when action.Engine is "gows" or "noweb" or "webjs":
                state.Channels.Put(channel with { Engine = action.Engine });
                break;
            default:
                return Wrong.Input(
                    "do is one of scan, pair, logout, fail, passkey, restrict, unrestrict, engine."
                );
        }

        return Results.Ok(sessions.Find(id));
    }

    /// <summary>The business writes on its own phone.</summary>
    private static IResult Type(
        string id,
        Typed typed,
        SimulatorState state,
        GatewaySessions sessions,
        ProviderList providers,
        WebhookLanes lanes,
        SimulatorOptions options
    )
    {
        if (state.Channels.Find(id) is not { } channel)
        {
            return Wrong.Channel(id);
        }

        if (
            sessions.Find(id) is not { State: GatewayStates.Working }
            || providers.Of(channel) is not IGatewayProvider gateway
        )
        {
            return Wrong.Input("No phone is linked.");
        }

        if (string.IsNullOrWhiteSpace(typed.Text) || !PhoneDigits.IsNumber(typed.To))
        {
            return Wrong.Input("to is a phone number, and text is not empty.");
        }

        var customer = new Customer { Phone = PhoneDigits.Of(typed.To) };
        var message = new TranscriptMessage
        {
            Wamid = gateway.NewId(customer, MessageDirection.Out),
            Direction = MessageDirection.Out,
            Type = "text",
            Text = typed.Text,
            At = options.Clock.GetUtcNow(),
            Status = MessageStatus.Delivered,
        };
        customer = state.Conversations.Append(id, customer, message);
        _ = lanes.Enqueue(
            id,
            customer,
            gateway.Echo(channel, customer, message, isTyped: true, file: null)
        );
        return Results.Ok(new { id = message.Wamid });
    }
}
