using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tenancy;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>The inbox's data: a unit of work per call, in the tenant of the address.</summary>
internal sealed class InboxData(TenantSession session, LiveHub live, TimeProvider clock)
    : IInboxData
{
    public Guid MeId => session.Actor.Id;

    public bool CanReply => session.Actor.May(Data.Members.MemberPermissions.ConversationsReply);

    public Task<ConversationPage> ListAsync(
        ConversationFilter filter,
        ConversationCursor? after,
        CancellationToken ct
    ) =>
        session.ReadAsync(
            (unit, token) => unit.ListConversationsAsync(filter, after, token),
            new ConversationPage([], null),
            ct
        );

    public async Task<InboxCounts> CountsAsync(CancellationToken ct)
    {
        var counts = await session.ReadAsync(
            (unit, token) => unit.CountConversationsAsync(token),
            ConversationCounts.None,
            ct
        );
        return new InboxCounts(counts.Mine, counts.Unassigned, counts.All);
    }

    public Task<ConversationDetails?> FindAsync(long number, CancellationToken ct) =>
        session.ReadAsync(
            (unit, token) => unit.FindConversationAsync(number, token),
            fallback: null,
            ct
        );

    public Task<ThreadPage> ThreadAsync(
        Guid conversationId,
        long? beforeSeq,
        CancellationToken ct
    ) =>
        session.ReadAsync(
            (unit, token) => unit.ReadThreadAsync(conversationId, beforeSeq, token),
            new ThreadPage([], HasEarlier: false),
            ct
        );

    public async Task<Result<Guid>> SendAsync(
        Guid conversationId,
        string text,
        bool isPrivate,
        string idempotencyKey,
        Guid? quotedMessageId,
        CancellationToken ct
    ) =>
        IdOf(
            await session.RunAsync(
                new SendMessage(conversationId, text, idempotencyKey, isPrivate, quotedMessageId),
                ct
            )
        );

    public async Task<Result<Guid>> SendAgainAsync(Guid messageId, CancellationToken ct) =>
        IdOf(await session.RunAsync(new ResendMessage(messageId), ct));

    public Task<Result<bool>> SetStatusAsync(
        Guid conversationId,
        string status,
        CancellationToken ct
    ) => session.RunAsync(new SetConversationStatus(conversationId, status), ct);

    public Task<Result<bool>> AssignAsync(
        Guid conversationId,
        Guid? userId,
        CancellationToken ct
    ) => session.RunAsync(new AssignConversation(conversationId, userId), ct);

    public Task MarkReadAsync(Guid conversationId, long inboundSeq, CancellationToken ct) =>
        session.RunAsync(new MarkConversationRead(conversationId, inboundSeq), ct);

    public Task<string?> DraftAsync(Guid conversationId, CancellationToken ct) =>
        session.ReadAsync(
            (unit, token) => unit.ReadDraftAsync(conversationId, token),
            fallback: null,
            ct
        );

    public Task SaveDraftAsync(Guid conversationId, string text, CancellationToken ct) =>
        session.RunAsync(new SaveDraft(conversationId, text), ct);

    public IDisposable Subscribe(Func<InboxChange, Task> onChange) =>
        new LiveInbox(session, live, clock, onChange);

    private static Result<Guid> IdOf(Result<SentMessage> sent) =>
        sent.IsOk ? sent.Value.Id : sent.Error;
}

internal static class ConversationsRegistration
{
    public static void AddConversations(this IServiceCollection services) =>
        services
            .AddScoped<IInboxData, InboxData>()
            .AddScoped<ICommandSource, ConversationCommands>();
}
