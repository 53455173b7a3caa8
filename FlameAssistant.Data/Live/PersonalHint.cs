using System.Buffers.Text;

namespace FlameAssistant.Data.Live;

/// <summary>
/// What one person does in a conversation, as a hint: it goes from node to node and never touches a table. The person is part
/// of the kind, so that two who do the same in one conversation are two hints.
/// </summary>
public static class PersonalHint
{
    private const string Typing = "typing:";
    private const string Reading = "read:";

    /// <summary>"Ana is typing", for who looks at the conversation.</summary>
    public static LiveEvent Types(Guid tenantId, Guid conversationId, Guid personId) =>
        new(tenantId, KindOf(Typing, personId), conversationId, Seq: 0);

    /// <summary>The kind that says a person has read further: it concerns their own screens alone.</summary>
    public static string KindOfReading(Guid personId) => KindOf(Reading, personId);

    /// <returns>Who types, or null for any other hint.</returns>
    public static Guid? WhoTypes(LiveEvent live) => PersonOf(live, Typing);

    /// <returns>Who has read further, or null for any other hint.</returns>
    public static Guid? WhoReads(LiveEvent live) => PersonOf(live, Reading);

    private static string KindOf(string prefix, Guid personId) =>
        prefix + Base64Url.EncodeToString(personId.ToByteArray());

    private static Guid? PersonOf(LiveEvent live, string prefix)
    {
        if (!live.Kind.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }
        var bytes = new byte[16];
        return
            Base64Url.TryDecodeFromChars(live.Kind.AsSpan(prefix.Length), bytes, out var length)
            && length == bytes.Length
            ? new Guid(bytes)
            : null;
    }
}
