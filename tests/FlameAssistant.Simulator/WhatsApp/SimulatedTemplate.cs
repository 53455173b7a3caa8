using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>A message template of a WhatsApp Business account, as Meta keeps it.</summary>
public sealed record SimulatedTemplate
{
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    public string Language { get; init; } = "en";

    public string Status { get; init; } = "APPROVED";

    public string Category { get; init; } = "UTILITY";

    public string Quality { get; init; } = "UNKNOWN";

    public string RejectedReason { get; init; } = "NONE";

    public string ParameterFormat { get; init; } = "POSITIONAL";

    public JsonElement Components { get; init; } = JsonDocument.Parse("[]").RootElement;

    /// <summary>What one page of Graph's list says of it.</summary>
    internal JsonObject ToGraph() =>
        new()
        {
            ["name"] = Name,
            ["parameter_format"] = ParameterFormat,
            ["components"] = JsonNode.Parse(Components.GetRawText()),
            ["language"] = Language,
            ["status"] = Status,
            ["category"] = Category,
            ["quality_score"] = new JsonObject { ["score"] = Quality },
            ["rejected_reason"] = RejectedReason,
            ["id"] = Id,
        };

    /// <summary>The words of one of its parts, such as BODY.</summary>
    internal string? TextOf(string type) => Part(type) is { } part ? part.String("text") : null;

    /// <summary>The words on its buttons, in their order.</summary>
    internal IReadOnlyList<string> Buttons() =>
        Part("BUTTONS")?.Member("buttons") is { ValueKind: JsonValueKind.Array } buttons
            ? [.. buttons.EnumerateArray().Select(b => b.String("text") ?? "")]
            : [];

    internal string? HeaderFormat() => Part("HEADER")?.String("format");

    [JsonIgnore]
    internal string Key => $"{Name}\n{Language}";

    private JsonElement? Part(string type) =>
        Components.ValueKind == JsonValueKind.Array
            ? Components
                .EnumerateArray()
                .Where(c =>
                    string.Equals(c.String("type"), type, StringComparison.OrdinalIgnoreCase)
                )
                .Select(c => (JsonElement?)c)
                .FirstOrDefault()
            : null;
}
