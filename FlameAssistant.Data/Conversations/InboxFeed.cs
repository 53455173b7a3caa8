using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>What an inbox asks for when it heard of changes.</summary>
/// <param name="Filter">Of the list that it shows.</param>
/// <param name="Changed">At most a few dozen.</param>
/// <param name="Shown">Of the open thread, if that changed.</param>
public sealed record InboxQuestion(
    ConversationFilter Filter,
    IReadOnlyCollection<Guid> Changed,
    ThreadMark? Shown
)
{
    /// <summary>Of conversations in which nothing but messages changed: how far the asker has read, as they know it.</summary>
    public IReadOnlyDictionary<Guid, ReadMark> Known { get; init; } =
        new Dictionary<Guid, ReadMark>();
}

/// <summary>What is a member's own of a conversation's row.</summary>
public readonly record struct ReadMark(long ReadInboundSeq, bool IsMuted);

/// <summary>
/// Answers the inboxes of one node after a live change. Fifty agents hear of one message at the same moment, and what it
/// changed is the same for all who may see it: it is read once, in a unit of its tenant, and each is given what their channels
/// and their list hold of it. What is a person's own is asked for where they do not know it. Whatever changes forgets what was
/// read before (the hub tells this class first), and a second ends it where a hint was lost.
/// </summary>
public sealed class InboxFeed : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly TenantUnits units;
    private readonly TimeProvider clock;
    private readonly IDisposable subscription;
    private readonly SharedReads<(Guid Tenant, Guid Conversation), ConversationRow?> rows;
    private readonly SharedReads<
        (Guid Tenant, Guid Conversation, string Seqs, DateTimeOffset From),
        ThreadNews?
    > threads;
    private readonly SharedReads<Guid, ILookup<Guid, Guid>> channelMembers;

    public InboxFeed(TenantUnits units, LiveHub live, TimeProvider clock)
    {
        this.units = units;
        this.clock = clock;
        rows = new(clock, Freshness);
        threads = new(clock, Freshness);
        channelMembers = new(clock, Freshness);
        subscription = live.SubscribeAll(Hear);
    }

    public void Dispose() => subscription.Dispose();

    public async Task<InboxNews> FollowAsync(
        TenantRef tenant,
        Actor actor,
        InboxQuestion question,
        CancellationToken ct
    )
    {
        if (!actor.May(MemberPermissions.ConversationsRead))
        {
            return InboxNews.None;
        }
        if (!question.Filter.IsPlain)
        {
            return await units.ReadAsync(
                tenant,
                actor,
                (unit, token) =>
                    unit.FollowInboxAsync(question.Filter, question.Changed, question.Shown, token),
                ct
            );
        }
        var thread = question.Shown is { } mark ? ThreadAsync(tenant, mark) : null;
        var seen = await SeenAsync(tenant, actor, question.Changed, ct);
        var held = seen.FindAll(row =>
            question.Filter.Holds(row, actor.UserId ?? Guid.Empty, clock.GetUtcNow())
        );
        return new InboxNews(
            await OwnAsync(tenant, actor, question, held, ct),
            thread is not null && seen.Exists(row => row.Id == question.Shown!.ConversationId)
                ? await thread.WaitAsync(ct)
                : null
        )
        {
            Standings = seen.ToDictionary(
                row => row.Id,
                row => new ConversationStanding(row.Status, row.AssignedTo)
            ),
        };
    }

    /// <summary>Those of the conversations that the actor may see: the rule of <see cref="ConversationAccess"/>.</summary>
    private async Task<List<ConversationRow>> SeenAsync(
        TenantRef tenant,
        Actor actor,
        IReadOnlyCollection<Guid> conversations,
        CancellationToken ct
    )
    {
        var asked = rows.Get(
            [.. conversations.Select(id => (tenant.Id, id))],
            async missing =>
            {
                var found = await units.ReadAsync(
                    tenant,
                    Actor.System,
                    (unit, token) =>
                        ConversationQueries.FindSharedRowsAsync(
                            unit,
                            [.. missing.Select(key => key.Conversation)],
                            token
                        ),
                    CancellationToken.None
                );
                return key => found.FirstOrDefault(row => row.Id == key.Conversation);
            }
        );
        var members = actor.SeesAllChannels ? null : await MembersAsync(tenant).WaitAsync(ct);
        return
        [
            .. (await Task.WhenAll(asked).WaitAsync(ct))
                .OfType<ConversationRow>()
                .Where(row =>
                    members is null
                    || !members.Contains(row.ChannelId)
                    || members[row.ChannelId].Contains(actor.Id)
                    || row.AssignedTo == actor.UserId
                ),
        ];
    }

    private Task<ThreadNews?> ThreadAsync(TenantRef tenant, ThreadMark mark) =>
        threads
            .Get(
                [
                    (
                        tenant.Id,
                        mark.ConversationId,
                        string.Join(',', mark.Seqs.Order()),
                        mark.EventsFrom
                    ),
                ],
                async _ =>
                {
                    var news = await units.ReadAsync(
                        tenant,
                        Actor.System,
                        (unit, token) => FollowInbox.ThreadAsync(unit, mark, token),
                        CancellationToken.None
                    );
                    return _ => news;
                }
            )
            .Single();

    private Task<ILookup<Guid, Guid>> MembersAsync(TenantRef tenant) =>
        channelMembers
            .Get(
                [tenant.Id],
                async _ =>
                {
                    var found = await units.ReadAsync(
                        tenant,
                        Actor.System,
                        (unit, token) => unit.Db.ChannelMembers.AsNoTracking().ToListAsync(token),
                        CancellationToken.None
                    );
                    var members = found.ToLookup(m => m.ChannelId, m => m.UserId);
                    return _ => members;
                }
            )
            .Single();

    private async Task<IReadOnlyList<ConversationRow>> OwnAsync(
        TenantRef tenant,
        Actor actor,
        InboxQuestion question,
        List<ConversationRow> held,
        CancellationToken ct
    )
    {
        Guid[] unknown =
        [
            .. held.Select(row => row.Id).Where(id => !question.Known.ContainsKey(id)),
        ];
        var asked =
            unknown.Length == 0
                ? []
                : await units.ReadAsync(
                    tenant,
                    actor,
                    (unit, token) =>
                        unit.FindConversationRowsAsync(question.Filter, unknown, token),
                    ct
                );
        return
        [
            .. held.Where(row => question.Known.ContainsKey(row.Id))
                .Select(row =>
                    row with
                    {
                        Unread = row.InboundSeq - question.Known[row.Id].ReadInboundSeq,
                        IsMuted = question.Known[row.Id].IsMuted,
                    }
                )
                .Concat(asked)
                .OrderByDescending(row => row.LastMessageAt)
                .ThenByDescending(row => row.Id),
        ];
    }

    private void Hear(LiveEvent live)
    {
        switch (live.Kind)
        {
            case LiveKinds.Message or LiveKinds.Conversation:
                rows.Forget((live.TenantId, live.SubjectId));
                threads.Forget(key =>
                    key.Conversation == live.SubjectId && key.Tenant == live.TenantId
                );
                break;
            case LiveKinds.Channel
            or LiveKinds.Vocabulary
            or LiveKinds.Member
            or LiveKinds.Tenant
            or LiveKinds.Resync:
                rows.Forget(key => IsOf(key.Tenant));
                threads.Forget(key => IsOf(key.Tenant));
                channelMembers.Forget(IsOf);
                break;
            default:
                break;
        }

        bool IsOf(Guid tenant) => live.TenantId == Guid.Empty || live.TenantId == tenant;
    }
}
