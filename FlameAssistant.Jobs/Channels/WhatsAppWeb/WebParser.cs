using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <summary>Reads what a gateway tells: WAHA names a session and a payload, Evolution an instance and data.</summary>
internal static class WebParser
{
    public static IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body)
    {
        string? account = null;
        try
        {
            if (JsonNode.Parse(SafeText.Wire(body.Span)) is not JsonObject told)
            {
                return [Unhandled("The body has no shape that a gateway sends.")];
            }
            account = Values.Name(told["session"]) ?? Values.Name(told["instance"]);
            if (account is null || Values.Text(told["event"]) is not { Length: > 0 } name)
            {
                return [Unhandled("The body names no session and no event.")];
            }
            var items = told["session"] is not null
                ? WahaParser.Read(account, name, told)
                : EvolutionParser.Read(account, name, told);
            return items ?? [Unhandled($"'{name}' is not handled by this version.")];
        }
        catch (JsonException ex)
        {
            return [Unhandled($"The body is not JSON: {ex.Message}")];
        }
        catch (Exception ex) when (Values.IsShapeError(ex))
        {
            return [Unhandled($"The event cannot be read: {ex.Message}")];
        }

        InboundItem.Unhandled Unhandled(string reason) => new(account, reason, body.ToArray());
    }

    /// <summary>Seconds, with or without a fraction, as a number or as text.</summary>
    public static DateTimeOffset Seconds(JsonNode? node) =>
        double.TryParse(Values.Text(node), CultureInfo.InvariantCulture, out var seconds)
        && seconds is > 0 and < 32_503_680_000
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000))
            : throw new FormatException("the time is no number of seconds");
}
