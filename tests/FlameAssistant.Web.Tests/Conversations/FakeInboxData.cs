using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Web.Features.Conversations;

namespace FlameAssistant.Web.Tests.Conversations;

/// <summary>An inbox in memory: one conversation open, and answers that a test sets.</summary>
internal sealed class FakeInboxData : IInboxData
{
    private readonly List<Func<InboxChange, Task>> listeners = [];

    public Guid MeId { get; } = Guid.CreateVersion7();

    public bool CanReply { get; set; } = true;

    public List<ConversationRow> Rows { get; } = [];

    public List<ThreadMessage> Messages { get; } = [];

    public ConversationDetails Details { get; set; } = Some.Details();

    public int PageSize { get; set; } = 50;

    public Func<string, Task<Result<Guid>>> OnSend { get; set; } =
        _ => Task.FromResult<Result<Guid>>(Guid.CreateVersion7());

    public bool CanAssign { get; set; } = true;

    public bool CanAssignAnybody { get; set; } = true;

    public bool CanShare { get; set; } = true;

    public bool CanChangeContacts { get; set; } = true;

    public Error? Refusal { get; set; }

    public List<(string Text, bool IsPrivate, string Key)> Sent { get; } = [];

    public List<OutgoingText> SentTexts { get; } = [];

    public List<object> Operations { get; } = [];

    public List<ThreadEvent> Events { get; } = [];

    public List<UploadRow> Uploads { get; } = [];

    public List<FoundMessage> Found { get; } = [];

    public InboxVocabulary Words { get; set; } = InboxVocabulary.Empty;

    public ConversationFilter? Asked { get; private set; }

    public long UnreadIn { get; set; }

    public UnreadOfMine Unread { get; set; } = UnreadOfMine.None;

    public int Typed { get; private set; }

    public Dictionary<Guid, string> Drafts { get; } = [];

    public int Lists { get; private set; }

    public int Threads { get; private set; }

    public int Follows { get; private set; }

    public Action<Guid, Guid> OnTyping { get; private set; } = (_, _) => { };

    public int Listeners => listeners.Count;

    public Task<ConversationPage> ListAsync(
        ConversationFilter filter,
        ConversationCursor? after,
        CancellationToken ct
    )
    {
        Lists++;
        Asked = filter;
        var rows = Rows.Where(row =>
                after is not { } from || row.LastMessageAt < from.LastMessageAt
            )
            .OrderByDescending(row => row.LastMessageAt)
            .ToList();
        var page = rows.Take(PageSize).ToList();
        return Task.FromResult(
            new ConversationPage(
                page,
                rows.Count > PageSize ? new(page[^1].LastMessageAt, page[^1].Id) : null
            )
        );
    }

    public Task<Result<T>> RunAsync<T>(ITenantOperation<T> operation, CancellationToken ct)
    {
        Operations.Add(operation);
        if (Refusal is not null)
        {
            return Task.FromResult<Result<T>>(Refusal);
        }
        Details = operation switch
        {
            SetConversationStatus status => Details with { Status = status.Status },
            AssignConversation assign => Details with { AssignedTo = assign.UserId },
            MuteConversation mute => Details with { IsMuted = mute.IsMuted },
            TakeConversation => Details with { AssignedTo = MeId },
            SetConversationPriority priority => Details with { Priority = priority.Priority },
            _ => Details,
        };
        object answer = operation switch
        {
            ITenantOperation<Guid> => Guid.CreateVersion7(),
            ChangeConversations bulk => bulk
                .ConversationIds.Select(id => new BulkItem(id, Error: null))
                .ToArray(),
            _ => true,
        };
        return Task.FromResult<Result<T>>((T)answer);
    }

    public Task<InboxTally> TallyAsync(CancellationToken ct) =>
        Task.FromResult(new InboxTally(new ConversationCounts(3, 5, 1, 100, 0, 0), Unread));

    public Task<InboxNews> FollowAsync(InboxQuestion question, CancellationToken ct)
    {
        var (changed, shown) = (question.Changed, question.Shown);
        Follows++;
        return Task.FromResult(
            new InboxNews(
                [.. Rows.Where(row => changed.Contains(row.Id))],
                shown is null
                    ? null
                    : new ThreadNews(
                        new ConversationPulse(
                            Details.Status,
                            Details.AssignedTo,
                            Details.AssigneeName,
                            Details.WindowExpiresAt,
                            Details.InboundSeq,
                            Details.SnoozedUntil,
                            Details.WaitingSince,
                            Details.ResponseDueAt,
                            Details.ResponseState,
                            Details.FirstResponseAt,
                            Details.Contact.Name,
                            Details.Contact.LastInteractionAt
                        ),
                        [.. Messages.Where(message => shown.Seqs.Contains(message.Seq))],
                        [.. Events.Where(done => done.At >= shown.EventsFrom)]
                    )
            )
        );
    }

    public Task<InboxVocabulary> VocabularyAsync(CancellationToken ct) => Task.FromResult(Words);

    public Task<IReadOnlyList<Colleague>> ColleaguesAsync(CancellationToken ct) =>
        Task.FromResult(Words.Colleagues);

    public Task<ConversationDetails?> FindAsync(long number, CancellationToken ct) =>
        Task.FromResult(number == Details.Number ? Details : null);

    /// <summary>What happens between the reading of a thread's page and its arrival.</summary>
    public Func<Task> ThreadIsOnItsWay { get; set; } = () => Task.CompletedTask;

    public async Task<ThreadPage> ThreadAsync(
        Guid conversationId,
        long? beforeSeq,
        CancellationToken ct
    )
    {
        Threads++;
        var all = Messages.Where(message => beforeSeq is null || message.Seq < beforeSeq).ToList();
        var page = new ThreadPage([.. all.TakeLast(PageSize)], all.Count > PageSize)
        {
            Events = [.. Events],
        };
        await ThreadIsOnItsWay();
        return page;
    }

    public Task<ThreadPage> ThreadAroundAsync(
        Guid conversationId,
        Guid messageId,
        CancellationToken ct
    ) =>
        Task.FromResult(
            new ThreadPage(
                [.. Messages.Where(m => m.Id == messageId)],
                HasEarlier: Messages[0].Id != messageId
            )
            {
                HasLater = Messages[^1].Id != messageId,
            }
        );

    public Task<ThreadPage> ThreadAfterAsync(
        Guid conversationId,
        long afterSeq,
        CancellationToken ct
    ) =>
        Task.FromResult(
            new ThreadPage([.. Messages.Where(m => m.Seq > afterSeq)], HasEarlier: true)
        );

    public Task<long> UnreadInAsync(Guid conversationId, CancellationToken ct) =>
        Task.FromResult(UnreadIn);

    public Task<IReadOnlyList<Guid>> ReadersAsync(Guid conversationId, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<Guid>>([.. Words.Colleagues.Select(c => c.UserId)]);

    public Task<Result<Guid>> SendAsync(
        Guid conversationId,
        OutgoingText text,
        CancellationToken ct
    )
    {
        Sent.Add((text.Text, text.IsPrivate, text.Key));
        SentTexts.Add(text);
        return OnSend(text.Text);
    }

    public Task<IReadOnlyList<UploadRow>> UploadsAsync(Guid conversationId, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<UploadRow>>([.. Uploads]);

    public Task<Result<Guid>> StageAsync(
        Guid conversationId,
        string fileName,
        Stream content,
        CancellationToken ct
    )
    {
        var row = new UploadRow(
            Guid.CreateVersion7(),
            "document",
            fileName,
            "application/pdf",
            1,
            HasThumbnail: false
        );
        Uploads.Add(row);
        return Task.FromResult<Result<Guid>>(row.Id);
    }

    public Task<RenderedTemplate?> RenderAsync(
        Guid conversationId,
        string content,
        CancellationToken ct
    ) =>
        Task.FromResult<RenderedTemplate?>(
            TemplateText.Render(
                content,
                new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    [TemplateText.ContactName] = Details.Contact.Name,
                }
            )
        );

    public List<ChannelTemplate> Approved { get; } = [];

    public Task<IReadOnlyList<ChannelTemplate>> TemplatesToSendAsync(
        Guid conversationId,
        CancellationToken ct
    ) => Task.FromResult<IReadOnlyList<ChannelTemplate>>([.. Approved]);

    public Task<FoundMessages> SearchAsync(
        string text,
        SearchCursor? after,
        CancellationToken ct
    ) => Task.FromResult(new FoundMessages([.. Found], Next: null));

    public Task<IReadOnlyList<FoundContact>> SearchContactsAsync(
        string text,
        CancellationToken ct
    ) => Task.FromResult<IReadOnlyList<FoundContact>>([]);

    public Task TypingAsync(Guid conversationId, CancellationToken ct)
    {
        Typed++;
        return Task.CompletedTask;
    }

    public Task<Result<Guid>> SendAgainAsync(Guid messageId, CancellationToken ct) =>
        Task.FromResult<Result<Guid>>(messageId);

    public Task MarkReadAsync(Guid conversationId, long inboundSeq, CancellationToken ct) =>
        Task.CompletedTask;

    public Task<string?> DraftAsync(Guid conversationId, CancellationToken ct) =>
        Task.FromResult(Drafts.GetValueOrDefault(conversationId));

    public Task SaveDraftAsync(Guid conversationId, string text, CancellationToken ct)
    {
        Drafts[conversationId] = text;
        return Task.CompletedTask;
    }

    public Task<IDisposable> SubscribeAsync(
        Func<InboxChange, Task> onChange,
        Action<Guid, Guid> onTyping,
        CancellationToken ct
    )
    {
        listeners.Add(onChange);
        OnTyping = onTyping;
        return Task.FromResult<IDisposable>(new Leaving(() => listeners.Remove(onChange)));
    }

    public Task ChangeAsync(InboxChange change) =>
        Task.WhenAll(listeners.ToList().Select(listener => listener(change)));

    private sealed class Leaving(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
