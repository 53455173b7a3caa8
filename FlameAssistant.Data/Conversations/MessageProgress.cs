namespace FlameAssistant.Data.Conversations;

/// <summary>Moves a message up its states; a state that is lower or repeated changes nothing but when it was.</summary>
internal static class MessageProgress
{
    /// <returns>Whether the state changed.</returns>
    public static bool Apply(Message message, InboundStatus status, DateTimeOffset now)
    {
        var at = status.ProviderAt < now ? status.ProviderAt : now;
        if (!MessageStatuses.CanMove(message.Status, status.Status))
        {
            if (message.Status is not (MessageStatuses.Failed or MessageStatuses.Received))
            {
                Note(message, status.Status, at);
            }
            return false;
        }
        message.Status = status.Status;
        message.UnknownSince = null;
        Note(message, status.Status, at);
        if (status.Status == MessageStatuses.Failed)
        {
            message.ErrorCode = status.ErrorCode;
            message.ErrorMessage = status.ErrorMessage;
        }
        return true;
    }

    /// <summary>The earliest time that was told, whatever came first.</summary>
    private static void Note(Message message, string status, DateTimeOffset at)
    {
        switch (status)
        {
            case MessageStatuses.Sent:
                message.SentAt = Earlier(message.SentAt, at);
                break;
            case MessageStatuses.Delivered:
                message.DeliveredAt = Earlier(message.DeliveredAt, at);
                break;
            case MessageStatuses.Read:
                message.ReadAt = Earlier(message.ReadAt, at);
                break;
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset? known, DateTimeOffset at) =>
        known is { } before && before < at ? before : at;
}
