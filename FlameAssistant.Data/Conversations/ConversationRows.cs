using System.Linq.Expressions;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// What the list shows of conversations, newest first, and what its views hold while nothing else is asked for. Those are asked
/// for all day in the same words: compiled once, since putting a query together is most of what EF Core adds to it (ADR 72).
/// </summary>
internal static class ConversationRows
{
    private static readonly Expression<
        Func<TenantDb, IQueryable<Conversation>, Guid, IQueryable<ConversationRow>>
    > rows = (db, page, me) =>
        from c in page
        join contact in db.Contacts on c.ContactId equals contact.Id
        join channel in db.Channels on c.ChannelId equals channel.Id
        join p in db.Profiles on c.AssignedTo equals (Guid?)p.UserId into assignees
        from p in assignees.DefaultIfEmpty()
        orderby c.LastMessageAt descending, c.Id descending
        select new ConversationRow(
            c.Id,
            c.Number,
            contact.Id,
            contact.Name ?? contact.Phone ?? "",
            channel.Id,
            channel.Type,
            channel.Name,
            c.Status,
            c.Priority,
            c.LastMessageAt,
            c.LastMessagePreview,
            c.LastMessageDirection,
            c.LastMessageType,
            c.WaitingSince,
            // Looked up for each row. Joined, the planner takes what stands behind a policy for very little, and may run
            // through all that the member has ever read for every row of the page.
            c.InboundSeq
                - db.ConversationMembers.Where(m => m.ConversationId == c.Id && m.UserId == me)
                    .Select(m => m.ReadInboundSeq)
                    .FirstOrDefault(),
            c.AssignedTo,
            p == null ? null : p.DisplayName
        )
        {
            InboundSeq = c.InboundSeq,
            Title = c.Title,
            TeamId = c.TeamId,
            Tags = c.Tags,
            SnoozedUntil = c.SnoozedUntil,
            IsMuted = db
                .ConversationMembers.Where(m => m.ConversationId == c.Id && m.UserId == me)
                .Select(m => m.IsMuted)
                .FirstOrDefault(),
            ResponseDueAt = c.ResponseDueAt,
            ResponseState = c.ResponseState,
        };

    private static readonly Func<
        TenantDb,
        IQueryable<Conversation>,
        Guid,
        IQueryable<ConversationRow>
    > composed = rows.Compile();

    private static readonly Expression<
        Func<IQueryable<Conversation>, int, IQueryable<Conversation>>
    > newest = (found, limit) =>
        found.OrderByDescending(c => c.LastMessageAt).ThenByDescending(c => c.Id).Take(limit);

    // A row comparison is one index range; the same written with OR is 26 times slower.
    private static readonly Expression<
        Func<IQueryable<Conversation>, DateTimeOffset, Guid, IQueryable<Conversation>>
    > below = (found, at, id) =>
        found.Where(c =>
            EF.Functions.LessThan(
                ValueTuple.Create(c.LastMessageAt, c.Id),
                ValueTuple.Create(at, id)
            )
        );

    private static readonly Func<IQueryable<Conversation>, int, IQueryable<Conversation>> newestOf =
        newest.Compile();

    private static readonly Func<
        IQueryable<Conversation>,
        DateTimeOffset,
        Guid,
        IQueryable<Conversation>
    > belowIn = below.Compile();

    // The condition of the partial indexes stands by itself, so that the planner sees it.
    private static readonly Dictionary<string, OpenView> views = new(StringComparer.Ordinal)
    {
        [ConversationViewNames.All] = new(
            (found, me) =>
                found.Where(c =>
                    c.Status != ConversationStatuses.Resolved
                    && c.Status != ConversationStatuses.Snoozed
                )
        ),
        [ConversationViewNames.Mine] = new(
            (found, me) =>
                found.Where(c =>
                    c.Status != ConversationStatuses.Resolved
                    && c.Status != ConversationStatuses.Snoozed
                    && c.AssignedTo == me
                )
        ),
        [ConversationViewNames.Unassigned] = new(
            (found, me) =>
                found.Where(c =>
                    c.Status != ConversationStatuses.Resolved
                    && c.Status != ConversationStatuses.Snoozed
                    && c.AssignedTo == null
                    && c.Status == ConversationStatuses.Open
                )
        ),
    };

    public static IQueryable<ConversationRow> Of(
        TenantDb db,
        IQueryable<Conversation> page,
        Guid me
    ) => composed(db, page, me);

    /// <summary>What is open of these, in a view that a row decides by itself; any other view is narrowed further.</summary>
    public static IQueryable<Conversation> Open(
        IQueryable<Conversation> conversations,
        string view,
        Guid me
    ) => ViewOf(view).Narrow(conversations, me);

    /// <summary>The newest of these; of those below a row, where one is given.</summary>
    public static IQueryable<Conversation> Page(
        IQueryable<Conversation> conversations,
        ConversationCursor? after,
        int limit
    ) =>
        newestOf(
            after is { } cursor
                ? belowIn(conversations, cursor.LastMessageAt, cursor.Id)
                : conversations,
            limit
        );

    /// <summary>A page of a view that is asked for by nothing else (<see cref="ConversationFilter.IsViewOnly"/>).</summary>
    public static Task<List<ConversationRow>> ReadAsync(
        string view,
        TenantDb db,
        Guid me,
        ConversationCursor? after,
        int limit,
        CancellationToken ct
    ) => ViewOf(view).Read(db, me, after, limit).ToListAsync(ct).AsTask();

    private static OpenView ViewOf(string view) =>
        views.GetValueOrDefault(view) ?? views[ConversationViewNames.All];

    private sealed class OpenView
    {
        private readonly Func<TenantDb, Guid, int, IAsyncEnumerable<ConversationRow>> first;
        private readonly Func<
            TenantDb,
            Guid,
            int,
            DateTimeOffset,
            Guid,
            IAsyncEnumerable<ConversationRow>
        > next;

        public OpenView(
            Expression<Func<IQueryable<Conversation>, Guid, IQueryable<Conversation>>> narrow
        )
        {
            Narrow = narrow.Compile();
            Expression<Func<TenantDb, IQueryable<Conversation>>> all = db =>
                db.Conversations.AsNoTracking();
            var db = all.Parameters[0];
            var me = narrow.Parameters[1];
            var limit = Expression.Parameter(typeof(int), "limit");
            var (at, id) = (
                Expression.Parameter(typeof(DateTimeOffset), "at"),
                Expression.Parameter(typeof(Guid), "id")
            );
            var found = narrow.With(all.Body, me);
            first = EF.CompileAsyncQuery(
                Expression.Lambda<Func<TenantDb, Guid, int, IQueryable<ConversationRow>>>(
                    rows.With(db, newest.With(found, limit), me),
                    db,
                    me,
                    limit
                )
            );
            next = EF.CompileAsyncQuery(
                Expression.Lambda<
                    Func<TenantDb, Guid, int, DateTimeOffset, Guid, IQueryable<ConversationRow>>
                >(
                    rows.With(db, newest.With(below.With(found, at, id), limit), me),
                    db,
                    me,
                    limit,
                    at,
                    id
                )
            );
        }

        public Func<IQueryable<Conversation>, Guid, IQueryable<Conversation>> Narrow { get; }

        public IAsyncEnumerable<ConversationRow> Read(
            TenantDb db,
            Guid me,
            ConversationCursor? after,
            int limit
        ) =>
            after is { } cursor
                ? next(db, me, limit, cursor.LastMessageAt, cursor.Id)
                : first(db, me, limit);
    }
}
