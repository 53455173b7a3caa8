using System.Text.Json;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>What stands around the text of a message of ours: lines above and below, and what the customer could press.</summary>
/// <param name="Template">The approved template's name, where it was one.</param>
/// <param name="Opens">What opens the list, where it is one.</param>
public sealed record MessageChoices(
    string? Template,
    string? Header,
    string? Footer,
    string? Opens,
    IReadOnlyList<MessageChoice> Items
)
{
    private const int Most = 30;

    /// <returns>Null where there is nothing; what is odd in it is not there.</returns>
    public static MessageChoices? Of(ThreadMessage message)
    {
        if (!message.IsFromMe || message.IsPrivate || message.Metadata.Length <= 2)
        {
            return null;
        }
        try
        {
            using var json = JsonDocument.Parse(message.Metadata);
            return json.RootElement.ValueKind == JsonValueKind.Object ? Of(json.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static MessageChoices? Of(JsonElement root)
    {
        var items = new List<MessageChoice>();
        items.AddRange(
            ListOf(root, "buttons").Select(b => Choice(Text(b, "title"))).OfType<MessageChoice>()
        );
        if (Member(root, "list") is { } list)
        {
            items.AddRange(
                ListOf(list, "sections")
                    .SelectMany(section => ListOf(section, "rows"))
                    .Select(row => Choice(Text(row, "title"), Text(row, "text")))
                    .OfType<MessageChoice>()
            );
        }
        if (
            Member(root, "link") is { } link
            && Choice(Text(link, "title"), Text(link, "url")) is { } leads
        )
        {
            items.Add(leads);
        }
        items.AddRange(
            ListOf(root, "labels")
                .Select(label =>
                    Choice(label.ValueKind == JsonValueKind.String ? label.GetString() : null)
                )
                .OfType<MessageChoice>()
        );
        var found = new MessageChoices(
            Member(root, "template") is { } template ? Text(template, "name") : null,
            Text(root, "header"),
            Text(root, "footer"),
            Member(root, "list") is { } opened ? Text(opened, "button") : null,
            [.. items.Take(Most)]
        );
        return found is { Template: null, Header: null, Footer: null, Items.Count: 0 }
            ? null
            : found;
    }

    private static MessageChoice? Choice(string? title, string? more = null) =>
        title is null ? null : new MessageChoice(title, more);

    private static IEnumerable<JsonElement> ListOf(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    private static JsonElement? Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value)
            ? value
            : null;

    private static string? Text(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.String } value
        && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}

public sealed record MessageChoice(string Title, string? More);
