namespace FlameAssistant.Data.Conversations;

/// <summary>A row of the inbox list. Times are UTC.</summary>
/// <param name="Unread">Inbound messages that this member has not read; never counted over messages.</param>
public sealed record ConversationRow(
    Guid Id,
    long Number,
    Guid ContactId,
    string ContactName,
    Guid ChannelId,
    string ChannelType,
    string ChannelName,
    string Status,
    string Priority,
    DateTimeOffset LastMessageAt,
    string LastMessagePreview,
    string LastMessageDirection,
    string? LastMessageType,
    DateTimeOffset? WaitingSince,
    long Unread,
    Guid? AssignedTo,
    string? AssigneeName
);

/// <summary>One page of the list, newest first, and where the next one starts.</summary>
public sealed record ConversationPage(
    IReadOnlyList<ConversationRow> Rows,
    ConversationCursor? Next
);

/// <summary>The keyset position after a row.</summary>
public readonly record struct ConversationCursor(DateTimeOffset LastMessageAt, Guid Id);

/// <summary>Which conversations the list shows.</summary>
public sealed record ConversationFilter
{
    /// <summary><c>mine</c>, <c>unassigned</c> or <c>all</c>.</summary>
    public string View { get; init; } = ConversationViewNames.All;

    /// <summary>One of <see cref="ConversationStatuses"/>; null shows every one but resolved.</summary>
    public string? Status { get; init; }
}

public static class ConversationViewNames
{
    public const string Mine = "mine";
    public const string Unassigned = "unassigned";
    public const string All = "all";
}

/// <summary>A message as the thread shows it. <see cref="At"/> is the provider's time where it gave one.</summary>
/// <param name="UnknownSince">When the provider's answer was lost; after 15 minutes without a callback "perhaps not sent" is shown.</param>
public sealed record ThreadMessage(
    Guid Id,
    long Seq,
    string SenderType,
    Guid? SenderId,
    string? SenderName,
    bool IsFromMe,
    bool IsPrivate,
    string MessageType,
    string Content,
    string Status,
    string? ErrorMessage,
    DateTimeOffset At,
    DateTimeOffset? UnknownSince,
    DateTimeOffset? EditedAt,
    DateTimeOffset? DeletedAt,
    ThreadQuote? Quote,
    string? ErrorCode = null
);

/// <summary>The message that another one answers.</summary>
public sealed record ThreadQuote(Guid Id, string SenderType, string? SenderName, string Content);

/// <summary>Messages in ascending order; <see cref="HasEarlier"/> says whether a page before <c>Messages[0].Seq</c> exists.</summary>
public sealed record ThreadPage(IReadOnlyList<ThreadMessage> Messages, bool HasEarlier);

/// <summary>The head of a thread and the contact pane.</summary>
public sealed record ConversationDetails(
    Guid Id,
    long Number,
    string Status,
    string Priority,
    Guid? AssignedTo,
    string? AssigneeName,
    DateTimeOffset? WindowExpiresAt,
    DateTimeOffset CreatedAt,
    long InboundSeq,
    ChannelCard Channel,
    ContactCard Contact,
    IReadOnlyList<TagChip> Tags
);

public sealed record ChannelCard(Guid Id, string Type, string Name, string Status);

public sealed record ContactCard(
    Guid Id,
    string Name,
    string? Phone,
    string? Email,
    bool IsBlocked,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastInteractionAt,
    int ConversationCount,
    IReadOnlyList<ContactIdentityView> Identities
);

public sealed record ContactIdentityView(string Kind, string Value);

public sealed record TagChip(Guid Id, string Name, string Color);
