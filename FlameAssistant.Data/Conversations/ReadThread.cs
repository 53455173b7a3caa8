using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>A thread in pages: from its end backwards, on from a message, or around one that a search found.</summary>
public static class ReadThread
{
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
        var rows = await ThreadRows.ReadAsync(
            unit.Db,
            unit.Db.Messages.AsNoTracking()
                .Where(m => m.ConversationId == mark.ConversationId && seqs.Contains(m.Seq)),
            ct
        );
        return new ThreadPage(await ThreadParts.AddAsync(unit, rows, ct), HasEarlier: true)
        {
            Events = await ThreadParts.EventsAsync(
                unit,
                mark.ConversationId,
                mark.EventsFrom,
                until: null,
                ct
            ),
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
        var rows = await ThreadRows.EarlierAsync(
            unit.Db,
            conversationId,
            before?.At,
            before?.Seq ?? 0,
            count + 1,
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
        var rows = await ThreadRows.ReadAsync(
            unit.Db,
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
        return new ThreadPage(await ThreadParts.AddAsync(unit, messages, ct), hasEarlier)
        {
            Events = await ThreadParts.EventsAsync(unit, conversationId, from, until, ct),
            HasLater = hasLater,
        };
    }

    private sealed record Place(DateTimeOffset At, long Seq);
}
