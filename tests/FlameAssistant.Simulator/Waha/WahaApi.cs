using System.Text.Json.Nodes;
using FlameAssistant.Simulator.Gateways;
using FlameAssistant.Simulator.Providers;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Waha;

/// <summary>WAHA: its sessions, and sending by them. Its one key is <see cref="SimulatorOptions.GatewayKey"/>.</summary>
internal sealed class WahaApi(
    SimulatorOptions options,
    SimulatorState state,
    GatewaySessions sessions,
    GatewaySending sending
)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api").AddEndpointFilter(KeyAsync);
        api.MapGet("/sessions", (WahaApi waha) => waha.List());
        api.MapPost("/sessions", (JsonObject body, WahaApi waha) => waha.Create(body));
        api.MapGet("/sessions/{name}", (string name, WahaApi waha) => waha.Get(name));
        api.MapPut(
            "/sessions/{name}",
            (string name, JsonObject body, WahaApi waha) => waha.Change(name, body)
        );
        api.MapDelete("/sessions/{name}", (string name, WahaApi waha) => waha.Delete(name));
        api.MapPost(
            "/sessions/{name}/{action:regex(^(start|restart|stop|logout)$)}",
            (string name, string action, WahaApi waha) => waha.Act(name, action)
        );
        api.MapGet(
            "/{name}/auth/qr",
            (string name, string? format, WahaApi waha) => waha.Qr(name, format)
        );
        api.MapPost("/{name}/auth/request-code", (string name, WahaApi waha) => waha.Code(name));
        api.MapPost(
            "/{method:regex(^(sendText|sendImage|sendFile|sendVoice|sendVideo)$)}",
            (string method, HttpContext http, WahaApi waha) => waha.SendAsync(method, http)
        );
        api.MapPost(
            "/{method:regex(^(sendSeen|startTyping|stopTyping)$)}",
            (string method, HttpContext http, WahaApi waha) => waha.NoteAsync(method, http)
        );
        api.MapPut(
            "/reaction",
            (HttpContext http, WahaApi waha) => waha.NoteAsync("reaction", http)
        );
        api.MapGet(
            "/files/{name}/{id}",
            (string name, string id, SimulatorState state) =>
                state.Media.Find(id) is { } file && file.Channel == name
                    ? Results.Bytes(file.Content, file.ContentType)
                    : Results.NotFound()
        );
        api.MapGet("/contacts", () => Results.Json(new JsonObject()));
    }

    private static ValueTask<object?> KeyAsync(
        EndpointFilterInvocationContext context,
        EndpointFilterDelegate next
    ) =>
        context.HttpContext.Request.Headers["X-Api-Key"] == SimulatorOptions.GatewayKey
            ? next(context)
            : ValueTask.FromResult<object?>(
                Refuse(401, new JsonObject { ["message"] = "Unauthorized" })
            );

    private IResult List() =>
        Results.Json(
            new JsonArray([
                .. state
                    .Channels.All()
                    .Where(IsMine)
                    .Select(c => sessions.Find(c.PhoneNumberId))
                    .OfType<GatewaySession>()
                    .Select(s => (JsonNode)Shown(s)),
            ])
        );

    private IResult Create(JsonObject body)
    {
        if (Text(body, "name") is not { Length: > 0 } name)
        {
            return Refuse(400, new JsonObject { ["message"] = "name is missing" });
        }

        if (sessions.Find(name) is not null)
        {
            return Refuse(
                422,
                new JsonObject { ["message"] = $"Session '{name}' already exists." }
            );
        }

        Keep(name, body);
        sessions.Start(name);
        return Results.Json(Shown(sessions.Find(name)!), statusCode: 201);
    }

    private IResult Change(string name, JsonObject body)
    {
        if (sessions.Find(name) is null)
        {
            return NotFound();
        }

        Keep(name, body);
        sessions.Start(name);
        return Results.Json(Shown(sessions.Find(name)!));
    }

    private void Keep(string name, JsonObject body)
    {
        var hook = (body["config"]?["webhooks"] as JsonArray)?.FirstOrDefault() as JsonObject;
        var known = state.Channels.Find(name);
        state.Channels.Put(
            (known ?? new SimulatedChannel { PhoneNumberId = name, Name = name }) with
            {
                Type = ChannelKinds.WhatsAppWeb,
                Gateway = "waha",
                AccessToken = SimulatorOptions.GatewayKey,
                AppSecret = hook?["hmac"]?["key"]?.GetValue<string>() ?? "",
                WebhookUrl = hook?["url"]?.GetValue<string>() ?? "",
            }
        );
    }

    private IResult Get(string name) =>
        sessions.Find(name) is { } session ? Results.Json(Shown(session)) : NotFound();

    private IResult Delete(string name)
    {
        sessions.Forget(name);
        return Results.Json(new JsonObject());
    }

    private IResult Act(string name, string action)
    {
        if (sessions.Find(name) is null)
        {
            return NotFound();
        }

        switch (action)
        {
            case "stop":
                sessions.Stop(name);
                break;
            case "logout":
                sessions.LogOut(name);
                break;
            default:
                sessions.Start(name);
                break;
        }

        return Results.Json(Shown(sessions.Find(name)!), statusCode: 201);
    }

    private IResult Qr(string name, string? format) =>
        sessions.Find(name) is { Qr: { } code }
            ? Results.Json(
                format == "raw"
                    ? new JsonObject { ["value"] = code }
                    : new JsonObject { ["mimetype"] = "image/png", ["data"] = "iVBORw0KGgo=" }
            )
            : NotWorking(name, GatewayStates.ScanQrCode);

    private IResult Code(string name) =>
        sessions.AskPairingCode(name) is { } code
            ? Results.Json(new JsonObject { ["code"] = code }, statusCode: 201)
            : NotWorking(name, GatewayStates.ScanQrCode);

    private async Task<IResult> NoteAsync(string method, HttpContext http)
    {
        var received = await Acceptance.ReceiveAsync(http, "", "waha", options.Clock);
        var body = JsonNode.Parse(received.Body) as JsonObject;
        state.Outbox.Add(
            received with
            {
                Channel = Text(body, "session") ?? "",
                Type = method,
                To = Text(body, "chatId"),
                Text = Text(body, "reaction"),
            }
        );
        return Results.Json(new JsonObject { ["result"] = true });
    }

    private async Task<IResult> SendAsync(string method, HttpContext http)
    {
        var received = await Acceptance.ReceiveAsync(http, "", "waha", options.Clock);
        var body = JsonNode.Parse(received.Body) as JsonObject;
        var (name, chat) = (Text(body, "session") ?? "", Text(body, "chatId"));
        received = received with
        {
            Channel = name,
            Type = method,
            To = chat,
            Text = Text(body, "text") ?? Text(body, "caption"),
        };
        if (state.Channels.Find(name) is not { } channel || sessions.Find(name) is not { } session)
        {
            return NotFound();
        }

        var faults = state.Channels.TakeFaults(name);
        if (session.State != GatewayStates.Working || faults.Error is not null)
        {
            state.Outbox.Add(received with { Status = 422, ErrorCode = faults.Error ?? "422" });
            await Task.Delay(TimeSpan.FromMilliseconds(faults.DelayMs), options.Clock);
            return faults.Error is null or "422"
                ? NotWorking(name, GatewayStates.Working)
                : Refuse(
                    int.Parse(faults.Error, System.Globalization.CultureInfo.InvariantCulture),
                    new JsonObject { ["message"] = "Refused by the simulator" }
                );
        }

        var number = chat?.Split('@')[0] ?? "";
        if (!PhoneDigits.IsNumber(number))
        {
            return Refuse(400, new JsonObject { ["message"] = "chatId is no chat" });
        }

        GivenFile? file = null;
        if (method != "sendText")
        {
            var given = body?["file"] as JsonObject;
            file = await GatewaySending.FileAsync(
                Text(given, "url"),
                Text(given, "data"),
                Text(given, "filename"),
                Text(given, "mimetype"),
                http.RequestAborted
            );
            if (file is null)
            {
                return Refuse(400, new JsonObject { ["message"] = "file cannot be read" });
            }
        }

        return await sending.SendAsync(
            channel,
            faults,
            number,
            received.Text ?? "",
            file,
            Text(body, "reply_to"),
            received,
            http,
            message => WahaAnswer.Of(channel.Engine, message, number)
        );
    }

    private JsonObject Shown(GatewaySession session)
    {
        var channel = state.Channels.Find(session.Name);
        return new JsonObject
        {
            ["name"] = session.Name,
            ["status"] = session.State,
            ["engine"] = new JsonObject { ["engine"] = channel?.Engine.ToUpperInvariant() },
            ["config"] = new JsonObject
            {
                ["ignore"] = new JsonObject { ["groups"] = true },
                ["webhooks"] = new JsonArray(
                    new JsonObject
                    {
                        ["url"] = channel?.WebhookUrl,
                        ["hmac"] = new JsonObject { ["key"] = channel?.AppSecret },
                    }
                ),
            },
            ["me"] = session.Me is null
                ? null
                : new JsonObject { ["id"] = $"{session.Me}@c.us", ["pushName"] = channel?.Name },
        };
    }

    private IResult NotWorking(string name, string expected) =>
        Refuse(
            422,
            new JsonObject
            {
                ["message"] =
                    "Session status is not as expected. Try again later or restart the session",
                ["session"] = name,
                ["status"] = sessions.Find(name)?.State,
                ["expected"] = new JsonArray(expected),
            }
        );

    private static IResult NotFound() =>
        Refuse(404, new JsonObject { ["message"] = "Session not found" });

    private static IResult Refuse(int status, JsonObject body)
    {
        body["statusCode"] = status;
        return Results.Json(body, statusCode: status);
    }

    private static bool IsMine(SimulatedChannel channel) =>
        channel is { Type: ChannelKinds.WhatsAppWeb, Gateway: "waha" };

    private static string? Text(JsonObject? body, string name) =>
        body?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
