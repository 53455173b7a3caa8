using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>All that the inbox asks of the world: one tenant, one member, a unit of work per call.</summary>
public interface IInboxData
{
    Guid MeId { get; }

    bool CanReply { get; }

    bool CanAssign { get; }

    /// <summary>Whether they give conversations to anybody; others only to themselves and to members of their teams.</summary>
    bool CanAssignAnybody { get; }

    /// <summary>Whether they may change what everybody shares, such as a view for all.</summary>
    bool CanShare { get; }

    bool CanChangeContacts { get; }

    /// <summary>Changes something; what may go wrong comes back as an error.</summary>
    Task<Result<T>> RunAsync<T>(ITenantOperation<T> operation, CancellationToken ct);

    Task<ConversationPage> ListAsync(
        ConversationFilter filter,
        ConversationCursor? after,
        CancellationToken ct
    );

    /// <summary>The changed rows of the list, and what changed in the open thread.</summary>
    Task<InboxNews> FollowAsync(InboxQuestion question, CancellationToken ct);

    Task<InboxTally> TallyAsync(CancellationToken ct);

    /// <summary>What menus and filters are made of.</summary>
    Task<InboxVocabulary> VocabularyAsync(CancellationToken ct);

    Task<IReadOnlyList<Colleague>> ColleaguesAsync(CancellationToken ct);

    Task<ConversationDetails?> FindAsync(long number, CancellationToken ct);

    Task<ThreadPage> ThreadAsync(Guid conversationId, long? beforeSeq, CancellationToken ct);

    Task<ThreadPage> ThreadAroundAsync(Guid conversationId, Guid messageId, CancellationToken ct);

    Task<ThreadPage> ThreadAfterAsync(Guid conversationId, long afterSeq, CancellationToken ct);

    Task<long> UnreadInAsync(Guid conversationId, CancellationToken ct);

    /// <summary>Members who can read this conversation.</summary>
    Task<IReadOnlyList<Guid>> ReadersAsync(Guid conversationId, CancellationToken ct);

    Task<Result<Guid>> SendAsync(Guid conversationId, OutgoingText text, CancellationToken ct);

    Task<Result<Guid>> SendAgainAsync(Guid messageId, CancellationToken ct);

    Task MarkReadAsync(Guid conversationId, long inboundSeq, CancellationToken ct);

    Task<string?> DraftAsync(Guid conversationId, CancellationToken ct);

    Task SaveDraftAsync(Guid conversationId, string text, CancellationToken ct);

    /// <summary>Files that wait in this member's draft.</summary>
    Task<IReadOnlyList<UploadRow>> UploadsAsync(Guid conversationId, CancellationToken ct);

    Task<Result<Guid>> StageAsync(
        Guid conversationId,
        string fileName,
        Stream content,
        CancellationToken ct
    );

    Task<RenderedTemplate?> RenderAsync(Guid conversationId, string content, CancellationToken ct);

    /// <summary>Approved templates that may be sent in this conversation; empty where its channel has none.</summary>
    Task<IReadOnlyList<ChannelTemplate>> TemplatesToSendAsync(
        Guid conversationId,
        CancellationToken ct
    );

    Task<FoundMessages> SearchAsync(string text, SearchCursor? after, CancellationToken ct);

    Task<IReadOnlyList<FoundContact>> SearchContactsAsync(string text, CancellationToken ct);

    /// <summary>Tells colleagues who look at this conversation that something is being written in it.</summary>
    Task TypingAsync(Guid conversationId, CancellationToken ct);

    /// <summary>Hints that something changed, at most one per 200 ms; what is shown is then asked for again.</summary>
    /// <remarks>Nothing that changes after this has ended is missed.</remarks>
    /// <param name="onTyping">The conversation and who types in it.</param>
    Task<IDisposable> SubscribeAsync(
        Func<InboxChange, Task> onChange,
        Action<Guid, Guid> onTyping,
        CancellationToken ct
    );
}

public sealed record InboxVocabulary(
    IReadOnlyList<InboxChannel> Channels,
    IReadOnlyList<Colleague> Colleagues,
    IReadOnlyList<TeamRow> Teams,
    IReadOnlyList<TagRow> Tags,
    IReadOnlyList<TemplateRow> Templates,
    IReadOnlyList<SavedViewRow> Views
)
{
    public static InboxVocabulary Empty { get; } = new([], [], [], [], [], []);

    /// <summary>The tenant's own, of conversations and of contacts.</summary>
    public IReadOnlyList<FieldRow> Fields { get; init; } = [];

    public IEnumerable<FieldRow> FieldsOf(string subject) =>
        Fields.Where(field => field.IsActive && field.Subject == subject);

    public Colleague? Person(Guid? id) => Colleagues.FirstOrDefault(person => person.UserId == id);
}

/// <summary>The numbers of an inbox: of each view, and of what this member has not read.</summary>
public sealed record InboxTally(ConversationCounts Counts, UnreadOfMine Unread)
{
    public static InboxTally None { get; } = new(ConversationCounts.None, UnreadOfMine.None);
}
