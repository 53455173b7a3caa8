using System.Buffers.Text;

namespace FlameAssistant.Data.Live;

/// <summary>
/// "Ana is typing": a hint that goes from node to node and never touches a table. The person is part of the kind, so that
/// two who type in one conversation are two hints.
/// </summary>
public static class LiveTyping
{
    private const string Prefix = "typing:";

    public static LiveEvent Of(Guid tenantId, Guid conversationId, Guid personId) =>
        new(
            tenantId,
            Prefix + Base64Url.EncodeToString(personId.ToByteArray()),
            conversationId,
            Seq: 0
        );

    /// <returns>Who types, or null for any other hint.</returns>
    public static Guid? PersonOf(LiveEvent live)
    {
        if (!live.Kind.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }
        var bytes = new byte[16];
        return
            Base64Url.TryDecodeFromChars(live.Kind.AsSpan(Prefix.Length), bytes, out var length)
            && length == bytes.Length
            ? new Guid(bytes)
            : null;
    }
}
