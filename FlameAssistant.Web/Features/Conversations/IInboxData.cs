using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>All that the inbox asks of the world: one tenant, one member, a unit of work per call.</summary>
public interface IInboxData
{
    Guid MeId { get; }

    bool CanReply { get; }

    Task<ConversationPage> ListAsync(
        ConversationFilter filter,
        ConversationCursor? after,
        CancellationToken ct
    );

    Task<InboxCounts> CountsAsync(CancellationToken ct);

    Task<ConversationDetails?> FindAsync(long number, CancellationToken ct);

    Task<ThreadPage> ThreadAsync(Guid conversationId, long? beforeSeq, CancellationToken ct);

    Task<Result<Guid>> SendAsync(
        Guid conversationId,
        string text,
        bool isPrivate,
        string idempotencyKey,
        Guid? quotedMessageId,
        CancellationToken ct
    );

    Task<Result<Guid>> SendAgainAsync(Guid messageId, CancellationToken ct);

    Task<Result<bool>> SetStatusAsync(Guid conversationId, string status, CancellationToken ct);

    /// <param name="userId">Null takes the conversation from whoever has it.</param>
    Task<Result<bool>> AssignAsync(Guid conversationId, Guid? userId, CancellationToken ct);

    Task MarkReadAsync(Guid conversationId, long inboundSeq, CancellationToken ct);

    Task<string?> DraftAsync(Guid conversationId, CancellationToken ct);

    Task SaveDraftAsync(Guid conversationId, string text, CancellationToken ct);

    /// <summary>Hints that something changed, at most one per 200 ms; what is shown is then asked for again.</summary>
    IDisposable Subscribe(Func<InboxChange, Task> onChange);
}

public sealed record InboxCounts(long Mine, long Unassigned, long All);

/// <param name="ConversationId">Null when it may be any.</param>
public sealed record InboxChange(Guid? ConversationId, string Kind);
