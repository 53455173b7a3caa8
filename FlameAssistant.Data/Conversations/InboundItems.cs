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
    /// <summary>For what a provider tells without a time: it happened when it came.</summary>
    public static readonly DateTimeOffset NoTime = DateTimeOffset.MaxValue;

    /// <summary>The files that it carries, which are still at the provider.</summary>
    public IReadOnlyList<InboundMedia> Media { get; init; } = [];

    /// <summary>Of a part of an album its own id; the message's is the album's then.</summary>
    public string? PartId { get; init; }

    /// <summary>The part's place in its album.</summary>
    public int PartPlace { get; init; }

    /// <summary>Of an echo: typed by a person elsewhere, on the phone for instance, and so none of ours.</summary>
    public bool IsTyped { get; init; }

    /// <summary>Several people write in this conversation; taken in only where the channel wants it.</summary>
    public bool IsGroup { get; init; }

    /// <summary>Whether the provider waits for a word that it was taken, as after a button.</summary>
    public bool WantsAnswer { get; init; }
}

/// <param name="Kind"><c>image</c>, <c>audio</c>, <c>video</c>, <c>document</c> or <c>sticker</c>.</param>
/// <param name="ExternalId">The provider's name of the file, or its address.</param>
public sealed record InboundMedia(
    string Kind,
    string ExternalId,
    string? FileName,
    string? ContentType
)
{
    /// <summary>Why the provider does not give it; it is not asked then.</summary>
    public string? Refusal { get; init; }

    /// <summary>The bytes, where they came along.</summary>
    public ReadOnlyMemory<byte>? Inline { get; init; }

    /// <summary>In the store already; nothing is fetched then.</summary>
    public StoredFile? Stored { get; init; }
}

public sealed record InboundIdentity(string Kind, string Value);

/// <summary>How far a customer has got, or whether they let us in.</summary>
/// <param name="Mark">One of <see cref="ContactMarks"/>.</param>
/// <param name="At">Everything until then is delivered, or read; or when they shut us out or let us in.</param>
public sealed record InboundMark(InboundIdentity Identity, string Mark, DateTimeOffset At);

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
