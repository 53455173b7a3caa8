using System.Text.Json.Serialization;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>Seen from the business, as everywhere in the product: <c>in</c> is what the customer wrote.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MessageDirection>))]
public enum MessageDirection
{
    [JsonStringEnumMemberName("in")]
    In,

    [JsonStringEnumMemberName("out")]
    Out,
}

/// <summary>In the order of their climb; failed ends it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MessageStatus>))]
public enum MessageStatus
{
    [JsonStringEnumMemberName("accepted")]
    Accepted,

    [JsonStringEnumMemberName("sent")]
    Sent,

    [JsonStringEnumMemberName("delivered")]
    Delivered,

    [JsonStringEnumMemberName("read")]
    Read,

    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>
/// A line of a conversation. An incoming one is accepted when written, delivered when the webhook was answered
/// with 2xx, read when the business marked it so.
/// </summary>
public sealed record TranscriptMessage
{
    public required string Wamid { get; init; }

    public required MessageDirection Direction { get; init; }

    public required string Type { get; init; }

    public required string Text { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The file that it carries; its text is the caption then.</summary>
    public TranscriptFile? File { get; init; }

    public MessageStatus Status { get; init; }

    public string? ReplyTo { get; init; }

    /// <summary>When the customer changed it last; its text is the new one.</summary>
    public DateTimeOffset? EditedAt { get; init; }

    /// <summary>How often the customer changed it.</summary>
    public int Edits { get; init; }

    /// <summary>When the customer took it back; its text stays here for tests, and the page shows it no more.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>What the customer may press under it.</summary>
    public IReadOnlyList<TranscriptChoice>? Choices { get; init; }

    /// <summary>What the customer pressed, in a message of theirs.</summary>
    public TranscriptChoice? Chosen { get; init; }

    /// <summary>The business's reaction to it.</summary>
    public string? Reaction { get; init; }

    /// <summary>Why it failed, or why its webhook is being repeated.</summary>
    public string? Note { get; init; }

    /// <summary>biz_opaque_callback_data of the request, echoed in its statuses.</summary>
    public string? CallbackData { get; init; }
}

/// <summary>A file of a line; its bytes are at /simulator/files/{id}.</summary>
public sealed record TranscriptFile(
    string Id,
    string Kind,
    string ContentType,
    string? Name,
    int Size
)
{
    internal static TranscriptFile Of(SimulatedFile file, string? name) =>
        new(file.Id, file.Kind, file.ContentType, name ?? file.FileName, file.Content.Length);
}
