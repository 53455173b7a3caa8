using System.Text.Json;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Jobs.Channels;

/// <summary>A channel's fields, as its connector needs them.</summary>
public sealed class ChannelFields(ChannelSecrets secrets)
{
    /// <returns>An error when the key ring that encrypted it is not this installation's, or when there is none.</returns>
    public Result<string> Secret(Guid tenantId, Channel channel, string field)
    {
        var cipher = Read(channel.Credentials).GetValueOrDefault(field) ?? "";
        return secrets.Unprotect(tenantId, channel.Id, field, cipher);
    }

    /// <summary>All of them, opened.</summary>
    public Result<IReadOnlyDictionary<string, string>> Open(Guid tenantId, Channel channel)
    {
        var values = Read(channel.Config);
        foreach (var field in Read(channel.Credentials).Keys)
        {
            var secret = Secret(tenantId, channel, field);
            if (!secret.IsOk)
            {
                return secret.Error;
            }
            values[field] = secret.Value;
        }
        return values;
    }

    public static string? Setting(Channel channel, string field) =>
        Read(channel.Config).GetValueOrDefault(field) is { Length: > 0 } value ? value : null;

    private static Dictionary<string, string> Read(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(json)
        ?? new Dictionary<string, string>(StringComparer.Ordinal);
}
