using FlameAssistant.Data.Channels;

namespace FlameAssistant.Data.Conversations;

/// <summary>What a connector needs to send one message.</summary>
/// <param name="Identities">The customer's names on this channel, newest first.</param>
public sealed record Delivery(
    Guid MessageId,
    Channel Channel,
    IReadOnlyList<InboundIdentity> Identities,
    string Text,
    string? QuotedExternalId
)
{
    /// <summary>The file that goes with the text; one per message.</summary>
    public DeliveryFile? File { get; init; }

    public MessageRich? Rich { get; init; }

    /// <summary>The channel's window is over; only a person's message comes so far, where that is allowed.</summary>
    public bool IsAfterWindow { get; init; }
}

/// <param name="ContentHash">Names it in the file store.</param>
public sealed record DeliveryFile(
    string Kind,
    string FileName,
    string ContentType,
    string ContentHash
);
