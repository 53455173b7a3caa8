using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Jobs.Channels.WhatsAppWeb;

/// <summary>What a phone's receipt of one message says, whichever gateway brought it.</summary>
internal static class WebReceipt
{
    /// <param name="state">One of <see cref="MessageStatuses"/>; null for what tells of none.</param>
    public static InboundItem Read(
        string session,
        string name,
        bool isOurs,
        string? state,
        DateTimeOffset at
    )
    {
        if (!isOurs || state is null)
        {
            return new InboundItem.Ignored(session, "It tells nothing of a message of ours.");
        }
        var failed = state == MessageStatuses.Failed;
        return new InboundItem.Status(
            session,
            new InboundStatus(
                name,
                MessageId: null,
                state,
                at,
                failed ? "ack_error" : null,
                failed ? GatewayErrors.NotTaken : null
            )
        );
    }
}
