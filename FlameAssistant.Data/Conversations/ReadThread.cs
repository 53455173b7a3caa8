using System.Text.Json;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>A thread in pages: from its end backwards, on from a message, or around one that a search found.</summary>
public static class ReadThread
{
    // Between two messages there can be any number of changes; nobody reads more of them at a glance.
    private const int MostEvents = 200;

    /// <param name="beforeSeq">The first message shown so far; null for the newest page.</param>
    public static async Task<ThreadPage> ReadThreadAsync(
        this TenantUnit unit,
        Guid conversationId,
        long? beforeSeq,
        CancellationToken ct
    )
    {
        if (!await ChangeConversation.IsVisibleAsync(unit, conversationId, ct))
        {
            return new ThreadPage([], HasEarlier: false);
        }
        var before = beforeSeq is { } seq ? await PlaceAsync(unit, conversationId, seq, ct) : null;
        var (earlier, more) = await EarlierAsync(
            unit,
            conversationId,
            before,
            ConversationQueries.ThreadPageSize,
            ct
        );
        return await PageAsync(
            unit,
            conversationId,
            earlier,
            more,
            before?.At,
            hasLater: before is not null,
            ct
        );
    }

    /// <param name="afterSeq">The last message shown so far.</param>
    public static async Task<ThreadPage> ReadThreadAfterAsync(
        this TenantUnit unit,
        Guid conversationId,
        long afterSeq,
        CancellationToken ct
    )
    {
        if (
            !await ChangeConversation.IsVisibleAsync(unit, conversationId, ct)
            || await PlaceAsync(unit, conversationId, afterSeq, ct) is not { } after
        )
        {
            return new ThreadPage([], HasEarlier: false);
        }
        var (later, next) = await LaterAsync(
            unit,
            conversationId,
            after,
            ConversationQueries.ThreadPageSize,
            ct
        );
        return await PageAsync(
            unit,
            conversationId,
            later,
            hasEarlier: true,
            next,
            next is not null,
            ct
        );
    }

    /// <summary>A page with this message in its middle; empty when it is not of this conversation.</summary>
    public static async Task<ThreadPage> ReadThreadAroundAsync(
        this TenantUnit unit,
        Guid conversationId,
        Guid messageId,
        CancellationToken ct
    )
    {
        var place = await unit
            .Db.Messages.Where(m => m.Id == messageId && m.ConversationId == conversationId)
            .Select(m => new Place(m.OccurredAt, m.Seq))
            .SingleOrDefaultAsync(ct);
        if (place is null || !await ChangeConversation.IsVisibleAsync(unit, conversationId, ct))
        {
            return new ThreadPage([], HasEarlier: false);
        }
        var half = ConversationQueries.ThreadPageSize / 2;
        var (earlier, more) = await EarlierAsync(unit, conversationId, place, half, ct);
        // The message itself, too: its place is just after the one before it.
        var (later, next) = await LaterAsync(
            unit,
            conversationId,
            place with
            {
                Seq = place.Seq - 1,
            },
            half,
            ct
        );
        return await PageAsync(
            unit,
            conversationId,
            [.. earlier, .. later],
            more,
            next,
            next is not null,
            ct
        );
    }

    /// <summary>Messages by their place in a conversation that the actor may see, and what was done since.</summary>
    internal static async Task<ThreadPage> BySeqAsync(
        TenantUnit unit,
        ThreadMark mark,
        CancellationToken ct
    )
    {
        long[] seqs = [.. mark.Seqs];
        var rows = await RowsAsync(
            unit,
            unit.Db.Messages.AsNoTracking()
                .Where(m => m.ConversationId == mark.ConversationId && seqs.Contains(m.Seq)),
            ct
        );
        return new ThreadPage(await WithPartsAsync(unit, rows, ct), HasEarlier: true)
        {
            Events = await EventsAsync(unit, mark.ConversationId, mark.EventsFrom, until: null, ct),
        };
    }

    private static Task<Place?> PlaceAsync(
        TenantUnit unit,
        Guid conversationId,
        long seq,
        CancellationToken ct
    ) =>
        unit
            .Db.Messages.Where(m => m.ConversationId == conversationId && m.Seq == seq)
            .Select(m => new Place(m.OccurredAt, m.Seq))
            .SingleOrDefaultAsync(ct);

    private static async Task<(List<ThreadMessage> Messages, bool More)> EarlierAsync(
        TenantUnit unit,
        Guid conversationId,
        Place? before,
        int count,
        CancellationToken ct
    )
    {
        var messages = unit
            .Db.Messages.AsNoTracking()
            .Where(m => m.ConversationId == conversationId);
        if (before is { At: var at, Seq: var seq })
        {
            messages = messages.Where(m =>
                EF.Functions.LessThan(
                    ValueTuple.Create(m.OccurredAt, m.Seq),
                    ValueTuple.Create(at, seq)
                )
            );
        }
        var rows = await RowsAsync(
            unit,
            messages
                .OrderByDescending(m => m.OccurredAt)
                .ThenByDescending(m => m.Seq)
                .Take(count + 1),
            ct
        );
        var more = rows.Count > count;
        if (more)
        {
            rows.RemoveAt(0);
        }
        return (rows, more);
    }

    private static async Task<(List<ThreadMessage> Messages, DateTimeOffset? Next)> LaterAsync(
        TenantUnit unit,
        Guid conversationId,
        Place after,
        int count,
        CancellationToken ct
    )
    {
        var (at, seq) = (after.At, after.Seq);
        var rows = await RowsAsync(
            unit,
            unit.Db.Messages.AsNoTracking()
                .Where(m =>
                    m.ConversationId == conversationId
                    && EF.Functions.GreaterThan(
                        ValueTuple.Create(m.OccurredAt, m.Seq),
                        ValueTuple.Create(at, seq)
                    )
                )
                .OrderBy(m => m.OccurredAt)
                .ThenBy(m => m.Seq)
                .Take(count + 1),
            ct
        );
        if (rows.Count <= count)
        {
            return (rows, null);
        }
        var next = rows[^1].At;
        rows.RemoveAt(count);
        return (rows, next);
    }

    /// <summary>In ascending order.</summary>
    private static async Task<List<ThreadMessage>> RowsAsync(
        TenantUnit unit,
        IQueryable<Message> page,
        CancellationToken ct
    ) =>
        await (
            from m in page
            join p in unit.Db.Profiles on m.SenderId equals (Guid?)p.UserId into senders
            from p in senders.DefaultIfEmpty()
            join q in unit.Db.Messages on m.QuotedMessageId equals (Guid?)q.Id into quotes
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
                    : new ThreadQuote(
                        q.Id,
                        q.SenderType,
                        null,
                        q.DeletedAt == null ? q.Content : ""
                    ),
                m.ErrorCode
            )
            {
                Metadata = m.DeletedAt == null ? m.Metadata : "{}",
            }
        ).ToListAsync(ct);

    private static async Task<ThreadPage> PageAsync(
        TenantUnit unit,
        Guid conversationId,
        List<ThreadMessage> messages,
        bool hasEarlier,
        DateTimeOffset? until,
        bool hasLater,
        CancellationToken ct
    )
    {
        DateTimeOffset? from = hasEarlier && messages.Count > 0 ? messages[0].At : null;
        return new ThreadPage(await WithPartsAsync(unit, messages, ct), hasEarlier)
        {
            Events = await EventsAsync(unit, conversationId, from, until, ct),
            HasLater = hasLater,
        };
    }

    /// <summary>With their files, reactions and mentions.</summary>
    private static async Task<IReadOnlyList<ThreadMessage>> WithPartsAsync(
        TenantUnit unit,
        List<ThreadMessage> messages,
        CancellationToken ct
    )
    {
        var ids = messages.ConvertAll(m => m.Id);
        var files = (
            await unit
                .Db.Attachments.AsNoTracking()
                .Where(a => ids.Contains(a.MessageId))
                .OrderBy(a => a.Position)
                .ThenBy(a => a.Id)
                .ToListAsync(ct)
        ).ToLookup(
            a => a.MessageId,
            a => new ThreadFile(
                a.Id,
                a.Kind,
                a.FileName,
                a.ContentType,
                a.SizeBytes,
                a.Width,
                a.Height,
                a.ThumbnailKey != null,
                a.State,
                a.ErrorMessage
            )
        );
        var reactions = (
            await unit
                .Db.Reactions.AsNoTracking()
                .Where(r => ids.Contains(r.MessageId) && r.Emoji != "")
                .OrderBy(r => r.ReactedAt)
                .ToListAsync(ct)
        ).ToLookup(r => r.MessageId, r => new ThreadReaction(r.Emoji, r.SenderType, r.SenderId));
        var notes = messages.Where(m => m.IsPrivate).Select(m => m.Id).ToList();
        var mentions =
            notes.Count == 0
                ? Array.Empty<MessageMention>().ToLookup(m => m.MessageId, m => m.UserId)
                : (
                    await unit
                        .Db.Mentions.AsNoTracking()
                        .Where(m => notes.Contains(m.MessageId))
                        .ToListAsync(ct)
                ).ToLookup(m => m.MessageId, m => m.UserId);
        return
        [
            .. messages.Select(m =>
                m with
                {
                    Files = m.DeletedAt is null ? [.. files[m.Id]] : [],
                    Reactions = [.. reactions[m.Id]],
                    Mentions = [.. mentions[m.Id]],
                }
            ),
        ];
    }

    private static async Task<IReadOnlyList<ThreadEvent>> EventsAsync(
        TenantUnit unit,
        Guid conversationId,
        DateTimeOffset? from,
        DateTimeOffset? until,
        CancellationToken ct
    )
    {
        var events = unit
            .Db.ConversationEvents.AsNoTracking()
            .Where(e => e.ConversationId == conversationId);
        events = from is { } begin ? events.Where(e => e.OccurredAt >= begin) : events;
        events = until is { } end ? events.Where(e => e.OccurredAt < end) : events;
        var rows = await (
            from e in events
                .OrderByDescending(e => e.OccurredAt)
                .ThenByDescending(e => e.Id)
                .Take(MostEvents)
            join p in unit.Db.Profiles on e.ActorId equals (Guid?)p.UserId into actors
            from p in actors.DefaultIfEmpty()
            orderby e.OccurredAt, e.Id
            select new { Event = e, Name = p == null ? null : p.DisplayName }
        ).ToListAsync(ct);
        return rows.ConvertAll(r => new ThreadEvent(
            r.Event.Id,
            r.Event.Kind,
            r.Event.ActorKind,
            r.Event.ActorId,
            r.Name,
            r.Event.SubjectId,
            JsonSerializer.Deserialize<Dictionary<string, string>>(r.Event.Data) ?? [],
            r.Event.OccurredAt
        ));
    }

    private sealed record Place(DateTimeOffset At, long Seq);
}
