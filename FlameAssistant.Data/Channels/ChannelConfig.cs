using System.Globalization;
using System.Text.Json;

namespace FlameAssistant.Data.Channels;

/// <summary>A channel's settings that are no secrets, as operations look at them.</summary>
internal static class ChannelConfig
{
    public static IReadOnlyDictionary<string, string> Read(string config) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(config)
        ?? new Dictionary<string, string>(StringComparer.Ordinal);

    public static int? Number(IReadOnlyDictionary<string, string> settings, string field) =>
        int.TryParse(
            settings.GetValueOrDefault(field),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;
}
