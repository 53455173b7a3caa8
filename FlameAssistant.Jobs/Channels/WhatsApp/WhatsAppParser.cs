using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Channels.WhatsApp;

/// <summary>
/// Reads a Cloud API webhook: any number of entries, changes, messages, statuses, echoes and errors, of any number of
/// phone numbers. What one item breaks does not touch the others.
/// </summary>
internal static class WhatsAppParser
{
    public static IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(SafeText.Wire(body.Span));
        }
        catch (JsonException ex)
        {
            return
            [
                new InboundItem.Unhandled(
                    null,
                    $"The body is not JSON: {ex.Message}",
                    body.ToArray()
                ),
            ];
        }

        var items = new List<InboundItem>();
        try
        {
            foreach (var entry in root?["entry"] as JsonArray ?? [])
            {
                ReadEntry(entry, items);
            }
        }
        catch (Exception ex) when (IsShapeError(ex))
        {
            return
            [
                new InboundItem.Unhandled(
                    null,
                    $"The body has no shape that WhatsApp sends: {ex.Message}",
                    body.ToArray()
                ),
            ];
        }
        return items.Count > 0
            ? items
            :
            [
                new InboundItem.Unhandled(
                    null,
                    "The body holds no entry that WhatsApp sends.",
                    body.ToArray()
                ),
            ];
    }

    private static void ReadEntry(JsonNode? entry, List<InboundItem> items)
    {
        if ((entry as JsonObject)?["changes"] is not JsonArray { Count: > 0 } changes)
        {
            items.Add(Unhandled(entry, "An entry holds no changes."));
            return;
        }
        foreach (var change in changes)
        {
            var before = items.Count;
            try
            {
                ReadChange(entry!, change, items);
            }
            catch (Exception ex) when (IsShapeError(ex))
            {
                items.RemoveRange(before, items.Count - before);
                items.Add(
                    Unhandled(entry!, change, null, $"A change cannot be read: {ex.Message}")
                );
            }
        }
    }

    private static void ReadChange(JsonNode entry, JsonNode? change, List<InboundItem> items)
    {
        var value = (change as JsonObject)?["value"] as JsonObject;
        var account = Name(value?["metadata"]?["phone_number_id"]);
        var field = Text((change as JsonObject)?["field"]);
        if (
            value is not null
            && account is null
            && WhatsAppNews.Read(entry, (JsonObject)change!, value) is { } news
        )
        {
            items.Add(news);
            return;
        }
        if (value is null || account is null)
        {
            items.Add(Unhandled(entry, change, null, $"'{field}' is not handled by this version."));
            return;
        }

        var isWhole = true;
        var known = false;
        foreach (var (name, read) in Readers)
        {
            isWhole &= value[name] is null or JsonArray;
            foreach (var item in value[name] as JsonArray ?? [])
            {
                known = true;
                items.Add(
                    Guarded(entry, change!, account, name, item, () => read(value, account, item!))
                );
            }
        }
        if (!known || !isWhole)
        {
            items.Add(
                Unhandled(entry, change, account, $"'{field}' is not handled by this version.")
            );
        }
    }

    private static IEnumerable<(
        string Name,
        Func<JsonObject, string, JsonNode, InboundItem?> Read
    )> Readers =>
        [
            (
                "messages",
                (value, account, item) => ReadMessage(value, account, item, isEcho: false)
            ),
            (
                "message_echoes",
                (value, account, item) => ReadMessage(value, account, item, isEcho: true)
            ),
            ("statuses", (_, account, item) => ReadStatus(account, item)),
            ("errors", (_, account, item) => WhatsAppNews.Trouble(account, item)),
            ("user_preferences", (_, account, item) => ReadPreference(account, item)),
        ];

    /// <summary>A null answer, or a shape that throws, keeps just this item, in a body that can be replayed.</summary>
    private static InboundItem Guarded(
        JsonNode entry,
        JsonNode change,
        string account,
        string list,
        JsonNode? item,
        Func<InboundItem?> read
    )
    {
        string reason;
        try
        {
            if (item is JsonObject && read() is { } result)
            {
                return result;
            }
            reason =
                $"{list}: '{Text((item as JsonObject)?["type"]) ?? list}' is not handled by this version.";
        }
        catch (Exception ex) when (IsShapeError(ex))
        {
            reason = $"{list}: {ex.Message}";
        }
        var single = change.DeepClone();
        foreach (var (name, _) in Readers)
        {
            (single["value"] as JsonObject)?.Remove(name);
        }
        single["value"]![list] = new JsonArray(item?.DeepClone());
        return Unhandled(entry, single, account, reason);
    }

    private static InboundItem? ReadMessage(
        JsonObject value,
        string account,
        JsonNode message,
        bool isEcho
    )
    {
        var type = Text(message["type"]) ?? "unknown";
        var id = Name(message["id"]);
        var customer = isEcho ? Text(message["to"]) : Text(message["from"]);
        var userId = isEcho ? Text(message["to_user_id"]) : Text(message["from_user_id"]);
        var contact = ContactOf(value, customer, userId);
        userId ??= Text(contact?["user_id"]);

        var identities = new List<InboundIdentity>(3);
        Add(IdentityKinds.Bsuid, userId);
        Add(IdentityKinds.WaId, customer ?? Text(contact?["wa_id"]));
        Add(IdentityKinds.Username, Text(contact?["profile"]?["username"]));
        if (type == "system")
        {
            return identities.Count > 0 ? ReadMove(account, message, identities) : null;
        }
        if (id is not null && identities.Count > 0 && type is "reaction" or "edit" or "revoke")
        {
            return ReadEvent(account, message, type, id!, identities, isEcho);
        }
        if (
            id is null
            || identities.Count == 0
            || WhatsAppContent.Read(type, message) is not { } content
        )
        {
            return null;
        }
        return new InboundItem.Message(
            account,
            new InboundMessage(
                id,
                identities,
                StorableText.Clean(Text(contact?["profile"]?["name"])),
                Time(message["timestamp"]),
                content.Type,
                StorableText.Clean(content.Text) ?? "",
                Name((message["context"] as JsonObject)?["id"]),
                SafeText.CleanJson(message),
                isEcho
            )
            {
                Media = MediaOf(type, message) is { } media ? [media] : [],
            }
        );

        void Add(string kind, string? text)
        {
            if (IsName(text))
            {
                identities.Add(new InboundIdentity(kind, text!));
            }
        }
    }

    /// <returns>Null for system notes of other kinds.</returns>
    private static InboundItem.Moved? ReadMove(
        string account,
        JsonNode message,
        List<InboundIdentity> identities
    )
    {
        var system = message["system"];
        var (kind, value) = Text(system?["type"]) switch
        {
            "user_changed_number" or "customer_changed_number" => (
                IdentityKinds.WaId,
                Text(system?["wa_id"]) ?? Text(system?["new_wa_id"])
            ),
            "user_changed_user_id" => (IdentityKinds.Bsuid, Text(system?["user_id"])),
            _ => ("", null),
        };
        return IsName(value)
            ? new InboundItem.Moved(
                account,
                new IdentityMove(
                    identities,
                    new InboundIdentity(kind, value!),
                    Time(message["timestamp"])
                )
            )
            : null;
    }

    /// <summary>A customer wants no more advertising, or wants it again.</summary>
    private static InboundItem.Mark? ReadPreference(string account, JsonNode preference)
    {
        var identity =
            Text(preference["wa_id"]) is { } phone ? new InboundIdentity(IdentityKinds.WaId, phone)
            : Text(preference["user_id"]) is { } id ? new InboundIdentity(IdentityKinds.Bsuid, id)
            : null;
        var mark = (Text(preference["category"]), Text(preference["value"])) switch
        {
            ("marketing_messages", "stop") => ContactMarks.MarketingOff,
            ("marketing_messages", "resume") => ContactMarks.MarketingOn,
            _ => null,
        };
        return mark is null || !IsName(identity?.Value)
            ? null
            : new InboundItem.Mark(
                account,
                new InboundMark(identity!, mark, Time(preference["timestamp"]))
            );
    }

    private static InboundMedia? MediaOf(string type, JsonNode message) =>
        type is "image" or "audio" or "video" or "document" or "sticker"
        && message[type] is JsonObject body
        && Name(body["id"]) is { } id
            ? new InboundMedia(
                type,
                id,
                Name(body["filename"]),
                Text(body["mime_type"])?.Split(';')[0].Trim()
            )
            : null;

    /// <returns>Null when it does not name the message that it is about.</returns>
    private static InboundItem.Event? ReadEvent(
        string account,
        JsonNode message,
        string type,
        string id,
        List<InboundIdentity> identities,
        bool isEcho
    )
    {
        var body = message[type] as JsonObject;
        var target = Name(type == "reaction" ? body?["message_id"] : body?["original_message_id"]);
        var (kind, text) = type switch
        {
            "reaction" => (MessageEventKinds.Reaction, Text(body?["emoji"]) ?? ""),
            "revoke" => (MessageEventKinds.Delete, ""),
            _ => (MessageEventKinds.Edit, EditedText(body?["message"])),
        };
        return target is null || text is null
            ? null
            : new InboundItem.Event(
                account,
                new InboundMessageEvent(
                    target,
                    kind,
                    id,
                    identities,
                    Time(message["timestamp"]),
                    StorableText.Clean(text),
                    isEcho
                )
            );
    }

    /// <summary>Null when the new message is of a kind without words, which nothing can be made of.</summary>
    private static string? EditedText(JsonNode? edited) =>
        edited is JsonObject
        && WhatsAppContent.Read(Text(edited["type"]) ?? "unknown", edited)
            is { Type: not "unknown", Text: var text }
            ? text
            : null;

    /// <summary>The profile beside the messages that belongs to this one; some customers have an id only.</summary>
    private static JsonNode? ContactOf(JsonObject value, string? waId, string? userId)
    {
        var contacts = (value["contacts"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        return contacts.Find(c => userId is not null && Text(c["user_id"]) == userId)
            ?? contacts.Find(c => waId is not null && Text(c["wa_id"]) == waId);
    }

    private static InboundItem? ReadStatus(string account, JsonNode status)
    {
        var id = Name(status["id"]);
        var callback = Text(status["biz_opaque_callback_data"]);
        if (callback?.StartsWith(WhatsAppBody.ReactionMark, StringComparison.Ordinal) == true)
        {
            return new InboundItem.Ignored(account, "A reaction of ours is no message.");
        }
        var state = Text(status["status"]) switch
        {
            "sent" => MessageStatuses.Sent,
            "delivered" => MessageStatuses.Delivered,
            // A voice message that was heard was read.
            "read" or "played" => MessageStatuses.Read,
            "failed" => MessageStatuses.Failed,
            _ => null,
        };
        if (id is null || state is null)
        {
            return null;
        }
        var error = (status["errors"] as JsonArray)?.FirstOrDefault();
        var code = Name(error?["code"]);
        var details =
            Text(error?["error_data"]?["details"])
            ?? Text(error?["message"])
            ?? Text(error?["title"])
            ?? "";
        return new InboundItem.Status(
            account,
            new InboundStatus(
                id,
                OwnId(callback),
                state,
                Time(status["timestamp"]),
                code,
                code is null
                    ? null
                    : GraphErrors.Reason(
                        int.TryParse(code, CultureInfo.InvariantCulture, out var n) ? n : 0,
                        StorableText.Clean(details) ?? ""
                    )
            )
        );
    }

    private static Guid? OwnId(string? callbackData) =>
        callbackData is not null
        && callbackData.StartsWith(WhatsAppBody.MessageMark, StringComparison.Ordinal)
        && Guid.TryParseExact(callbackData[WhatsAppBody.MessageMark.Length..], "N", out var id)
            ? id
            : null;

    private static InboundItem.Unhandled Unhandled(
        JsonNode entry,
        JsonNode? change,
        string? account,
        string reason
    ) =>
        Unhandled(
            new JsonObject
            {
                ["id"] = (entry as JsonObject)?["id"]?.DeepClone(),
                ["changes"] = new JsonArray(change?.DeepClone()),
            },
            reason,
            account
        );

    private static InboundItem.Unhandled Unhandled(
        JsonNode? entry,
        string reason,
        string? account = null
    ) =>
        new(
            account,
            reason,
            JsonSerializer.SerializeToUtf8Bytes(
                new JsonObject
                {
                    ["object"] = "whatsapp_business_account",
                    ["entry"] = new JsonArray(entry?.Parent is null ? entry : entry.DeepClone()),
                }
            )
        );

    /// <summary>What names something: short, and storable as it is.</summary>
    private static string? Name(JsonNode? node) =>
        Text(node) is { } text && IsName(text) ? text : null;

    private static bool IsName(string? text) =>
        text is { Length: > 0 and <= 255 } && StorableText.Clean(text) == text;

    private static string? Text(JsonNode? node) =>
        node?.GetValueKind() switch
        {
            JsonValueKind.String => node.GetValue<string>(),
            JsonValueKind.Number => node.ToJsonString(),
            _ => null,
        };

    private static DateTimeOffset Time(JsonNode? node) =>
        long.TryParse(Text(node), CultureInfo.InvariantCulture, out var seconds)
        && seconds is > 0 and < 32_503_680_000
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new FormatException("the timestamp is no number of seconds");

    private static bool IsShapeError(Exception ex) =>
        ex
            is InvalidOperationException
                or FormatException
                or JsonException
                or ArgumentException
                or KeyNotFoundException;
}
