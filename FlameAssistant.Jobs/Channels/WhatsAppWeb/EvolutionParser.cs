using System.Globalization;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <summary>Reads an event of Evolution. A message's id is unique in its chat only, so it is named <c>jid:id</c>.</summary>
internal static class EvolutionParser
{
    private const int LoggedOut = 401;
    private const int Forbidden = 403;
    private const string OwnTalk = "It is WhatsApp's own talk with its devices.";

    /// <returns>Null for what this version does not know.</returns>
    public static IReadOnlyList<InboundItem>? Read(string instance, string name, JsonObject told)
    {
        // Written in capitals where each event has an address of its own.
        var data = told["data"];
        var items = name.ToLowerInvariant().Replace('_', '.') switch
        {
            "messages.upsert" => Each(data, d => ReadMessage(instance, d, isOurs: false)),
            "send.message" => Each(data, d => ReadMessage(instance, d, isOurs: true)),
            "messages.update" => Each(data, d => ReadUpdate(instance, d, Told(told))),
            "messages.delete" => Each(data, d => ReadDelete(instance, d, Told(told))),
            "messages.edited" => Each(data, d => ReadEdit(instance, d, Told(told))),
            "connection.update" => Each(data, d => ReadConnection(instance, d, Told(told))),
            "qrcode.updated" => Each(data, d => ReadCode(instance, d, Told(told))),
            _ => null,
        };
        return items?.All(i => i is not null) == true ? [.. items.OfType<InboundItem>()] : null;
    }

    private static List<InboundItem?> Each(JsonNode? data, Func<JsonObject, InboundItem?> read) =>
        data switch
        {
            JsonObject one => [read(one)],
            JsonArray { Count: > 0 } several =>
            [
                .. several.Select(d =>
                    read(
                        d as JsonObject ?? throw new FormatException("one of several is no object")
                    )
                ),
            ],
            _ => [null],
        };

    private static InboundItem? ReadMessage(string instance, JsonObject data, bool isOurs)
    {
        if (EvolutionKey.Read(data["key"] as JsonObject) is not { } key)
        {
            return null;
        }
        if (!key.Chat.IsConversation)
        {
            return new InboundItem.Ignored(
                instance,
                $"{key.Chat.Server} is no conversation with a customer."
            );
        }
        var message = EvolutionContent.Unwrap(data["message"] as JsonObject);
        var at = WebParser.Seconds(data["messageTimestamp"]);
        if (message["reactionMessage"] is JsonObject reaction)
        {
            return EvolutionKey.Read(reaction["key"] as JsonObject) is { } target
                ? Happened(
                    instance,
                    key,
                    target.Name,
                    MessageEventKinds.Reaction,
                    key.Id,
                    at,
                    Values.Text(reaction["text"]) ?? ""
                )
                : null;
        }
        if (message["protocolMessage"] is JsonObject protocol)
        {
            return ReadProtocol(instance, key, protocol, at);
        }
        var content = EvolutionContent.Read(message, key);
        if (key.Participant is { } author)
        {
            content.Metadata["author"] = new JsonObject
            {
                ["name"] = Values.Text(data["pushName"]),
                ["phone"] = author.IsNumber ? "+" + author.User : null,
            };
        }
        var source = Values.Text(data["source"]);
        return new InboundItem.Message(
            instance,
            new InboundMessage(
                key.Name,
                key.Identities,
                key.FromMe || key.Chat.IsGroup
                    ? null
                    : StorableText.Clean(Values.Text(data["pushName"])),
                at,
                content.Type,
                StorableText.Clean(content.Text),
                Quoted(key, data, message),
                SafeText.CleanJson(content.Metadata),
                IsEcho: key.FromMe
            )
            {
                // What was sent by the API is told as such, or says of no device that it wrote it.
                IsTyped = key.FromMe && !isOurs && source is not (null or "unknown" or "web"),
                IsGroup = key.Chat.IsGroup,
                Media = content.Media is { } media ? [media] : [],
            }
        );
    }

    /// <summary>Changes and removals that come as messages.</summary>
    private static InboundItem ReadProtocol(
        string instance,
        EvolutionKey key,
        JsonObject protocol,
        DateTimeOffset at
    )
    {
        var target = EvolutionKey.Read(protocol["key"] as JsonObject);
        var edited = EvolutionContent.Unwrap(protocol["editedMessage"] as JsonObject);
        return (target, Values.Text(protocol["type"])) switch
        {
            ({ } t, "REVOKE" or "0") => Happened(
                instance,
                key,
                key.Of(t.Id),
                MessageEventKinds.Delete,
                key.Id,
                at,
                ""
            ),
            ({ } t, "MESSAGE_EDIT" or "14") => Happened(
                instance,
                key,
                key.Of(t.Id),
                MessageEventKinds.Edit,
                key.Id,
                at,
                EvolutionContent.Read(edited, key).Text
            ),
            _ => new InboundItem.Ignored(instance, OwnTalk),
        };
    }

    private static InboundItem? ReadUpdate(string instance, JsonObject data, DateTimeOffset at)
    {
        if (EvolutionKey.OfUpdate(data) is not { } key)
        {
            return null;
        }
        var status = Values.Text(data["status"]) switch
        {
            "SERVER_ACK" => MessageStatuses.Sent,
            "DELIVERY_ACK" => MessageStatuses.Delivered,
            "READ" or "PLAYED" => MessageStatuses.Read,
            "ERROR" => MessageStatuses.Failed,
            _ => null,
        };
        return WebReceipt.Read(instance, key.Name, key.FromMe, status, at);
    }

    private static InboundItem.Event? ReadDelete(
        string instance,
        JsonObject data,
        DateTimeOffset at
    ) =>
        EvolutionKey.OfUpdate(data) is { } key
            ? Happened(
                instance,
                key,
                key.Name,
                MessageEventKinds.Delete,
                $"delete:{key.Id}",
                at,
                ""
            )
            : null;

    private static InboundItem? ReadEdit(string instance, JsonObject data, DateTimeOffset at)
    {
        // Told of all that WhatsApp says to its devices, also of what changes no text: that would leave an empty one.
        if (data["editedMessage"] is not JsonObject edited)
        {
            return Values.Text(data["type"]) is "REVOKE" or "0"
                ? ReadDelete(instance, data, at)
                : new InboundItem.Ignored(instance, OwnTalk);
        }
        if (EvolutionKey.Read(data["key"] as JsonObject) is not { } key)
        {
            return null;
        }
        var text = EvolutionContent.Read(EvolutionContent.Unwrap(edited), key).Text;
        var changed = Values.Number(data["timestampMs"]) is { } ms
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
            : at;
        var eventId = string.Create(
            CultureInfo.InvariantCulture,
            $"edit:{key.Id}:{changed.ToUnixTimeMilliseconds()}"
        );
        return Happened(instance, key, key.Name, MessageEventKinds.Edit, eventId, changed, text);
    }

    private static InboundItem.Event Happened(
        string instance,
        EvolutionKey key,
        string target,
        string kind,
        string eventId,
        DateTimeOffset at,
        string text
    ) =>
        new(
            instance,
            new InboundMessageEvent(
                target,
                kind,
                eventId,
                key.Identities,
                at,
                StorableText.Clean(text),
                IsEcho: key.FromMe
            )
        );

    private static InboundItem.Session? ReadConnection(
        string instance,
        JsonObject data,
        DateTimeOffset at
    )
    {
        var code = Values.Number(data["statusReason"]);
        var (state, reason) = Values.Text(data["state"]) switch
        {
            "open" => (SessionStates.Working, (string?)null),
            "connecting" => (SessionStates.Starting, null),
            "close" when code == LoggedOut => (
                SessionStates.LoggedOut,
                "The number was unlinked on the phone. Link it again by the code on the channel's page."
            ),
            "close" when code == Forbidden => (
                SessionStates.Failed,
                "WhatsApp refuses this number: it may be banned. See WhatsApp on the phone."
            ),
            "close" => (SessionStates.Stopped, "The gateway has lost the connection to WhatsApp."),
            _ => (null, null),
        };
        return state is null
            ? null
            : new InboundItem.Session(
                instance,
                new SessionReport(
                    state,
                    at,
                    Jid.Parse(Values.Name(data["wuid"]))?.User,
                    StorableText.Clean(Values.Name(data["profileName"])),
                    Reason: reason
                )
            );
    }

    /// <summary>The code itself is not kept: who looks asks the gateway for it.</summary>
    private static InboundItem.Session? ReadCode(
        string instance,
        JsonObject data,
        DateTimeOffset at
    ) =>
        data["qrcode"] is JsonObject
            ? new InboundItem.Session(instance, new SessionReport(SessionStates.ScanQrCode, at))
        : data["statusCode"] is not null
            ? new InboundItem.Session(
                instance,
                new SessionReport(
                    SessionStates.Stopped,
                    at,
                    Reason: "The code was not scanned in time. Start again to get a new one."
                )
            )
        : null;

    private static string? Quoted(EvolutionKey key, JsonObject data, JsonObject message)
    {
        var context =
            data["contextInfo"] as JsonObject
            ?? message
                .Select(part => (part.Value as JsonObject)?["contextInfo"] as JsonObject)
                .FirstOrDefault(found => found is not null);
        return Values.Name(context?["stanzaId"]) is { } quoted ? key.Of(quoted) : null;
    }

    private static DateTimeOffset Told(JsonObject told) =>
        DateTimeOffset.TryParse(
            Values.Text(told["date_time"]),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var at
        )
            ? at
            : throw new FormatException("the event has no time");
}

/// <summary>How Evolution, and WhatsApp itself, names a message.</summary>
/// <param name="Other">The chat's other name: by number, or what hides it.</param>
/// <param name="Participant">Who wrote it in a group.</param>
internal readonly record struct EvolutionKey(
    bool FromMe,
    Jid Chat,
    string Id,
    Jid? Other,
    Jid? Participant
)
{
    public string Name => Of(Id);

    /// <summary>The name of another message of the same chat.</summary>
    public string Of(string id) => $"{Chat.ForWhatsApp}:{id}";

    /// <summary>The number first where it is told beside what hides it: both are one person.</summary>
    public IReadOnlyList<InboundIdentity> Identities =>
        Other is not { } other || Chat.IsGroup || other.IsLid == Chat.IsLid ? [Chat.Identity]
        : other.IsNumber ? [other.Identity, Chat.Identity]
        : [Chat.Identity, other.Identity];

    public static EvolutionKey? Read(JsonObject? key) =>
        Values.Name(key?["id"]) is { } id && Jid.Parse(Values.Name(key!["remoteJid"])) is { } chat
            ? new EvolutionKey(
                Values.Flag(key["fromMe"]),
                chat,
                id,
                Jid.Parse(Values.Name(key["remoteJidAlt"]) ?? Values.Name(key["senderPn"]))
                    is { IsConversation: true, IsGroup: false } other
                    ? other
                    : null,
                Jid.Parse(Values.Name(key["participantAlt"]) ?? Values.Name(key["participant"]))
            )
            : null;

    /// <summary>Updates name the same without a key of their own.</summary>
    public static EvolutionKey? OfUpdate(JsonObject data) =>
        data["key"] is JsonObject key ? Read(key)
        : (Values.Name(data["keyId"]) ?? Values.Name(data["id"])) is { } id
        && Jid.Parse(Values.Name(data["remoteJid"])) is { } chat
            ? new EvolutionKey(Values.Flag(data["fromMe"]), chat, id, null, null)
        : null;
}
