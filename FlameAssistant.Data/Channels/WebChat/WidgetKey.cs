namespace FlameAssistant.Data.Channels.WebChat;

/// <summary>The public name of a web chat: <c>wgt_pub_</c> and its id in 32 hex digits. It is its account in <c>channel_routes</c>.</summary>
public static class WidgetKey
{
    private const string Prefix = "wgt_pub_";

    public static string Of(Guid channelId) => $"{Prefix}{channelId:N}";

    /// <returns>Null for what is no key, also for one that is written in another way.</returns>
    public static Guid? Read(string? key) =>
        key?.StartsWith(Prefix, StringComparison.Ordinal) == true
        && Guid.TryParseExact(key.AsSpan(Prefix.Length), "N", out var id)
        && string.Equals(Of(id), key, StringComparison.Ordinal)
            ? id
            : null;
}
