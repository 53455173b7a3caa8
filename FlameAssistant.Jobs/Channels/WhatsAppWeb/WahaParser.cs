using System.Globalization;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <summary>
/// Reads an event of WAHA. Messages are named <c>{fromMe}_{chat}_{id}</c>; where only the last part is told, the rest is
/// known from who tells it.
/// </summary>
internal static class WahaParser
{
    /// <returns>Null for what this version does not know.</returns>
    public static IReadOnlyList<InboundItem>? Read(string session, string name, JsonObject told)
    {
        if (told["payload"] is not JsonObject payload)
        {
            return null;
        }
        InboundItem? item = name switch
        {
            "message" or "message.any" => ReadMessage(session, payload),
            "message.ack" or "message.ack.group" => ReadAck(session, payload, told),
            "message.reaction" => ReadReaction(session, payload),
            "message.edited" => ReadEdit(session, payload),
            "message.revoked" => ReadRevoke(session, payload, told),
            "session.status" => ReadStatus(session, payload, told),
            _ => null,
        };
        return item is null ? null : [item];
    }

    private static InboundItem? ReadMessage(string session, JsonObject payload)
    {
        if (WahaId.Parse(Values.Name(payload["id"])) is not { } id)
        {
            return null;
        }
        if (!id.Chat.IsConversation)
        {
            return NoConversation(session, id.Chat);
        }
        var content = WahaContent.Read(payload, id);
        return new InboundItem.Message(
            session,
            new InboundMessage(
                id.Name,
                Identities(id, payload),
                id.FromMe || id.Chat.IsGroup ? null : StorableText.Clean(PushName(payload)),
                WebParser.Seconds(payload["timestamp"]),
                content.Type,
                StorableText.Clean(content.Text),
                Quoted(id, payload),
                SafeText.CleanJson(content.Metadata),
                IsEcho: id.FromMe
            )
            {
                IsTyped = id.FromMe && Values.Text(payload["source"]) == "app",
                IsGroup = id.Chat.IsGroup,
                Media = content.Media is { } media ? [media] : [],
            }
        );
    }

    private static InboundItem? ReadAck(string session, JsonObject payload, JsonObject told)
    {
        if (WahaId.Parse(Values.Name(payload["id"])) is not { } id)
        {
            return null;
        }
        var status = Values.Text(payload["ackName"]) switch
        {
            "SERVER" => MessageStatuses.Sent,
            "DEVICE" => MessageStatuses.Delivered,
            "READ" or "PLAYED" => MessageStatuses.Read,
            "ERROR" => MessageStatuses.Failed,
            _ => null,
        };
        return WebReceipt.Read(session, id.Name, id.FromMe, status, Told(told));
    }

    private static InboundItem.Event? ReadReaction(string session, JsonObject payload)
    {
        var reaction = payload["reaction"] as JsonObject;
        if (
            WahaId.Parse(Values.Name(payload["id"])) is not { } id
            || WahaId.Parse(Values.Name(reaction?["messageId"])) is not { } target
        )
        {
            return null;
        }
        return Happened(
            session,
            id,
            target.Name,
            MessageEventKinds.Reaction,
            id.Name,
            payload,
            WebParser.Seconds(payload["timestamp"]),
            Values.Text(reaction!["text"]) ?? ""
        );
    }

    private static InboundItem.Event? ReadEdit(string session, JsonObject payload)
    {
        if (
            WahaId.Parse(Values.Name(payload["id"])) is not { } id
            || Values.Name(payload["editedMessageId"]) is not { } edited
        )
        {
            return null;
        }
        return Happened(
            session,
            id,
            id.Of(edited),
            MessageEventKinds.Edit,
            id.Name,
            payload,
            WebParser.Seconds(payload["timestamp"]),
            StorableText.Clean(Values.Text(payload["body"]) ?? "")
        );
    }

    private static InboundItem.Event? ReadRevoke(
        string session,
        JsonObject payload,
        JsonObject told
    )
    {
        var after = payload["after"] as JsonObject ?? payload["before"] as JsonObject;
        if (
            WahaId.Parse(Values.Name(after?["id"])) is not { } id
            || Values.Name(payload["revokedMessageId"]) is not { } revoked
        )
        {
            return null;
        }
        return Happened(
            session,
            id,
            id.Of(revoked),
            MessageEventKinds.Delete,
            id.Name,
            after!,
            after!["timestamp"] is { } at ? WebParser.Seconds(at) : Told(told),
            ""
        );
    }

    private static InboundItem.Event Happened(
        string session,
        WahaId id,
        string target,
        string kind,
        string eventId,
        JsonObject payload,
        DateTimeOffset at,
        string text
    ) =>
        new(
            session,
            new InboundMessageEvent(
                target,
                kind,
                eventId,
                Identities(id, payload),
                at,
                text,
                IsEcho: id.FromMe
            )
        );

    private static InboundItem.Session? ReadStatus(
        string session,
        JsonObject payload,
        JsonObject told
    ) =>
        WahaState.Read(payload, told["me"] as JsonObject, Told(told)) is { } report
            ? new InboundItem.Session(session, report)
            : null;

    /// <summary>The number first where it is told beside what hides it: both are one person.</summary>
    private static List<InboundIdentity> Identities(WahaId id, JsonObject payload)
    {
        var identities = new List<InboundIdentity> { id.Chat.Identity };
        if (!id.Chat.IsGroup && Other(id, payload) is { } other && other.IsLid != id.Chat.IsLid)
        {
            identities.Insert(other.IsNumber ? 0 : 1, other.Identity);
        }
        return identities;
    }

    private static Jid? Other(WahaId id, JsonObject payload)
    {
        var data = payload["_data"] as JsonObject;
        var (info, key) = (data?["Info"] as JsonObject, data?["key"] as JsonObject);
        var other = Jid.Parse(
            Values.Name(info?[id.FromMe ? "RecipientAlt" : "SenderAlt"])
                ?? Values.Name(key?["remoteJidAlt"])
                ?? Values.Name(key?["senderPn"])
        );
        return other is { IsNumber: true } or { IsLid: true } ? other : null;
    }

    private static string? PushName(JsonObject payload)
    {
        var data = payload["_data"] as JsonObject;
        return Values.Text((data?["Info"] as JsonObject)?["PushName"])
            ?? Values.Text(data?["pushName"])
            ?? Values.Text(data?["notifyName"]);
    }

    /// <summary>Who wrote what is answered is told by number; it was us unless it was the customer.</summary>
    private static string? Quoted(WahaId id, JsonObject payload)
    {
        var reply = payload["replyTo"] as JsonObject;
        if (Values.Name(reply?["id"]) is not { } quoted)
        {
            return null;
        }
        if (WahaId.Parse(quoted) is { } whole)
        {
            return whole.Name;
        }
        var author = Jid.Parse(Values.Name(reply!["participant"]));
        var me = Jid.Parse(Values.Name(payload[id.FromMe ? "from" : "to"]));
        var isOurs = author is not null && me is not null && author.Value.User == me.Value.User;
        return (id with { FromMe = isOurs, Participant = id.Chat.IsGroup ? author : null }).Of(
            quoted
        );
    }

    private static InboundItem.Ignored NoConversation(string session, Jid chat) =>
        new(session, $"{chat.Server} is no conversation with a customer.");

    private static DateTimeOffset Told(JsonObject told) =>
        Values.Number(told["timestamp"]) is { } ms and > 0 and < 32_503_680_000_000
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
            : throw new FormatException("the event has no time");
}

/// <summary>How WAHA names a message.</summary>
/// <param name="Participant">Who wrote it in a group.</param>
internal readonly record struct WahaId(bool FromMe, Jid Chat, string Id, Jid? Participant)
{
    public string Name => Of(Id);

    /// <summary>The name of another message of the same writer in the same chat.</summary>
    public string Of(string id) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(FromMe ? "true" : "false")}_{Chat.ForWaha}_{id}{(Participant is { } p ? $"_{p.ForWaha}" : "")}"
        );

    public static WahaId? Parse(string? name)
    {
        var parts = name?.Split('_');
        return
            parts is [("true" or "false") and var mine, var chat, { Length: > 0 } id, ..]
            && Jid.Parse(chat) is { } jid
            ? new WahaId(mine == "true", jid, id, Jid.Parse(parts.ElementAtOrDefault(3)))
            : null;
    }
}

/// <summary>How WAHA says that a session is, by webhook and when asked.</summary>
internal static class WahaState
{
    /// <returns>Null for a state that this version does not know.</returns>
    public static SessionReport? Read(JsonObject session, JsonObject? me, DateTimeOffset at)
    {
        var state = Values.Text(session["status"]) switch
        {
            "STARTING" => SessionStates.Starting,
            "SCAN_QR_CODE" => SessionStates.ScanQrCode,
            "WORKING" => SessionStates.Working,
            "STOPPED" => SessionStates.Stopped,
            "FAILED" => SessionStates.Failed,
            "PASSKEY_REQUIRED" => SessionStates.PasskeyRequired,
            _ => null,
        };
        if (state is null)
        {
            return null;
        }
        var limit = (session["data"] as JsonObject)?["reachoutTimelock"] as JsonObject;
        var isLimited = limit is null ? (bool?)null : Values.Flag(limit["isActive"]);
        // Who it was is told also while it is not linked any more.
        var isLinked = state is SessionStates.Working;
        return new SessionReport(
            state,
            at,
            isLinked ? Jid.Parse(Values.Name(me?["id"]))?.User : null,
            isLinked ? StorableText.Clean(Values.Name(me?["pushName"])) : null,
            isLimited,
            limit?["timeEnforcementEnds"] is { } until ? WebParser.Seconds(until) : null,
            ReasonOf(state, isLimited)
        );
    }

    private static string? ReasonOf(string state, bool? isLimited) =>
        state switch
        {
            SessionStates.Failed =>
                "The gateway could not keep the number linked. Restart the session, and scan the code again if it asks.",
            SessionStates.PasskeyRequired =>
                "WhatsApp asks for a passkey, which a gateway cannot give. Link the number by scanning the code with the phone itself.",
            SessionStates.Stopped => "The gateway has stopped the session. Start it again.",
            _ when isLimited == true =>
                "WhatsApp restricts this number for a while: it may write to fewer people. Send less, and wait.",
            _ => null,
        };
}
