using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Web.Features.Conversations;

public enum ReplyBar
{
    None,
    Blocked,
    ChannelDown,
    WindowEnded,
    NeverWritten,
}

/// <summary>Whether a reply may go out now, why not, and how long still. Notes are always possible.</summary>
public readonly record struct ReplyWindow(ReplyBar Bar, TimeSpan? Left)
{
    private static readonly TimeSpan Soon = TimeSpan.FromHours(4);

    public bool IsOpen => Bar == ReplyBar.None;

    /// <summary>Worth a word: less than four hours are left.</summary>
    public bool ClosesSoon => IsOpen && Left < Soon;

    public static ReplyWindow Of(ConversationDetails details, DateTimeOffset now)
    {
        if (details.Contact.IsBlocked)
        {
            return new(ReplyBar.Blocked, null);
        }

        if (details.Channel.Status is "inactive" or "error")
        {
            return new(ReplyBar.ChannelDown, null);
        }

        return EndOf(details) switch
        {
            { } end when end <= now => new(ReplyBar.WindowEnded, null),
            { } end => new(ReplyBar.None, end - now),
            null when HasTemplates(details) => new(ReplyBar.NeverWritten, null),
            null => new(ReplyBar.None, null),
        };
    }

    /// <summary>Until when a person may answer, which on some channels is longer than for an assistant.</summary>
    public static DateTimeOffset? EndOf(ConversationDetails details) =>
        details.WindowExpiresAt + ChannelRules.Of(details.Channel.Type).PersonsExtraTime;

    /// <summary>Outside its window WhatsApp's Cloud API takes approved templates; the other channels take nothing or have no window.</summary>
    public static bool HasTemplates(ConversationDetails details) =>
        string.Equals(details.Channel.Type, "whatsapp", StringComparison.Ordinal);
}
