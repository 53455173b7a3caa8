namespace FlameAssistant.Data.Conversations;

/// <summary>A customer's message, or one typed on the provider's own inbox, as a parser found it.</summary>
/// <param name="ExternalId">The provider's id, unique per channel.</param>
/// <param name="Identities">Every name the provider gives the customer, strongest first; never empty.</param>
/// <param name="Text">What the thread shows; for kinds without text a short description.</param>
/// <param name="Type">The product's message type; <c>unknown</c> for what it does not know, with the provider's in the metadata.</param>
/// <param name="Metadata">JSON object.</param>
public sealed record InboundMessage(
    string ExternalId,
    IReadOnlyList<InboundIdentity> Identities,
    string? ProfileName,
    DateTimeOffset ProviderAt,
    string Type,
    string Text,
    string? QuotedExternalId = null,
    string Metadata = "{}",
    bool IsEcho = false
)
{
    /// <summary>The file that it carries, which is still at the provider.</summary>
    public InboundMedia? Media { get; init; }
}

/// <param name="Kind"><c>image</c>, <c>audio</c>, <c>video</c>, <c>document</c> or <c>sticker</c>.</param>
/// <param name="ExternalId">The provider's name of the file.</param>
public sealed record InboundMedia(
    string Kind,
    string ExternalId,
    string? FileName,
    string? ContentType
);

public sealed record InboundIdentity(string Kind, string Value);

/// <summary>What became of a message that we sent.</summary>
/// <param name="Status">One of sent, delivered, read, failed.</param>
/// <param name="MessageId">Our own id where the provider echoes it; finds a message whose answer was lost.</param>
public sealed record InboundStatus(
    string ExternalId,
    Guid? MessageId,
    string Status,
    DateTimeOffset ProviderAt,
    string? ErrorCode = null,
    string? ErrorMessage = null
);
