using System.Text.Json;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// What a page of a thread shows beside its messages. These are asked for with every page, always in the same words: compiled once,
/// since putting a query together takes EF Core longer than these take the server.
/// </summary>
internal static class ThreadParts
{
    // Between two messages there can be any number of changes; nobody reads more of them at a glance.
    private const int MostEvents = 200;

    private static readonly Func<TenantDb, Guid[], IAsyncEnumerable<MessageAttachment>> files =
        EF.CompileAsyncQuery(
            (TenantDb db, Guid[] messages) =>
                db
                    .Attachments.AsNoTracking()
                    .Where(a => messages.Contains(a.MessageId))
                    .OrderBy(a => a.Position)
                    .ThenBy(a => a.Id)
                    .AsQueryable()
        );

    private static readonly Func<TenantDb, Guid[], IAsyncEnumerable<MessageReaction>> reactions =
        EF.CompileAsyncQuery(
            (TenantDb db, Guid[] messages) =>
                db
                    .Reactions.AsNoTracking()
                    .Where(r => messages.Contains(r.MessageId) && r.Emoji != "")
                    .OrderBy(r => r.ReactedAt)
                    .AsQueryable()
        );

    private static readonly Func<
        TenantDb,
        Guid,
        DateTimeOffset,
        DateTimeOffset,
        IAsyncEnumerable<DoneBy>
    > events = EF.CompileAsyncQuery(
        (TenantDb db, Guid conversation, DateTimeOffset begin, DateTimeOffset end) =>
            from e in db
                .ConversationEvents.AsNoTracking()
                .Where(e =>
                    e.ConversationId == conversation && e.OccurredAt >= begin && e.OccurredAt < end
                )
                .OrderByDescending(e => e.OccurredAt)
                .ThenByDescending(e => e.Id)
                .Take(MostEvents)
            join p in db.Profiles on e.ActorId equals (Guid?)p.UserId into actors
            from p in actors.DefaultIfEmpty()
            orderby e.OccurredAt, e.Id
            select new DoneBy(e, p == null ? null : p.DisplayName)
    );

    /// <summary>With their files, reactions and mentions.</summary>
    public static async Task<IReadOnlyList<ThreadMessage>> AddAsync(
        TenantUnit unit,
        List<ThreadMessage> messages,
        CancellationToken ct
    )
    {
        Guid[] ids = [.. messages.Select(m => m.Id)];
        var filesOf = (await files(unit.Db, ids).ToListAsync(ct)).ToLookup(
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
        var reactionsOf = (await reactions(unit.Db, ids).ToListAsync(ct)).ToLookup(
            r => r.MessageId,
            r => new ThreadReaction(r.Emoji, r.SenderType, r.SenderId)
        );
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
                    Files = m.DeletedAt is null ? [.. filesOf[m.Id]] : [],
                    Reactions = [.. reactionsOf[m.Id]],
                    Mentions = [.. mentions[m.Id]],
                }
            ),
        ];
    }

    /// <summary>The latest of what was done in this time, in ascending order.</summary>
    public static async Task<IReadOnlyList<ThreadEvent>> EventsAsync(
        TenantUnit unit,
        Guid conversationId,
        DateTimeOffset? from,
        DateTimeOffset? until,
        CancellationToken ct
    )
    {
        var rows = await events(
                unit.Db,
                conversationId,
                from ?? DateTimeOffset.MinValue,
                until ?? DateTimeOffset.MaxValue
            )
            .ToListAsync(ct);
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

    private sealed record DoneBy(ConversationEvent Event, string? Name);
}
