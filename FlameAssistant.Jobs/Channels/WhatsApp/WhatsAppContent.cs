using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FlameAssistant.Jobs.Channels.WhatsApp;

/// <summary>What a message says, in the product's types. The provider's own object stays in the message's metadata.</summary>
internal sealed record WhatsAppContent(string Type, string Text)
{
    // Of answers and of ordered articles: more is in the metadata, and nobody reads it in a thread.
    private const int MostLines = 30;
    private const string FlowToken = "flow_token";

    /// <returns>Null for what is no message of its own: reactions, edits, revocations and system notes.</returns>
    public static WhatsAppContent? Read(string type, JsonNode message)
    {
        var body = message[type] as JsonObject;
        return type switch
        {
            "text" => new("text", String(body?["body"]) ?? ""),
            "image" or "video" or "document" => new(
                type,
                String(body?["caption"]) ?? String(body?["filename"]) ?? ""
            ),
            "audio" or "sticker" => new(type, ""),
            "button" => new("text", String(body?["text"]) ?? String(body?["payload"]) ?? ""),
            "interactive" => new("text", Interactive(body)),
            "location" => new("location", Location(body)),
            "contacts" => new("contacts", Names(message["contacts"])),
            "order" => new("order", Order(body)),
            "reaction" or "edit" or "revoke" or "system" => null,
            _ => new("unknown", ""),
        };
    }

    private static string Interactive(JsonObject? body) =>
        String(body?["button_reply"]?["title"])
        ?? String(body?["list_reply"]?["title"])
        ?? Answers(body?["nfm_reply"])
        ?? "";

    /// <summary>What the customer filled in, a line for each field by the name that the form gives it.</summary>
    private static string? Answers(JsonNode? form) =>
        form is null ? null : Lines(String(form["body"]), FilledIn(String(form["response_json"])));

    /// <summary>How many of which article at what price, and the sum: numbers read the same in all languages.</summary>
    private static string Order(JsonObject? order)
    {
        var items = (order?["product_items"] as JsonArray ?? [])
            .OfType<JsonObject>()
            .Select(item =>
                (
                    Article: String(item["product_retailer_id"]) ?? "?",
                    Count: Amount(item["quantity"]) ?? 1,
                    Price: Amount(item["item_price"]),
                    Currency: String(item["currency"]) ?? ""
                )
            )
            .ToList();
        var lines = items.Select(item =>
            item.Price is { } price
                ? $"{Plain(item.Count)} × {item.Article} · {Plain(price)} {item.Currency}".TrimEnd()
                : $"{Plain(item.Count)} × {item.Article}"
        );
        var hasSum =
            items.Count > 0
            && items.TrueForAll(item => item.Price is not null)
            && items.DistinctBy(item => item.Currency).Count() == 1;
        return Lines(
            String(order?["text"]),
            lines,
            hasSum
                ? $"= {Plain(items.Sum(i => i.Count * i.Price!.Value))} {items[0].Currency}".TrimEnd()
                : null
        );
    }

    private static string Lines(string? first, IEnumerable<string> more, string? last = null)
    {
        var lines = more.Take(MostLines + 1).ToList();
        if (lines.Count > MostLines)
        {
            lines[MostLines] = "…";
        }
        return string.Join(
            '\n',
            lines.Prepend(first).Append(last).Where(line => !string.IsNullOrWhiteSpace(line))
        );
    }

    /// <summary>A form's answers are JSON within the JSON, and whatever the form's author made them.</summary>
    private static List<string> FilledIn(string? answers)
    {
        try
        {
            using var json = JsonDocument.Parse(answers ?? "{}");
            return json.RootElement.ValueKind == JsonValueKind.Object
                ?
                [
                    .. json
                        .RootElement.EnumerateObject()
                        .Where(answer => answer.Name != FlowToken)
                        .Select(answer => $"{answer.Name}: {Shown(answer.Value)}"),
                ]
                : [];
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException)
        {
            // No JSON, or half a character in it.
            return [];
        }
    }

    private static string Shown(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Shown)),
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Null => "",
            _ => value.GetRawText(),
        };

    /// <summary>Within what no shop sells, so that no sum of them is too large.</summary>
    private static decimal? Amount(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number
        && decimal.TryParse(
            node.ToJsonString(),
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out var amount
        )
        && Math.Abs(amount) < 1_000_000_000m
            ? amount
            : null;

    private static string Plain(decimal amount) =>
        amount.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Location(JsonObject? body) =>
        string.Join(
            ", ",
            new[] { String(body?["name"]), String(body?["address"]) }.Where(part =>
                !string.IsNullOrWhiteSpace(part)
            )
        );

    /// <summary>Whom the cards are of: what the list shows and a search finds.</summary>
    private static string Names(JsonNode? cards) =>
        string.Join(
            ", ",
            (cards as JsonArray ?? [])
                .OfType<JsonObject>()
                .Select(card => String((card["name"] as JsonObject)?["formatted_name"]))
                .Where(name => !string.IsNullOrWhiteSpace(name))
        );

    private static string? String(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
