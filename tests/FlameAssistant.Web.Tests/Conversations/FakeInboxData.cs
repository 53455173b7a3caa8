using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
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

    public List<(string Text, bool IsPrivate, string Key)> Sent { get; } = [];

    public Dictionary<Guid, string> Drafts { get; } = [];

    public int Lists { get; private set; }

    public int Listeners => listeners.Count;

    public Task<ConversationPage> ListAsync(
        ConversationFilter filter,
        ConversationCursor? after,
        CancellationToken ct
    )
    {
        Lists++;
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

    public Task<InboxCounts> CountsAsync(CancellationToken ct) =>
        Task.FromResult(new InboxCounts(3, 5, 1200));

    public Task<ConversationDetails?> FindAsync(long number, CancellationToken ct) =>
        Task.FromResult(number == Details.Number ? Details : null);

    public Task<ThreadPage> ThreadAsync(Guid conversationId, long? beforeSeq, CancellationToken ct)
    {
        var all = Messages.Where(message => beforeSeq is null || message.Seq < beforeSeq).ToList();
        return Task.FromResult(new ThreadPage([.. all.TakeLast(PageSize)], all.Count > PageSize));
    }

    public Task<Result<Guid>> SendAsync(
        Guid conversationId,
        string text,
        bool isPrivate,
        string idempotencyKey,
        Guid? quotedMessageId,
        CancellationToken ct
    )
    {
        Sent.Add((text, isPrivate, idempotencyKey));
        return OnSend(text);
    }

    public Task<Result<Guid>> SendAgainAsync(Guid messageId, CancellationToken ct) =>
        Task.FromResult<Result<Guid>>(messageId);

    public Task<Result<bool>> SetStatusAsync(
        Guid conversationId,
        string status,
        CancellationToken ct
    )
    {
        Details = Details with { Status = status };
        return Task.FromResult<Result<bool>>(true);
    }

    public Task<Result<bool>> AssignAsync(Guid conversationId, Guid? userId, CancellationToken ct)
    {
        Details = Details with { AssignedTo = userId };
        return Task.FromResult<Result<bool>>(true);
    }

    public Task MarkReadAsync(Guid conversationId, long inboundSeq, CancellationToken ct) =>
        Task.CompletedTask;

    public Task<string?> DraftAsync(Guid conversationId, CancellationToken ct) =>
        Task.FromResult(Drafts.GetValueOrDefault(conversationId));

    public Task SaveDraftAsync(Guid conversationId, string text, CancellationToken ct)
    {
        Drafts[conversationId] = text;
        return Task.CompletedTask;
    }

    public IDisposable Subscribe(Func<InboxChange, Task> onChange)
    {
        listeners.Add(onChange);
        return new Leaving(() => listeners.Remove(onChange));
    }

    public Task ChangeAsync(InboxChange change) =>
        Task.WhenAll(listeners.ToList().Select(listener => listener(change)));

    private sealed class Leaving(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
