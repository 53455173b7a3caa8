namespace FlameAssistant.Data.Conversations;

/// <summary>
/// States of an outgoing message: pending &lt; sending &lt; accepted &lt; sent &lt; delivered &lt; read, plus failed
/// (reached only from sent or before) and unknown (the answer was lost; any callback moves it on).
/// Inbound messages are <c>received</c>.
/// </summary>
public static class MessageStatuses
{
    public const string Received = "received";
    public const string Pending = "pending";
    public const string Sending = "sending";
    public const string Accepted = "accepted";
    public const string Sent = "sent";
    public const string Delivered = "delivered";
    public const string Read = "read";
    public const string Failed = "failed";
    public const string Unknown = "unknown";

    /// <summary>How long an unknown message may still be settled by a callback before the agent is told.</summary>
    public static readonly TimeSpan UnknownGrace = TimeSpan.FromMinutes(15);

    private static readonly string[] Ladder = [Pending, Sending, Accepted, Sent, Delivered, Read];

    /// <summary>Whether a message in <paramref name="from"/> may become <paramref name="to"/>. States never go down.</summary>
    public static bool CanMove(string from, string to) =>
        (from, to) switch
        {
            (Failed or Received, _) or (_, Received) => false,
            (Unknown, Pending or Sending or Unknown) => false,
            (Unknown, _) => true,
            (_, Failed) => Rank(from) <= Rank(Sent),
            (Sending, Unknown) => true,
            (_, Unknown) => false,
            _ => Rank(to) > Rank(from),
        };

    private static int Rank(string status) => Array.IndexOf(Ladder, status);
}
