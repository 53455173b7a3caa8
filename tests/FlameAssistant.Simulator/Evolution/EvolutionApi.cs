using System.Globalization;
using System.Text.Json.Nodes;
using FlameAssistant.Simulator.Gateways;
using FlameAssistant.Simulator.Providers;
using FlameAssistant.Simulator.WhatsApp;

namespace FlameAssistant.Simulator.Evolution;

/// <summary>Evolution: its instances, and sending by them. Its one key is <see cref="SimulatorOptions.GatewayKey"/>.</summary>
internal sealed class EvolutionApi(
    SimulatorOptions options,
    SimulatorState state,
    GatewaySessions sessions,
    GatewaySending sending
)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var instance = app.MapGroup("/instance").AddEndpointFilter(KeyAsync);
        instance.MapGet("/fetchInstances", () => Results.Json(new JsonArray()));
        instance.MapPost("/create", (JsonObject body, EvolutionApi api) => api.Create(body));
        instance.MapGet(
            "/connectionState/{name}",
            (string name, EvolutionApi api) => api.State(name)
        );
        instance.MapGet(
            "/connect/{name}",
            (string name, string? number, EvolutionApi api) => api.Connect(name, number)
        );
        instance.MapDelete("/logout/{name}", (string name, EvolutionApi api) => api.LogOut(name));
        instance.MapDelete("/delete/{name}", (string name, EvolutionApi api) => api.Delete(name));
        var others = app.MapGroup("").AddEndpointFilter(KeyAsync);
        others.MapPost(
            "/webhook/set/{name}",
            (string name, JsonObject body, EvolutionApi api) => api.SetWebhook(name, body)
        );
        others.MapPost(
            "/message/{method}/{name}",
            (string method, string name, HttpContext http, EvolutionApi api) =>
                api.SendAsync(method, name, http)
        );
        others.MapPost(
            "/chat/{method}/{name}",
            (string method, string name, HttpContext http, EvolutionApi api) =>
                api.NoteAsync(method, name, http)
        );
    }

    private static ValueTask<object?> KeyAsync(
        EndpointFilterInvocationContext context,
        EndpointFilterDelegate next
    ) =>
        context.HttpContext.Request.Headers["apikey"] == SimulatorOptions.GatewayKey
            ? next(context)
            : ValueTask.FromResult<object?>(Refuse(401, "Unauthorized", "Unauthorized"));

    private IResult Create(JsonObject body)
    {
        if (Text(body, "instanceName") is not { Length: > 0 } name)
        {
            return Refuse(400, "Bad Request", "instanceName is missing");
        }

        if (sessions.Find(name) is not null)
        {
            return Refuse(403, "Forbidden", $"This name \"{name}\" is already in use.");
        }

        Keep(name, body["webhook"] as JsonObject);
        sessions.Start(name);
        return Results.Json(
            new JsonObject
            {
                ["instance"] = new JsonObject
                {
                    ["instanceName"] = name,
                    ["integration"] = Text(body, "integration"),
                    ["status"] = "connecting",
                },
                ["hash"] = Text(body, "token"),
            },
            statusCode: 201
        );
    }

    private IResult SetWebhook(string name, JsonObject body)
    {
        if (sessions.Find(name) is null)
        {
            return Unknown(name);
        }

        Keep(name, body["webhook"] as JsonObject);
        return Results.Json(new JsonObject(), statusCode: 201);
    }

    private void Keep(string name, JsonObject? hook)
    {
        var known = state.Channels.Find(name);
        state.Channels.Put(
            (known ?? new SimulatedChannel { PhoneNumberId = name, Name = name }) with
            {
                Type = ChannelKinds.WhatsAppWeb,
                Gateway = "evolution",
                AccessToken = SimulatorOptions.GatewayKey,
                AppSecret = hook?["headers"]?["X-Flame-Secret"]?.GetValue<string>() ?? "",
                WebhookUrl = Text(hook, "url") ?? "",
            }
        );
    }

    private IResult State(string name) =>
        sessions.Find(name) is { } session
            ? Results.Json(
                new JsonObject
                {
                    ["instance"] = new JsonObject
                    {
                        ["instanceName"] = name,
                        ["state"] = session.State switch
                        {
                            GatewayStates.Working => "open",
                            GatewayStates.Starting or GatewayStates.ScanQrCode => "connecting",
                            _ => "close",
                        },
                    },
                }
            )
            : Unknown(name);

    private IResult Connect(string name, string? number)
    {
        if (sessions.Find(name) is not { } session)
        {
            return Unknown(name);
        }

        if (session.State is not (GatewayStates.Starting or GatewayStates.ScanQrCode))
        {
            if (session.State == GatewayStates.Working)
            {
                return State(name);
            }

            sessions.Start(name);
        }

        var pairing = number is null ? session.PairingCode : sessions.AskPairingCode(name);
        return Results.Json(
            new JsonObject
            {
                ["pairingCode"] = pairing?.Replace("-", "", StringComparison.Ordinal),
                ["code"] = sessions.Find(name)?.Qr,
                ["base64"] = null,
                ["count"] = sessions.Find(name)?.QrCount,
            }
        );
    }

    private IResult LogOut(string name)
    {
        if (sessions.Find(name) is null)
        {
            return Unknown(name);
        }

        sessions.LogOut(name);
        return Results.Json(
            new JsonObject
            {
                ["status"] = "SUCCESS",
                ["error"] = false,
                ["response"] = new JsonObject { ["message"] = "Instance logged out" },
            }
        );
    }

    private IResult Delete(string name)
    {
        sessions.Forget(name);
        return Results.Json(new JsonObject { ["status"] = "SUCCESS" });
    }

    private async Task<IResult> NoteAsync(string method, string name, HttpContext http)
    {
        var received = await Acceptance.ReceiveAsync(http, name, "evolution", options.Clock);
        state.Outbox.Add(received with { Type = method });
        return Results.Json(new JsonObject { ["message"] = "Done" }, statusCode: 201);
    }

    private async Task<IResult> SendAsync(string method, string name, HttpContext http)
    {
        var received = await Acceptance.ReceiveAsync(http, name, "evolution", options.Clock);
        var body = JsonNode.Parse(received.Body) as JsonObject;
        received = received with
        {
            Type = method,
            To = Text(body, "number"),
            Text = Text(body, "text") ?? Text(body, "caption"),
        };
        if (state.Channels.Find(name) is not { } channel || sessions.Find(name) is not { } session)
        {
            return Unknown(name);
        }

        if (method == "sendReaction")
        {
            state.Outbox.Add(received with { Text = Text(body, "reaction") });
            return Results.Json(
                new JsonObject { ["key"] = body?["key"]?.DeepClone() },
                statusCode: 201
            );
        }

        var faults = state.Channels.TakeFaults(name);
        if (session.State != GatewayStates.Working || faults.Error is not null)
        {
            var status = int.Parse(faults.Error ?? "400", CultureInfo.InvariantCulture);
            state.Outbox.Add(received with { Status = status, ErrorCode = faults.Error ?? "400" });
            await Task.Delay(TimeSpan.FromMilliseconds(faults.DelayMs), options.Clock);
            return faults.Error == "400"
                ? NotOnWhatsApp(received.To)
                : Refuse(status, "Bad Request", "Error: Connection Closed");
        }

        var number = received.To?.Split('@')[0] ?? "";
        if (!PhoneDigits.IsNumber(number))
        {
            return NotOnWhatsApp(received.To);
        }

        var media = Text(body, "media") ?? Text(body, "audio");
        var isLink = media?.StartsWith("http", StringComparison.Ordinal) == true;
        var file = media is null
            ? null
            : await GatewaySending.FileAsync(
                isLink ? media : null,
                isLink ? null : media,
                Text(body, "fileName"),
                Text(body, "mimetype") ?? "audio/ogg",
                http.RequestAborted
            );
        if (media is not null && file is null)
        {
            return Refuse(400, "Bad Request", "media cannot be read");
        }

        var quoted = body?["quoted"]?["key"]?["id"]?.GetValue<string>();
        http.Response.StatusCode = 201;
        return await sending.SendAsync(
            channel,
            faults,
            number,
            received.Text ?? "",
            file,
            quoted is null ? null : $"{number}@s.whatsapp.net:{quoted}",
            received,
            http,
            message => new JsonObject
            {
                ["key"] = new JsonObject
                {
                    ["remoteJid"] = $"{number}@s.whatsapp.net",
                    ["fromMe"] = true,
                    ["id"] = EvolutionProvider.IdOf(message.Wamid),
                },
                ["status"] = "PENDING",
                ["messageTimestamp"] = message.At.ToUnixTimeSeconds(),
                ["source"] = "unknown",
            }
        );
    }

    private static IResult NotOnWhatsApp(string? number) =>
        Results.Json(
            new JsonObject
            {
                ["status"] = 400,
                ["error"] = "Bad Request",
                ["response"] = new JsonObject
                {
                    ["message"] = new JsonArray(
                        new JsonObject
                        {
                            ["jid"] = $"{number}@s.whatsapp.net",
                            ["exists"] = false,
                            ["number"] = number,
                        }
                    ),
                },
            },
            statusCode: 400
        );

    private static IResult Unknown(string name) =>
        Refuse(404, "Not Found", $"The \"{name}\" instance does not exist");

    private static IResult Refuse(int status, string error, string message) =>
        Results.Json(
            new JsonObject
            {
                ["status"] = status,
                ["error"] = error,
                ["response"] = new JsonObject { ["message"] = message },
            },
            statusCode: status
        );

    private static string? Text(JsonObject? body, string name) =>
        body?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
