using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Channels;

/// <summary>Reads values of bodies that anybody may have made.</summary>
internal static class Values
{
    private const int LongestName = 255;

    /// <summary>A string, or a number as its digits.</summary>
    public static string? Text(JsonNode? node) =>
        node?.GetValueKind() switch
        {
            JsonValueKind.String => node.GetValue<string>(),
            JsonValueKind.Number => node.ToJsonString(),
            _ => null,
        };

    /// <summary>What names something: short, and storable as it is.</summary>
    public static string? Name(JsonNode? node) =>
        Text(node) is { Length: > 0 and <= LongestName } text && StorableText.Clean(text) == text
            ? text
            : null;

    public static bool Flag(JsonNode? node) => node?.GetValueKind() == JsonValueKind.True;

    public static long? Number(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    /// <summary>What reading a body of another shape throws.</summary>
    public static bool IsShapeError(Exception ex) =>
        ex
            is InvalidOperationException
                or FormatException
                or JsonException
                or ArgumentException
                or KeyNotFoundException;
}
