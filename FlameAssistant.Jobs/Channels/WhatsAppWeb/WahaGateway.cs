using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <summary>WAHA's API, whichever of its engines runs: their answers differ, and all are read.</summary>
internal sealed class WahaGateway(GatewayClient client, TimeProvider clock) : IGateway
{
    /// <summary>Of a file that the gateway has not fetched yet: before the message's name.</summary>
    public const string MessagePrefix = "message:";

    private const string KeyHeader = "X-Api-Key";

    // A document or a voice is small enough to go along; pictures are fetched by link.
    public bool PrefersLink(string kind) => kind is "image" or "video";

    public (string Path, JsonObject Body) Message(
        GatewayAddress at,
        Jid to,
        Delivery delivery,
        OutgoingFile? file
    )
    {
        var body = new JsonObject { ["session"] = at.Session, ["chatId"] = to.ForWaha };
        if (file is null)
        {
            body["text"] = delivery.Text;
            body["reply_to"] = delivery.QuotedExternalId;
            body["linkPreview"] = false;
            return ("/api/sendText", body);
        }
        var described = new JsonObject
        {
            ["mimetype"] = file.ContentType,
            ["filename"] = file.Name,
        };
        if (file.Link is not null)
        {
            described["url"] = file.Link;
        }
        else
        {
            described["data"] = file.Base64;
        }
        body["file"] = described;
        if (file.Kind == "audio")
        {
            body["convert"] = true;
        }
        else
        {
            body["caption"] = delivery.Text;
        }
        if (delivery.QuotedExternalId is { } quoted)
        {
            body["reply_to"] = quoted;
        }
        return (
            file.Kind switch
            {
                "image" when file.ContentType is "image/jpeg" or "image/png" => "/api/sendImage",
                "audio" => "/api/sendVoice",
                "video" when file.ContentType is "video/mp4" => "/api/sendVideo",
                _ => "/api/sendFile",
            },
            body
        );
    }

    /// <summary>GOWS names it by a text, WEBJS by an object that has it serialized, NOWEB by WhatsApp's own key.</summary>
    public string? SentId(JsonNode? answer)
    {
        var sent = answer as JsonObject;
        if (sent?["key"] is JsonObject key)
        {
            return
                Values.Name(key["id"]) is { } id
                && Jid.Parse(Values.Name(key["remoteJid"])) is { } chat
                ? new WahaId(
                    Values.Flag(key["fromMe"]),
                    chat,
                    id,
                    Jid.Parse(Values.Name(key["participant"]))
                ).Name
                : null;
        }
        return sent?["id"] is JsonObject named
            ? WahaId.Parse(Values.Name(named["_serialized"]))?.Name
            : WahaId.Parse(Values.Name(sent?["id"]))?.Name;
    }

    public Task<GatewayAnswer> CallAsync(
        GatewayAddress at,
        HttpMethod method,
        string path,
        JsonObject? body,
        CancellationToken ct
    ) => client.CallAsync(at, KeyHeader, method, path, body, ct);

    public Task<GatewayAnswer> PingAsync(GatewayAddress at, CancellationToken ct) =>
        CallAsync(at, HttpMethod.Get, "/api/sessions?all=true", null, ct);

    public async Task<GatewayAnswer?> SetUpAsync(
        GatewayAddress at,
        string webhookUrl,
        CancellationToken ct
    )
    {
        var known = await CallAsync(at, HttpMethod.Get, SessionPath(at), null, ct);
        if (known.Status == 404)
        {
            var made = await CallAsync(
                at,
                HttpMethod.Post,
                "/api/sessions",
                WahaSession.Create(at, webhookUrl),
                ct
            );
            if (made.IsOk)
            {
                return null;
            }
            // Another node was faster, or it is one that WAHA keeps by itself.
            known = await CallAsync(at, HttpMethod.Get, SessionPath(at), null, ct);
            if (!known.IsOk)
            {
                return made;
            }
        }
        if (!known.IsOk)
        {
            return known;
        }
        if (!WahaSession.IsSetUp(known.Body, at, webhookUrl))
        {
            var changed = await CallAsync(
                at,
                HttpMethod.Put,
                SessionPath(at),
                WahaSession.Change(at, webhookUrl),
                ct
            );
            if (!changed.IsOk)
            {
                return changed;
            }
        }
        return Values.Text((known.Body as JsonObject)?["status"]) is "STOPPED" or "FAILED"
            ? await StartAsync(at, ct)
            : null;
    }

    public async Task ForgetAsync(GatewayAddress at, CancellationToken ct)
    {
        await CallAsync(at, HttpMethod.Post, SessionPath(at) + "/logout", null, ct);
        await CallAsync(at, HttpMethod.Delete, SessionPath(at), null, ct);
    }

    public async Task<SessionView> LookAsync(GatewayAddress at, CancellationToken ct)
    {
        var asked = await CallAsync(at, HttpMethod.Get, SessionPath(at), null, ct);
        if (asked.Status == 404)
        {
            return new SessionView(
                new SessionReport(
                    SessionStates.Stopped,
                    clock.GetUtcNow(),
                    Reason: "The gateway knows no such session: start it on the channel's page."
                )
            );
        }
        if (
            !asked.IsOk
            || asked.Body is not JsonObject session
            || WahaState.Read(session, session["me"] as JsonObject, clock.GetUtcNow())
                is not { } report
        )
        {
            return GatewayView.Of(asked);
        }
        return report.State == SessionStates.ScanQrCode
            ? await WithCodeAsync(at, new SessionView(report), ct)
            : new SessionView(report);
    }

    private async Task<SessionView> WithCodeAsync(
        GatewayAddress at,
        SessionView view,
        CancellationToken ct
    )
    {
        var raw = await CallAsync(
            at,
            HttpMethod.Get,
            $"{ApiPath(at)}/auth/qr?format=raw",
            null,
            ct
        );
        if (Values.Text((raw.Body as JsonObject)?["value"]) is { Length: > 0 } code)
        {
            return view with { Code = code };
        }
        // What has no text to draw gives its picture.
        var drawn =
            raw.IsOk && (raw.Body as JsonObject)?["data"] is not null
                ? raw
                : await CallAsync(at, HttpMethod.Get, $"{ApiPath(at)}/auth/qr", null, ct);
        return view with
        {
            Picture = GatewayView.Picture(
                Values.Text((drawn.Body as JsonObject)?["mimetype"]),
                Values.Text((drawn.Body as JsonObject)?["data"])
            ),
        };
    }

    public async Task<GatewayAnswer?> StartAsync(GatewayAddress at, CancellationToken ct)
    {
        var started = await CallAsync(at, HttpMethod.Post, SessionPath(at) + "/restart", null, ct);
        return started.IsOk ? null : started;
    }

    public async Task<GatewayAnswer?> LogOutAsync(GatewayAddress at, CancellationToken ct)
    {
        var left = await CallAsync(at, HttpMethod.Post, SessionPath(at) + "/logout", null, ct);
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
            HttpMethod.Post,
            $"{ApiPath(at)}/auth/request-code",
            new JsonObject { ["phoneNumber"] = phone },
            ct
        );
        return (Values.Name((answer.Body as JsonObject)?["code"]), answer);
    }

    public Task ShowTypingAsync(GatewayAddress at, Jid to, CancellationToken ct) =>
        CallAsync(at, HttpMethod.Post, "/api/startTyping", Chat(at, to), ct);

    public Task MarkSeenAsync(GatewayAddress at, string externalId, CancellationToken ct) =>
        WahaId.Parse(externalId) is { } id
            ? CallAsync(at, HttpMethod.Post, "/api/sendSeen", Chat(at, id.Chat), ct)
            : Task.CompletedTask;

    public Task<GatewayAnswer> ReactAsync(
        GatewayAddress at,
        string externalId,
        string emoji,
        CancellationToken ct
    ) =>
        CallAsync(
            at,
            HttpMethod.Put,
            "/api/reaction",
            new JsonObject
            {
                ["session"] = at.Session,
                ["messageId"] = externalId,
                ["reaction"] = emoji,
            },
            ct
        );

    /// <summary>
    /// By its path alone: gateways in a container name themselves by hosts that nobody outside knows, and the key must reach
    /// no host that a body names.
    /// </summary>
    public async Task<Stream?> OpenMediaAsync(
        GatewayAddress at,
        string externalId,
        CancellationToken ct
    )
    {
        var url = externalId;
        if (externalId.StartsWith(MessagePrefix, StringComparison.Ordinal))
        {
            var name = externalId[MessagePrefix.Length..];
            if (WahaId.Parse(name) is not { } id)
            {
                return null;
            }
            var answer = await CallAsync(
                at,
                HttpMethod.Get,
                $"{ApiPath(at)}/chats/{Uri.EscapeDataString(id.Chat.ForWaha)}/messages/{Uri.EscapeDataString(name)}?downloadMedia=true",
                null,
                ct
            );
            if (answer.Status is >= 500 or 429)
            {
                throw new HttpRequestException($"The gateway answered {answer.Status}.");
            }
            url = Values.Text(((answer.Body as JsonObject)?["media"] as JsonObject)?["url"]);
        }
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
        {
            return null;
        }
        if (address.AbsolutePath.StartsWith("/api/files/", StringComparison.Ordinal))
        {
            return await client.OpenAsync(at, KeyHeader, address.PathAndQuery, ct);
        }
        // Some keep files in a bucket, whose address is all that it takes.
        return address.Scheme == Uri.UriSchemeHttps ? await client.OpenAsync(address, ct) : null;
    }

    public async Task<string?> FindNameAsync(GatewayAddress at, Jid whose, CancellationToken ct)
    {
        var answer = await CallAsync(
            at,
            HttpMethod.Get,
            whose.IsGroup
                ? $"{ApiPath(at)}/groups/{Uri.EscapeDataString(whose.ForWaha)}"
                : $"/api/contacts?contactId={Uri.EscapeDataString(whose.ForWaha)}&session={at.Session}",
            null,
            ct
        );
        if (answer.Status is >= 500 or 429)
        {
            throw new HttpRequestException($"The gateway answered {answer.Status}.");
        }
        var found = answer.Body as JsonObject;
        return Values.Name(found?["subject"])
            ?? Values.Name(found?["name"])
            ?? Values.Name(found?["pushname"]);
    }

    private static JsonObject Chat(GatewayAddress at, Jid chat) =>
        new() { ["session"] = at.Session, ["chatId"] = chat.ForWaha };

    private static string SessionPath(GatewayAddress at) => $"/api/sessions/{at.Session}";

    private static string ApiPath(GatewayAddress at) => $"/api/{at.Session}";
}
