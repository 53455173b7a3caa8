using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Conversations;
using FlameAssistant.Web.Shared;
using FlameAssistant.Web.Tenancy;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>The inbox's data: a unit of work per call, in the tenant of the address.</summary>
internal sealed class InboxData(
    TenantSession session,
    LiveHub live,
    InboxFeed feed,
    FileUploads uploads,
    CustomerActivity activity,
    TimeProvider clock
) : IInboxData
{
    public Guid MeId => session.Actor.Id;

    public bool CanReply => session.Actor.May(MemberPermissions.ConversationsReply);

    public bool CanAssign => session.Actor.May(MemberPermissions.ConversationsAssign);

    public bool CanAssignAnybody => session.Actor.SeesAllChannels;

    public bool CanShare => session.Actor.May(MemberPermissions.TagsWrite);

    public bool CanChangeContacts => session.Actor.May(MemberPermissions.ContactsWrite);

    public Task<Result<T>> RunAsync<T>(ITenantOperation<T> operation, CancellationToken ct) =>
        session.RunAsync(operation, ct);

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

    public async Task<InboxNews> FollowAsync(InboxQuestion question, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? await feed.FollowAsync(tenant, session.Actor, question, ct)
            : InboxNews.None;

    public Task<InboxTally> TallyAsync(CancellationToken ct) =>
        session.ReadAsync(
            async (unit, token) =>
                new InboxTally(
                    await unit.CountConversationsAsync(token),
                    await unit.UnreadOfMineAsync(token)
                ),
            InboxTally.None,
            ct
        );

    public Task<InboxVocabulary> VocabularyAsync(CancellationToken ct) =>
        session.ReadAsync(
            async (unit, token) =>
                new InboxVocabulary(
                    await unit.ListInboxChannelsAsync(token),
                    await unit.ListColleaguesAsync(token),
                    await unit.ListTeamsAsync(token),
                    await unit.ListTagsAsync(token),
                    await unit.ListTemplatesAsync(onlyActive: true, token),
                    await unit.ListSavedViewsAsync(token)
                )
                {
                    Fields = await unit.ListFieldsAsync(token),
                },
            InboxVocabulary.Empty,
            ct
        );

    public Task<IReadOnlyList<Colleague>> ColleaguesAsync(CancellationToken ct) =>
        session.ReadAsync((unit, token) => unit.ListColleaguesAsync(token), fallback: [], ct);

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
            Nothing,
            ct
        );

    public Task<ThreadPage> ThreadAroundAsync(
        Guid conversationId,
        Guid messageId,
        CancellationToken ct
    ) =>
        session.ReadAsync(
            (unit, token) => unit.ReadThreadAroundAsync(conversationId, messageId, token),
            Nothing,
            ct
        );

    public Task<ThreadPage> ThreadAfterAsync(
        Guid conversationId,
        long afterSeq,
        CancellationToken ct
    ) =>
        session.ReadAsync(
            (unit, token) => unit.ReadThreadAfterAsync(conversationId, afterSeq, token),
            Nothing,
            ct
        );

    public Task<long> UnreadInAsync(Guid conversationId, CancellationToken ct) =>
        session.ReadAsync(
            (unit, token) => unit.CountUnreadAsync(conversationId, token),
            fallback: 0L,
            ct
        );

    public Task<IReadOnlyList<Guid>> ReadersAsync(Guid conversationId, CancellationToken ct) =>
        session.ReadAsync(
            (unit, token) => unit.ListReadersAsync(conversationId, token),
            fallback: [],
            ct
        );

    public async Task<Result<Guid>> SendAsync(
        Guid conversationId,
        OutgoingText text,
        CancellationToken ct
    ) =>
        IdOf(
            await session.RunAsync(
                new SendMessage(
                    conversationId,
                    text.Text,
                    text.Key,
                    text.IsPrivate,
                    text.Quoted?.Id,
                    text.Mentions,
                    [.. text.Files.Select(file => file.Id)],
                    text.TemplateId
                )
                {
                    Rich = text.Rich,
                    Template = text.Approved,
                },
                ct
            )
        );

    public async Task<Result<Guid>> SendAgainAsync(Guid messageId, CancellationToken ct) =>
        IdOf(await session.RunAsync(new ResendMessage(messageId), ct));

    public async Task MarkReadAsync(Guid conversationId, long inboundSeq, CancellationToken ct)
    {
        var read = await session.RunAsync(new MarkConversationRead(conversationId, inboundSeq), ct);
        if (read is { IsOk: true, Value: true } && CanReply)
        {
            await ShowAsync(conversationId, ChannelActivity.Seen, ct);
        }
    }

    private async Task ShowAsync(Guid conversationId, ChannelActivity what, CancellationToken ct)
    {
        if (await session.EnterAsync(ct) is { } tenant)
        {
            activity.Show(tenant, conversationId, what);
        }
    }

    public Task<string?> DraftAsync(Guid conversationId, CancellationToken ct) =>
        session.ReadAsync(
            (unit, token) => unit.ReadDraftAsync(conversationId, token),
            fallback: null,
            ct
        );

    public Task SaveDraftAsync(Guid conversationId, string text, CancellationToken ct) =>
        session.RunAsync(new SaveDraft(conversationId, text), ct);

    public Task<IReadOnlyList<UploadRow>> UploadsAsync(Guid conversationId, CancellationToken ct) =>
        session.ReadAsync(
            (unit, token) => unit.ListUploadsAsync(conversationId, token),
            fallback: [],
            ct
        );

    public async Task<Result<Guid>> StageAsync(
        Guid conversationId,
        string fileName,
        Stream content,
        CancellationToken ct
    ) =>
        await session.EnterAsync(ct) is { } tenant
            ? await uploads.StageAsync(tenant, session.Actor, conversationId, fileName, content, ct)
            : ConversationErrors.NotFound;

    public Task<RenderedTemplate?> RenderAsync(
        Guid conversationId,
        string content,
        CancellationToken ct
    ) =>
        session.ReadAsync(
            (unit, token) => unit.RenderTemplateAsync(content, conversationId, token),
            fallback: null,
            ct
        );

    public Task<IReadOnlyList<ChannelTemplate>> TemplatesToSendAsync(
        Guid conversationId,
        CancellationToken ct
    ) =>
        session.ReadAsync(
            (unit, token) => unit.ListTemplatesToSendAsync(conversationId, token),
            fallback: [],
            ct
        );

    public Task<FoundMessages> SearchAsync(
        string text,
        SearchCursor? after,
        CancellationToken ct
    ) =>
        session.ReadAsync(
            (unit, token) => unit.SearchMessagesAsync(text, after, token),
            new FoundMessages([], Next: null),
            ct
        );

    public Task<IReadOnlyList<FoundContact>> SearchContactsAsync(
        string text,
        CancellationToken ct
    ) =>
        session.ReadAsync((unit, token) => unit.SearchContactsAsync(text, token), fallback: [], ct);

    public async Task TypingAsync(Guid conversationId, CancellationToken ct)
    {
        if (await session.EnterAsync(ct) is { } tenant && CanReply)
        {
            live.Publish([PersonalHint.Types(tenant.Id, conversationId, MeId)]);
            activity.Show(tenant, conversationId, ChannelActivity.Typing);
        }
    }

    public async Task<IDisposable> SubscribeAsync(
        Func<InboxChange, Task> onChange,
        Action<Guid, Guid> onTyping,
        CancellationToken ct
    ) => await LiveInbox.StartAsync(session, live, clock, onChange, onTyping, ct);

    private static ThreadPage Nothing { get; } = new([], HasEarlier: false);

    private static Result<Guid> IdOf(Result<SentMessage> sent) =>
        sent.IsOk ? sent.Value.Id : sent.Error;
}

internal static class ConversationsRegistration
{
    public static void AddConversations(this IServiceCollection services) =>
        services
            .AddScoped<IInboxData, InboxData>()
            .AddScoped<IFieldsData, FieldsData>()
            .AddScoped<ICommandSource, ConversationCommands>();
}
