using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Channels.Meta;

/// <summary>
/// Reads a webhook of Messenger or Instagram: any number of entries of any number of accounts, each with any number of
/// messages, echoes, receipts, reactions and postbacks. What one of them breaks does not touch the others.
/// </summary>
internal static class MetaParser
{
    public static IReadOnlyList<InboundItem> Parse(MetaDialect dialect, ReadOnlyMemory<byte> body)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(SafeText.Wire(body.Span));
        }
        catch (JsonException ex)
        {
            return [Whole($"The body is not JSON: {ex.Message}")];
        }
        if (
            (root as JsonObject)?["entry"] is not JsonArray { Count: > 0 } entries
            || Values.Text(root["object"]) != dialect.Object
        )
        {
            return [Whole($"The body has no shape that {dialect.Name} sends.")];
        }
        var items = new List<InboundItem>();
        foreach (var entry in entries)
        {
            ReadEntry(dialect, entry as JsonObject, items);
        }
        return items;

        InboundItem.Unhandled Whole(string reason) => new(null, reason, body.ToArray());
    }

    private static void ReadEntry(MetaDialect dialect, JsonObject? entry, List<InboundItem> items)
    {
        var account = Values.Name(entry?["id"]);
        if (entry is null || account is null)
        {
            items.Add(Unhandled(dialect, entry, null, "An entry names no account."));
            return;
        }
        var before = items.Count;
        foreach (var item in entry["messaging"] as JsonArray ?? [])
        {
            var read = new List<InboundItem>();
            string? problem = null;
            try
            {
                if (item is not JsonObject fields || !ReadItem(dialect, account, fields, read))
                {
                    problem = "A part of the body is not handled by this version.";
                }
            }
            catch (Exception ex) when (Values.IsShapeError(ex))
            {
                problem = $"A part of the body cannot be read: {ex.Message}";
            }
            items.AddRange(
                problem is null ? read : [Unhandled(dialect, Only(entry, item), account, problem)]
            );
        }
        if (entry["standby"] is JsonArray)
        {
            items.Add(
                new InboundItem.Ignored(account, "Another app has the conversation (standby).")
            );
        }
        if (items.Count == before)
        {
            items.Add(Unhandled(dialect, entry, account, "An entry holds no messages."));
        }
    }

    /// <returns>False when it is of no kind that is known.</returns>
    private static bool ReadItem(
        MetaDialect dialect,
        string account,
        JsonObject item,
        List<InboundItem> items
    )
    {
        var message = item["message"] as JsonObject;
        var isEcho = Values.Flag(message?["is_echo"]);
        var customer = Values.Name(item[isEcho ? "recipient" : "sender"]?["id"]);
        if (customer is null)
        {
            return false;
        }
        var happened = new MetaHappening(
            dialect,
            account,
            new InboundIdentity(dialect.IdentityKind, customer),
            item,
            Time(item["timestamp"]),
            isEcho
        );
        if (message is not null)
        {
            return MetaMessage.Read(happened, message, items);
        }
        return ReadPostback(happened, items)
            || ReadEdit(happened, items)
            || ReadReaction(happened, items)
            || ReadReceipts(happened, items)
            || ReadArrival(happened, items);
    }

    private static bool ReadPostback(MetaHappening happened, List<InboundItem> items)
    {
        if (happened.Item["postback"] is not JsonObject postback)
        {
            return false;
        }
        var text = Values.Text(postback["title"]) ?? Values.Text(postback["payload"]) ?? "";
        items.Add(
            happened.Message(
                Values.Name(postback["mid"]) ?? $"postback:{happened.Key}",
                "text",
                text,
                postback
            )
        );
        return true;
    }

    private static bool ReadEdit(MetaHappening happened, List<InboundItem> items)
    {
        if (
            happened.Item["message_edit"] is not JsonObject edit
            || Values.Name(edit["mid"]) is not { } mid
            || Values.Text(edit["text"]) is not { } text
        )
        {
            return false;
        }
        var number = Values.Text(edit["num_edit"]) ?? happened.Key;
        items.Add(happened.Event(mid, MessageEventKinds.Edit, number, text));
        return true;
    }

    private static bool ReadReaction(MetaHappening happened, List<InboundItem> items)
    {
        if (
            happened.Item["reaction"] is not JsonObject reaction
            || Values.Name(reaction["mid"]) is not { } mid
        )
        {
            return false;
        }
        var action = Values.Text(reaction["action"]);
        var emoji =
            action == "unreact"
                ? ""
                : Values.Text(reaction["emoji"]) ?? MetaMessage.Emoji(reaction["reaction"]);
        items.Add(
            happened.Event(mid, MessageEventKinds.Reaction, $"{happened.Key}:{action}", emoji)
        );
        return true;
    }

    /// <summary>Single messages where they are named, and everything until the watermark.</summary>
    private static bool ReadReceipts(MetaHappening happened, List<InboundItem> items)
    {
        if (happened.Item["delivery"] is JsonObject delivery)
        {
            var until = Time(delivery["watermark"]);
            foreach (var mid in delivery["mids"] as JsonArray ?? [])
            {
                if (Values.Name(mid) is { } name)
                {
                    items.Add(happened.Status(name, MessageStatuses.Delivered, until));
                }
            }
            items.Add(happened.Mark(ContactMarks.Delivered, until));
            return true;
        }
        if (happened.Item["read"] is not JsonObject read)
        {
            return false;
        }
        if (Values.Name(read["mid"]) is { } seen)
        {
            items.Add(happened.Status(seen, MessageStatuses.Read, happened.At));
        }
        items.Add(
            happened.Mark(
                ContactMarks.Read,
                read["watermark"] is { } watermark ? Time(watermark) : happened.At
            )
        );
        return true;
    }

    /// <summary>The customer came by a link or an ad, or let us write; no words of theirs, but a turn of theirs.</summary>
    private static bool ReadArrival(MetaHappening happened, List<InboundItem> items)
    {
        foreach (var (name, word) in new[] { ("referral", "ref"), ("optin", "payload") })
        {
            if (happened.Item[name] is JsonObject arrival)
            {
                var text =
                    Values.Text(arrival[word])
                    ?? Values.Text(arrival["ref"])
                    ?? Values.Text(arrival["source"])
                    ?? "";
                items.Add(happened.Message($"{name}:{happened.Key}", name, text, arrival));
                return true;
            }
        }
        return false;
    }

    private static DateTimeOffset Time(JsonNode? node) =>
        long.TryParse(Values.Text(node), CultureInfo.InvariantCulture, out var ms)
        && ms is > 0 and < 32_503_680_000_000
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
            : throw new FormatException("the timestamp is no number of milliseconds");

    private static JsonObject Only(JsonObject entry, JsonNode? item)
    {
        var only = new JsonObject { ["id"] = entry["id"]?.DeepClone() };
        if (entry["time"] is { } time)
        {
            only["time"] = time.DeepClone();
        }
        only["messaging"] = new JsonArray(item?.DeepClone());
        return only;
    }

    /// <summary>Keeps just this part, in a body that can be replayed.</summary>
    private static InboundItem.Unhandled Unhandled(
        MetaDialect dialect,
        JsonNode? entry,
        string? account,
        string reason
    ) =>
        new(
            account,
            reason,
            JsonSerializer.SerializeToUtf8Bytes(
                new JsonObject
                {
                    ["object"] = dialect.Object,
                    ["entry"] = new JsonArray(entry?.Parent is null ? entry : entry.DeepClone()),
                }
            )
        );
}
