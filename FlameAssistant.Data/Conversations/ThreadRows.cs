using System.Linq.Expressions;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>What a thread shows of messages themselves, in ascending order. Pages that every reader opens are compiled once.</summary>
internal static class ThreadRows
{
    private static readonly Expression<
        Func<TenantDb, IQueryable<Message>, IQueryable<ThreadMessage>>
    > rows = (db, page) =>
        from m in page
        join p in db.Profiles on m.SenderId equals (Guid?)p.UserId into senders
        from p in senders.DefaultIfEmpty()
        join q in db.Messages on m.QuotedMessageId equals (Guid?)q.Id into quotes
        from q in quotes.DefaultIfEmpty()
        orderby m.OccurredAt, m.Seq
        select new ThreadMessage(
            m.Id,
            m.Seq,
            m.SenderType,
            m.SenderId,
            p == null ? null : p.DisplayName,
            m.IsFromMe,
            m.IsPrivate,
            m.MessageType,
            // What the customer took back is not shown to anybody.
            m.DeletedAt == null
                ? m.Content
                : "",
            m.Status,
            m.ErrorMessage,
            m.OccurredAt,
            m.UnknownSince,
            m.EditedAt,
            m.DeletedAt,
            q == null
                ? null
                : new ThreadQuote(q.Id, q.SenderType, null, q.DeletedAt == null ? q.Content : ""),
            m.ErrorCode
        )
        {
            Metadata = m.DeletedAt == null ? m.Metadata : "{}",
        };

    private static readonly Func<
        TenantDb,
        IQueryable<Message>,
        IQueryable<ThreadMessage>
    > composed = rows.Compile();

    private static readonly Expression<Func<IQueryable<Message>, int, IQueryable<Message>>> latest =
        (messages, limit) =>
            messages.OrderByDescending(m => m.OccurredAt).ThenByDescending(m => m.Seq).Take(limit);

    private static readonly Func<TenantDb, Guid, int, IAsyncEnumerable<ThreadMessage>> newest =
        CompileNewest();

    private static readonly Func<
        TenantDb,
        Guid,
        DateTimeOffset,
        long,
        int,
        IAsyncEnumerable<ThreadMessage>
    > earlier = CompileEarlier();

    public static Task<List<ThreadMessage>> ReadAsync(
        TenantDb db,
        IQueryable<Message> page,
        CancellationToken ct
    ) => composed(db, page).ToListAsync(ct);

    /// <summary>The last messages of a conversation; of those before a place, where one is given.</summary>
    public static Task<List<ThreadMessage>> EarlierAsync(
        TenantDb db,
        Guid conversationId,
        DateTimeOffset? beforeAt,
        long beforeSeq,
        int limit,
        CancellationToken ct
    ) =>
        (
            beforeAt is { } at
                ? earlier(db, conversationId, at, beforeSeq, limit)
                : newest(db, conversationId, limit)
        )
            .ToListAsync(ct)
            .AsTask();

    private static Func<TenantDb, Guid, int, IAsyncEnumerable<ThreadMessage>> CompileNewest()
    {
        Expression<Func<TenantDb, Guid, int, IQueryable<Message>>> page = (db, id, limit) =>
            db.Messages.AsNoTracking().Where(m => m.ConversationId == id);
        var (db, limit) = (page.Parameters[0], page.Parameters[2]);
        return EF.CompileAsyncQuery(
            Expression.Lambda<Func<TenantDb, Guid, int, IQueryable<ThreadMessage>>>(
                rows.With(db, latest.With(page.Body, limit)),
                page.Parameters
            )
        );
    }

    private static Func<
        TenantDb,
        Guid,
        DateTimeOffset,
        long,
        int,
        IAsyncEnumerable<ThreadMessage>
    > CompileEarlier()
    {
        Expression<Func<TenantDb, Guid, DateTimeOffset, long, int, IQueryable<Message>>> page = (
            db,
            id,
            at,
            seq,
            limit
        ) =>
            db
                .Messages.AsNoTracking()
                .Where(m =>
                    m.ConversationId == id
                    && EF.Functions.LessThan(
                        ValueTuple.Create(m.OccurredAt, m.Seq),
                        ValueTuple.Create(at, seq)
                    )
                );
        var (db, limit) = (page.Parameters[0], page.Parameters[4]);
        return EF.CompileAsyncQuery(
            Expression.Lambda<
                Func<TenantDb, Guid, DateTimeOffset, long, int, IQueryable<ThreadMessage>>
            >(rows.With(db, latest.With(page.Body, limit)), page.Parameters)
        );
    }
}
