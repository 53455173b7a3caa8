using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Channels.Telegram;

/// <summary>Reads an update of the Bot API, which is always one thing. No update names the bot: the address does.</summary>
internal static class TelegramParser
{
    public static IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            if (JsonNode.Parse(SafeText.Wire(body.Span)) is not JsonObject update)
            {
                return [Unhandled("The body has no shape that Telegram sends.")];
            }
            return [Read(update) ?? Unhandled($"'{Kind(update)}' is not handled by this version.")];
        }
        catch (JsonException ex)
        {
            return [Unhandled($"The body is not JSON: {ex.Message}")];
        }
        catch (Exception ex) when (Values.IsShapeError(ex))
        {
            return [Unhandled($"The update cannot be read: {ex.Message}")];
        }

        InboundItem.Unhandled Unhandled(string reason) => new(null, reason, body.ToArray());
    }

    private static InboundItem? Read(JsonObject update)
    {
        if (update["message"] is JsonObject message)
        {
            return Private(message) ?? ReadMessage(message);
        }
        if (update["edited_message"] is JsonObject edited)
        {
            return Private(edited) ?? ReadEdit(edited, Values.Name(update["update_id"]));
        }
        if (update["callback_query"] is JsonObject press)
        {
            return Private(press["message"] as JsonObject) ?? ReadPress(press);
        }
        return update["my_chat_member"] is JsonObject member
            ? Private(member) ?? ReadMember(member)
            : null;
    }

    /// <summary>Groups and channels are none of a shop's conversations, nor what becomes of them.</summary>
    private static InboundItem? Private(JsonObject? of) =>
        Values.Text((of?["chat"] as JsonObject)?["type"]) is { } type and not "private"
            ? new InboundItem.Ignored(null, $"A {type} is no conversation with a customer.")
            : null;

    private static InboundItem.Message? ReadMessage(JsonObject message)
    {
        if (
            Id(message) is not { } id
            || Identities(message["chat"], message["from"]) is not { } who
        )
        {
            return null;
        }
        var album = Values.Name(message["media_group_id"]);
        var content = TelegramContent.Read(message);
        return new InboundItem.Message(
            null,
            new InboundMessage(
                album is null ? id : $"{ChatOf(message)}:album:{album}",
                who,
                StorableText.Clean(NameOf(message["from"] ?? message["chat"])),
                Time(message["date"]),
                content.Type,
                StorableText.Clean(content.Text),
                Id(message["reply_to_message"]),
                SafeText.CleanJson(content.Metadata)
            )
            {
                Media = content.Media is { } media ? [media] : [],
                PartId = album is null ? null : id,
                PartPlace = album is null
                    ? 0
                    : (int)Math.Clamp(Values.Number(message["message_id"]) ?? 0, 0, int.MaxValue),
            }
        );
    }

    private static InboundItem.Event? ReadEdit(JsonObject edited, string? updateId)
    {
        if (
            Id(edited) is not { } id
            || updateId is null
            || Identities(edited["chat"], edited["from"]) is not { } who
        )
        {
            return null;
        }
        return new InboundItem.Event(
            null,
            new InboundMessageEvent(
                id,
                MessageEventKinds.Edit,
                updateId,
                who,
                Time(edited["edit_date"] ?? edited["date"]),
                StorableText.Clean(TelegramContent.Read(edited).Text)
            )
        );
    }

    /// <summary>A press of a button is what the customer says: the words on it, in answer to the message that had it.</summary>
    private static InboundItem.Message? ReadPress(JsonObject press)
    {
        var message = press["message"] as JsonObject;
        if (
            Values.Name(press["id"]) is not { } id
            || Identities(message?["chat"] ?? press["from"], press["from"]) is not { } who
        )
        {
            return null;
        }
        var data = Values.Text(press["data"]) ?? "";
        return new InboundItem.Message(
            null,
            new InboundMessage(
                $"{who[0].Value}:press:{id}",
                who,
                StorableText.Clean(NameOf(press["from"])),
                InboundMessage.NoTime,
                "text",
                StorableText.Clean(TelegramContent.ButtonTitle(message, data) ?? data),
                Id(message),
                SafeText.CleanJson(new JsonObject { ["callback_query_id"] = id, ["data"] = data })
            )
            {
                WantsAnswer = true,
            }
        );
    }

    private static InboundItem? ReadMember(JsonObject member)
    {
        var status = Values.Text((member["new_chat_member"] as JsonObject)?["status"]);
        if (Identities(member["chat"], member["from"]) is not { } who || status is null)
        {
            return null;
        }
        return new InboundItem.Mark(
            null,
            new InboundMark(
                who[0],
                status is "kicked" or "left" ? ContactMarks.Blocked : ContactMarks.Unblocked,
                Time(member["date"])
            )
        );
    }

    /// <summary>Unique in the channel: a message's number is unique in its chat only.</summary>
    private static string? Id(JsonNode? message) =>
        message is JsonObject fields
        && ChatOf(fields) is { } chat
        && Values.Number(fields["message_id"]) is { } number
            ? string.Create(CultureInfo.InvariantCulture, $"{chat}:{number}")
            : null;

    private static string? ChatOf(JsonObject message) =>
        Values.Number((message["chat"] as JsonObject)?["id"]) is { } chat
            ? chat.ToString(CultureInfo.InvariantCulture)
            : null;

    private static List<InboundIdentity>? Identities(JsonNode? chat, JsonNode? from)
    {
        if (Values.Number((chat as JsonObject)?["id"]) is not { } id)
        {
            return null;
        }
        var identities = new List<InboundIdentity>
        {
            new(IdentityKinds.Telegram, id.ToString(CultureInfo.InvariantCulture)),
        };
        if (Values.Name((from as JsonObject)?["username"]) is { } username)
        {
            identities.Add(new InboundIdentity(IdentityKinds.Username, username));
        }
        return identities;
    }

    private static string? NameOf(JsonNode? person) =>
        person is JsonObject fields
            ? string.Join(
                ' ',
                new[] { Values.Text(fields["first_name"]), Values.Text(fields["last_name"]) }.Where(
                    part => !string.IsNullOrWhiteSpace(part)
                )
            )
            : null;

    private static DateTimeOffset Time(JsonNode? node) =>
        Values.Number(node) is { } seconds and > 0 and < 32_503_680_000
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new FormatException("the date is no number of seconds");

    private static string Kind(JsonObject update) =>
        update.Select(p => p.Key).FirstOrDefault(key => key != "update_id") ?? "update";
}
