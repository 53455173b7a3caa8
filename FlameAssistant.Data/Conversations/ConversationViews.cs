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
)
{
    /// <summary>Of the newest inbound message; how far this member has read is so much less <see cref="Unread"/>.</summary>
    public long InboundSeq { get; init; }

    public string? Title { get; init; }
    public Guid? TeamId { get; init; }
    public IReadOnlyList<string> Tags { get; init; } = [];
    public DateTimeOffset? SnoozedUntil { get; init; }

    /// <summary>By this member, for themselves.</summary>
    public bool IsMuted { get; init; }

    /// <summary>By when the waiting customer should have an answer.</summary>
    public DateTimeOffset? ResponseDueAt { get; init; }

    /// <summary>One of <see cref="ResponseStates"/>.</summary>
    public string ResponseState { get; init; } = ResponseStates.None;
}

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
    /// <summary><c>mine</c>, <c>unassigned</c>, <c>mentions</c> or <c>all</c>.</summary>
    public string View { get; init; } = ConversationViewNames.All;

    /// <summary>One of <see cref="ConversationStatuses"/>; null shows what is open or with the assistant.</summary>
    public string? Status { get; init; }

    // Each list: any of these; empty is all.
    public IReadOnlyList<Guid> Channels { get; init; } = [];
    public IReadOnlyList<Guid> Assignees { get; init; } = [];
    public IReadOnlyList<Guid> Teams { get; init; } = [];
    public IReadOnlyList<Guid> Tags { get; init; } = [];
    public IReadOnlyList<string> Priorities { get; init; } = [];

    /// <summary>Only where the customer has been waiting for so long, or longer.</summary>
    public int? WaitingMinutes { get; init; }

    /// <summary>Only of this contact.</summary>
    public Guid? Contact { get; init; }

    /// <summary>Whether a row says by itself if this list holds it; tags and mentions are asked for.</summary>
    internal bool IsPlain => Tags.Count == 0 && View != ConversationViewNames.Mentions;

    /// <summary>Nothing but a view of what is open, which a row decides by itself: how every inbox opens.</summary>
    internal bool IsViewOnly =>
        IsPlain
        && Status is null
        && Channels.Count == 0
        && Assignees.Count == 0
        && Teams.Count == 0
        && Priorities.Count == 0
        && WaitingMinutes is null
        && Contact is null;

    /// <summary>What the queries say of a conversation that the actor sees, of a plain filter.</summary>
    internal bool Holds(ConversationRow row, Guid me, DateTimeOffset now) =>
        (
            Status is { } status
                ? row.Status == status
                : row.Status is not (ConversationStatuses.Resolved or ConversationStatuses.Snoozed)
        )
        && View switch
        {
            ConversationViewNames.Mine => row.AssignedTo == me,
            ConversationViewNames.Unassigned => row.AssignedTo is null
                && (Status is not null || row.Status == ConversationStatuses.Open),
            _ => true,
        }
        && (Channels.Count == 0 || Channels.Contains(row.ChannelId))
        && (Assignees.Count == 0 || (row.AssignedTo is { } person && Assignees.Contains(person)))
        && (Teams.Count == 0 || (row.TeamId is { } team && Teams.Contains(team)))
        && (Priorities.Count == 0 || Priorities.Contains(row.Priority, StringComparer.Ordinal))
        && (WaitingMinutes is not { } minutes || row.WaitingSince <= WaitedSince(now, minutes))
        && (Contact is not { } contact || row.ContactId == contact);

    internal static DateTimeOffset WaitedSince(DateTimeOffset now, int minutes) =>
        now - TimeSpan.FromMinutes(Math.Clamp(minutes, 0, 5_000_000));
}

public static class ConversationViewNames
{
    public const string Mine = "mine";
    public const string Unassigned = "unassigned";
    public const string Mentions = "mentions";
    public const string All = "all";

    public static readonly IReadOnlyList<string> Every = [Mine, Unassigned, Mentions, All];
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
)
{
    public IReadOnlyList<ThreadFile> Files { get; init; } = [];
    public IReadOnlyList<ThreadReaction> Reactions { get; init; } = [];

    /// <summary>Members whom a private note names.</summary>
    public IReadOnlyList<Guid> Mentions { get; init; } = [];

    /// <summary>What the provider told beside the text: a place, contact cards, an order. JSON object.</summary>
    public string Metadata { get; init; } = "{}";
}

/// <param name="State">One of <see cref="AttachmentStates"/>.</param>
public sealed record ThreadFile(
    Guid Id,
    string Kind,
    string? FileName,
    string? ContentType,
    long? SizeBytes,
    int? Width,
    int? Height,
    bool HasThumbnail,
    string State,
    string? ErrorMessage
);

public sealed record ThreadReaction(string Emoji, string SenderType, Guid SenderId);

/// <summary>What was done between the messages.</summary>
/// <param name="Kind">One of <see cref="ConversationEventKinds"/>.</param>
/// <param name="Data">Texts by name, such as <c>name</c>, <c>from</c>, <c>to</c>.</param>
public sealed record ThreadEvent(
    Guid Id,
    string Kind,
    string ActorKind,
    Guid? ActorId,
    string? ActorName,
    Guid? SubjectId,
    IReadOnlyDictionary<string, string> Data,
    DateTimeOffset At
);

/// <summary>The message that another one answers.</summary>
public sealed record ThreadQuote(Guid Id, string SenderType, string? SenderName, string Content);

/// <summary>Messages in ascending order; <see cref="HasEarlier"/> says whether a page before <c>Messages[0].Seq</c> exists.</summary>
public sealed record ThreadPage(IReadOnlyList<ThreadMessage> Messages, bool HasEarlier)
{
    /// <summary>What happened from the first message of this page until the first of the next one, in ascending order.</summary>
    public IReadOnlyList<ThreadEvent> Events { get; init; } = [];

    /// <summary>Whether newer messages than the page's last exist.</summary>
    public bool HasLater { get; init; }
}

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
)
{
    public string? Title { get; init; }
    public Guid? TeamId { get; init; }
    public string? TeamName { get; init; }
    public DateTimeOffset? SnoozedUntil { get; init; }
    public DateTimeOffset? WaitingSince { get; init; }
    public DateTimeOffset? ResponseDueAt { get; init; }
    public string ResponseState { get; init; } = ResponseStates.None;
    public DateTimeOffset? FirstResponseAt { get; init; }
    public int? SatisfactionScore { get; init; }

    /// <summary>JSON: key of a definition to its value.</summary>
    public string CustomFields { get; init; } = "{}";

    /// <summary>The number of the conversation that this one was merged into.</summary>
    public long? MergedIntoNumber { get; init; }

    /// <summary>While the channel's provider keeps failing, when the product tries again; what is sent waits until then.</summary>
    public DateTimeOffset? ChannelRetryAt { get; init; }

    public IReadOnlyList<Guid> Participants { get; init; } = [];

    /// <summary>By this member, for themselves.</summary>
    public bool IsMuted { get; init; }
}

/// <param name="Detail">One of <see cref="Channels.ChannelDetails"/>.</param>
public sealed record ChannelCard(
    Guid Id,
    string Type,
    string Name,
    string Status,
    string? Detail = null
);

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
)
{
    /// <summary>JSON: key of a definition to its value.</summary>
    public string CustomFields { get; init; } = "{}";
}

public sealed record ContactIdentityView(string Kind, string Value);

public sealed record TagChip(Guid Id, string Name, string Color);
