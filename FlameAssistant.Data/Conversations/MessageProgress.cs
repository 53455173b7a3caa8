namespace FlameAssistant.Data.Conversations;

/// <summary>Moves a message up its states; a state that is lower or repeated changes nothing.</summary>
internal static class MessageProgress
{
    /// <returns>Whether anything changed.</returns>
    public static bool Apply(Message message, InboundStatus status, DateTimeOffset now)
    {
        if (!MessageStatuses.CanMove(message.Status, status.Status))
        {
            return false;
        }
        message.Status = status.Status;
        message.UnknownSince = null;
        var at = status.ProviderAt < now ? status.ProviderAt : now;
        switch (status.Status)
        {
            case MessageStatuses.Sent:
                message.SentAt ??= at;
                break;
            case MessageStatuses.Delivered:
                message.DeliveredAt ??= at;
                break;
            case MessageStatuses.Read:
                message.ReadAt ??= at;
                break;
            case MessageStatuses.Failed:
                message.ErrorCode = status.ErrorCode;
                message.ErrorMessage = status.ErrorMessage;
                break;
        }
        return true;
    }
}
