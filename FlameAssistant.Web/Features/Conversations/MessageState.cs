using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>How the state of an outgoing message looks: an icon, a sentence, a tone, and whether sending again is offered.</summary>
/// <param name="Text">Key of the sentence.</param>
/// <param name="IsSpoken">The sentence stands beside the icon instead of only behind it.</param>
public sealed record MessageState(
    string Icon,
    string Text,
    string Tone = "quiet",
    bool IsSpoken = false,
    bool CanSendAgain = false
)
{
    // So long a pace or a channel that is away holds a message: then a clock alone says too little.
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    public static MessageState Of(ThreadMessage message, DateTimeOffset now) =>
        message.Status switch
        {
            MessageStatuses.Pending => new(
                "clock",
                "Message.pending",
                IsSpoken: now - message.At >= Long
            ),
            MessageStatuses.Sending => new("clock", "Message.sending"),
            MessageStatuses.Accepted => new("check", "Message.accepted"),
            MessageStatuses.Delivered => new("check-check", "Message.delivered"),
            MessageStatuses.Read => new("check-check", "Message.read", "read"),
            MessageStatuses.Failed => new("circle-alert", "Message.failed", "bad", true, true),
            MessageStatuses.Unknown => Unknown(message, now),
            _ => new("check", "Message.sent"),
        };

    /// <returns>When time alone makes it look otherwise; null: never.</returns>
    public static DateTimeOffset? ChangesAt(ThreadMessage message) =>
        message.Status switch
        {
            MessageStatuses.Pending => message.At + Long,
            MessageStatuses.Unknown => message.UnknownSince + MessageStatuses.UnknownGrace,
            _ => null,
        };

    /// <summary>Without a time nothing is awaited: the provider sends no callbacks.</summary>
    private static MessageState Unknown(ThreadMessage message, DateTimeOffset now) =>
        message.UnknownSince is { } since && now - since < MessageStatuses.UnknownGrace
            ? new("clock", "Message.checking", IsSpoken: true)
            : new("circle-help", "Message.perhaps", "doubt", true, true);
}
