using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <summary>Evolution's API.</summary>
internal sealed class EvolutionGateway(GatewayClient client, TimeProvider clock) : IGateway
{
    private const string KeyHeader = "apikey";
    private const int TypingLasts = 1200;
    private const int PauseBeforeText = 800;

    public bool PrefersLink(string kind) => true;

    public (string Path, JsonObject Body) Message(
        GatewayAddress at,
        Jid to,
        Delivery delivery,
        OutgoingFile? file
    )
    {
        var body = new JsonObject { ["number"] = NumberOf(to) };
        string path;
        if (file is null)
        {
            body["text"] = delivery.Text;
            // As if somebody typed it: numbers that answer like machines get banned.
            body["delay"] = PauseBeforeText;
            body["linkPreview"] = false;
            path = "sendText";
        }
        else if (file.Kind == "audio")
        {
            body["audio"] = file.Link ?? file.Base64;
            path = "sendWhatsAppAudio";
        }
        else
        {
            body["mediatype"] = file.Kind switch
            {
                "image" when file.ContentType is "image/jpeg" or "image/png" => "image",
                "video" when file.ContentType is "video/mp4" => "video",
                _ => "document",
            };
            body["mimetype"] = file.ContentType;
            body["caption"] = delivery.Text;
            body["fileName"] = file.Name;
            body["media"] = file.Link ?? file.Base64;
            path = "sendMedia";
        }
        if (IdOf(delivery.QuotedExternalId) is { } quoted)
        {
            body["quoted"] = new JsonObject { ["key"] = new JsonObject { ["id"] = quoted.Id } };
        }
        return ($"/message/{path}/{at.Session}", body);
    }

    public string? SentId(JsonNode? answer) =>
        EvolutionKey.Read((answer as JsonObject)?["key"] as JsonObject)?.Name;

    public Task<GatewayAnswer> CallAsync(
        GatewayAddress at,
        HttpMethod method,
        string path,
        JsonObject? body,
        CancellationToken ct
    ) => client.CallAsync(at, KeyHeader, method, path, body, ct);

    public Task<GatewayAnswer> PingAsync(GatewayAddress at, CancellationToken ct) =>
        CallAsync(at, HttpMethod.Get, "/instance/fetchInstances", null, ct);

    public async Task<GatewayAnswer?> SetUpAsync(
        GatewayAddress at,
        string webhookUrl,
        CancellationToken ct
    )
    {
        var known = await StateAsync(at, ct);
        if (known.Status == 404)
        {
            var made = await CallAsync(
                at,
                HttpMethod.Post,
                "/instance/create",
                EvolutionInstance.Create(at, webhookUrl),
                ct
            );
            if (made.IsOk)
            {
                return null;
            }
            // Another node may have been faster.
            known = await StateAsync(at, ct);
            if (!known.IsOk)
            {
                return made;
            }
        }
        if (!known.IsOk)
        {
            return known;
        }
        var changed = await CallAsync(
            at,
            HttpMethod.Post,
            $"/webhook/set/{at.Session}",
            EvolutionInstance.Change(at, webhookUrl),
            ct
        );
        if (!changed.IsOk)
        {
            return changed;
        }
        return StateOf(known) == "close" ? await StartAsync(at, ct) : null;
    }

    public async Task ForgetAsync(GatewayAddress at, CancellationToken ct)
    {
        await CallAsync(at, HttpMethod.Delete, $"/instance/logout/{at.Session}", null, ct);
        await CallAsync(at, HttpMethod.Delete, $"/instance/delete/{at.Session}", null, ct);
    }

    public async Task<SessionView> LookAsync(GatewayAddress at, CancellationToken ct)
    {
        var asked = await StateAsync(at, ct);
        var now = clock.GetUtcNow();
        return (asked.Status, StateOf(asked)) switch
        {
            (404, _) => new SessionView(
                new SessionReport(
                    SessionStates.Stopped,
                    now,
                    Reason: "The gateway knows no such instance: start it on the channel's page."
                )
            ),
            (_, "open") => new SessionView(new SessionReport(SessionStates.Working, now)),
            (_, "close") => new SessionView(
                new SessionReport(
                    SessionStates.Stopped,
                    now,
                    Reason: "The number is not linked. Start it on the channel's page."
                )
            ),
            // While it connects it gives the code that it has just now.
            (_, "connecting") => View(
                await CallAsync(at, HttpMethod.Get, ConnectPath(at), null, ct),
                now
            ),
            _ => GatewayView.Of(asked),
        };
    }

    private static SessionView View(GatewayAnswer connecting, DateTimeOffset now)
    {
        var given = connecting.Body as JsonObject;
        var code = Values.Text(given?["code"]);
        var picture = Values.Text(given?["base64"])?.Split(',', 2);
        var hasCode = !string.IsNullOrEmpty(code) || picture is [_, _];
        return new SessionView(
            new SessionReport(hasCode ? SessionStates.ScanQrCode : SessionStates.Starting, now)
        )
        {
            Code = string.IsNullOrEmpty(code) ? null : code,
            Picture = picture is ["data:image/png;base64", var data]
                ? GatewayView.Picture("image/png", data)
                : null,
            PairingCode = Values.Name(given?["pairingCode"]),
        };
    }

    public async Task<GatewayAnswer?> StartAsync(GatewayAddress at, CancellationToken ct)
    {
        var started = await CallAsync(at, HttpMethod.Get, ConnectPath(at), null, ct);
        return started.IsOk ? null : started;
    }

    public async Task<GatewayAnswer?> LogOutAsync(GatewayAddress at, CancellationToken ct)
    {
        var left = await CallAsync(
            at,
            HttpMethod.Delete,
            $"/instance/logout/{at.Session}",
            null,
            ct
        );
        return left.IsOk ? null : left;
    }

    public async Task<(string? Code, GatewayAnswer Answer)> PairAsync(
        GatewayAddress at,
        string phone,
        CancellationToken ct
    )
    {
        var answer = await CallAsync(
            at,
            HttpMethod.Get,
            $"{ConnectPath(at)}?number={phone}",
            null,
            ct
        );
        return (Values.Name((answer.Body as JsonObject)?["pairingCode"]), answer);
    }

    public Task ShowTypingAsync(GatewayAddress at, Jid to, CancellationToken ct) =>
        CallAsync(
            at,
            HttpMethod.Post,
            $"/chat/sendPresence/{at.Session}",
            new JsonObject
            {
                ["number"] = NumberOf(to),
                ["presence"] = "composing",
                ["delay"] = TypingLasts,
            },
            ct
        );

    public Task MarkSeenAsync(GatewayAddress at, string externalId, CancellationToken ct) =>
        IdOf(externalId) is { } id
            ? CallAsync(
                at,
                HttpMethod.Post,
                $"/chat/markMessageAsRead/{at.Session}",
                new JsonObject { ["readMessages"] = new JsonArray(Key(id, fromMe: false)) },
                ct
            )
            : Task.CompletedTask;

    /// <summary>Customers are reacted to; what we wrote ourselves is not.</summary>
    public Task<GatewayAnswer> ReactAsync(
        GatewayAddress at,
        string externalId,
        string emoji,
        CancellationToken ct
    ) =>
        CallAsync(
            at,
            HttpMethod.Post,
            $"/message/sendReaction/{at.Session}",
            new JsonObject
            {
                ["key"] = IdOf(externalId) is { } id ? Key(id, fromMe: false) : null,
                ["reaction"] = emoji,
            },
            ct
        );

    public async Task<Stream?> OpenMediaAsync(
        GatewayAddress at,
        string externalId,
        CancellationToken ct
    )
    {
        if (
            externalId.StartsWith("http", StringComparison.Ordinal)
            && Uri.TryCreate(externalId, UriKind.Absolute, out var bucket)
        )
        {
            return await client.OpenAsync(bucket, ct);
        }
        if (IdOf(externalId) is not { } id)
        {
            return null;
        }
        var answer = await CallAsync(
            at,
            HttpMethod.Post,
            $"/chat/getBase64FromMediaMessage/{at.Session}",
            new JsonObject
            {
                ["message"] = new JsonObject { ["key"] = new JsonObject { ["id"] = id.Id } },
                ["convertToMp4"] = false,
            },
            ct
        );
        if (answer.Status is >= 500 or 429)
        {
            throw new HttpRequestException($"The gateway answered {answer.Status}.");
        }
        try
        {
            return Values.Text((answer.Body as JsonObject)?["base64"]) is { Length: > 0 } base64
                ? new MemoryStream(Convert.FromBase64String(base64), writable: false)
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>People's names come with what they write; a group's does not.</summary>
    public async Task<string?> FindNameAsync(GatewayAddress at, Jid whose, CancellationToken ct)
    {
        if (!whose.IsGroup)
        {
            return null;
        }
        var answer = await CallAsync(
            at,
            HttpMethod.Get,
            $"/group/findGroupInfos/{at.Session}?groupJid={Uri.EscapeDataString(whose.ForWhatsApp)}",
            null,
            ct
        );
        return answer.Status is >= 500 or 429
            ? throw new HttpRequestException($"The gateway answered {answer.Status}.")
            : Values.Name((answer.Body as JsonObject)?["subject"]);
    }

    private Task<GatewayAnswer> StateAsync(GatewayAddress at, CancellationToken ct) =>
        CallAsync(at, HttpMethod.Get, $"/instance/connectionState/{at.Session}", null, ct);

    private static string? StateOf(GatewayAnswer answer) =>
        Values.Text(((answer.Body as JsonObject)?["instance"] as JsonObject)?["state"]);

    private static string ConnectPath(GatewayAddress at) => $"/instance/connect/{at.Session}";

    /// <summary>A person by their number alone, all others by their whole name.</summary>
    private static string NumberOf(Jid jid) => jid.IsNumber ? jid.User : jid.ForWhatsApp;

    private static JsonObject Key((string Chat, string Id) id, bool fromMe) =>
        new()
        {
            ["remoteJid"] = id.Chat,
            ["fromMe"] = fromMe,
            ["id"] = id.Id,
        };

    /// <summary>The parts of <c>jid:id</c>.</summary>
    private static (string Chat, string Id)? IdOf(string? externalId)
    {
        var colon = externalId?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        return colon > 0 && Jid.Parse(externalId![..colon]) is not null
            ? (externalId[..colon], externalId[(colon + 1)..])
            : null;
    }
}
