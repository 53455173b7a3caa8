using System.ComponentModel.DataAnnotations.Schema;

namespace FlameAssistant.Data.Contacts;

/// <summary>Which contacts, and in what order; all that is set must hold.</summary>
public sealed record ContactFilter
{
    /// <summary>Words of name, number, address or a name on a channel.</summary>
    public string Search { get; init; } = "";
    public IReadOnlyList<Guid> Tags { get; init; } = [];
    public IReadOnlyList<Guid> Channels { get; init; } = [];
    public bool? Blocked { get; init; }

    /// <summary>One of <see cref="ConsentStates"/>.</summary>
    public string? Consent { get; init; }

    /// <summary>The key of an own field that holds <see cref="Value"/>.</summary>
    public string? Field { get; init; }
    public string? Value { get; init; }

    /// <summary>Wrote within so many days.</summary>
    public int? SeenDays { get; init; }

    /// <summary>Did not write for so many days, or never.</summary>
    public int? SilentDays { get; init; }

    /// <summary>One of <see cref="ContactSorts"/>.</summary>
    public string Sort { get; init; } = ContactSorts.Seen;
}

public static class ContactSorts
{
    /// <summary>Who wrote last first; who never did at the end, the newest first.</summary>
    public const string Seen = "seen";
    public const string Name = "name";
    public const string Created = "created";

    public static readonly IReadOnlyList<string> All = [Seen, Name, Created];
}

public sealed record ContactRow(
    Guid Id,
    string? Name,
    string? Phone,
    string? Email,
    bool IsBlocked,
    string Consent,
    string SortName,
    DateTimeOffset? LastInteractionAt,
    DateTimeOffset CreatedAt,
    string[] Tags,
    string[] Channels,
    string CustomFields
);

/// <summary>The last row of a page.</summary>
public sealed record ContactCursor(string? Name, DateTimeOffset? At, Guid Id);

/// <param name="IsCut">A search found more than it gives: a narrower one finds the rest.</param>
public sealed record ContactRows(IReadOnlyList<ContactRow> Rows, ContactCursor? Next, bool IsCut);

/// <summary>One person, as far as the reader may know.</summary>
public sealed record ContactProfile(
    Guid Id,
    string? Name,
    string? Phone,
    string? Email,
    bool IsBlocked,
    string Consent,
    DateTimeOffset? ConsentAt,
    string CustomFields,
    DateTimeOffset? LastInteractionAt,
    int InteractionCount,
    DateTimeOffset CreatedAt
)
{
    [NotMapped]
    public IReadOnlyList<ProfileIdentity> Identities { get; init; } = [];

    [NotMapped]
    public IReadOnlyList<ProfileTag> Tags { get; init; } = [];

    [NotMapped]
    public IReadOnlyList<ProfileConversation> Conversations { get; init; } = [];

    [NotMapped]
    public IReadOnlyList<ProfileNote> Notes { get; init; } = [];

    [NotMapped]
    public IReadOnlyList<ProfileConsent> Consents { get; init; } = [];

    [NotMapped]
    public IReadOnlyList<ProfileMerge> Merges { get; init; } = [];

    [NotMapped]
    public IReadOnlyList<ContactHint> Duplicates { get; init; } = [];
}

public sealed record ProfileIdentity(
    Guid Id,
    string Kind,
    string Value,
    string ChannelName,
    string ChannelType
);

public sealed record ProfileTag(Guid Id, string Name, string Color);

public sealed record ProfileConversation(
    Guid Id,
    long Number,
    string ChannelName,
    string ChannelType,
    string Status,
    string? Title,
    string LastMessagePreview,
    DateTimeOffset LastMessageAt,
    string? AssigneeName
);

public sealed record ProfileNote(
    Guid Id,
    Guid AuthorId,
    string? Author,
    string Content,
    DateTimeOffset CreatedAt
);

/// <param name="Source">One of <see cref="ConsentSources"/>.</param>
public sealed record ProfileConsent(
    Guid Id,
    string State,
    string Source,
    string? Note,
    string? Who,
    DateTimeOffset OccurredAt
);

/// <summary>Somebody who was joined into this contact and can be parted again.</summary>
public sealed record ProfileMerge(
    Guid Id,
    Guid OtherId,
    string? Name,
    string? Phone,
    string? Email,
    string? Who,
    DateTimeOffset MergedAt
);

/// <summary>Somebody who may be the same person.</summary>
/// <param name="Why"><c>phone</c>, <c>email</c> or <c>name</c>.</param>
public sealed record ContactHint(Guid Id, string? Name, string? Phone, string? Email, string Why);

/// <summary>What a merge would do, before it is done.</summary>
/// <param name="Differences">Values that both have and that are not the same.</param>
public sealed record MergePreview(
    ContactHint Kept,
    ContactHint Other,
    IReadOnlyList<MergeDifference> Differences,
    int Conversations,
    int Identities,
    int Tags,
    int Notes,
    int Closes,
    bool Blocks,
    bool OptsOut
);

/// <param name="Key">name, phone, email, or the key of an own field.</param>
public sealed record MergeDifference(string Key, string? Kept, string? Other);
