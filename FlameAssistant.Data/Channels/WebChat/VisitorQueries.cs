using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Channels.WebChat;

/// <summary>What a visitor may know of a colleague: a name, and whether there is a picture.</summary>
public sealed record VisitorAgent(Guid Id, string Name, bool HasAvatar);

public sealed record VisitorFile(
    Guid Id,
    string Name,
    string Kind,
    string ContentType,
    long SizeBytes,
    int? Width,
    int? Height,
    bool HasThumbnail
);

/// <summary>A message as its visitor sees it: no notes, nothing that is still on its way out.</summary>
/// <param name="Author">Who of us wrote it; null for the visitor's own, and for what no person wrote.</param>
public sealed record VisitorMessage(
    Guid Id,
    long Seq,
    long Rev,
    bool IsMine,
    string? ClientId,
    string SenderType,
    VisitorAgent? Author,
    string Text,
    Guid? QuotedId,
    DateTimeOffset At,
    bool IsEdited,
    bool IsDeleted,
    IReadOnlyList<VisitorFile> Files
);

/// <summary>A visitor's conversation at one moment.</summary>
/// <param name="Rev">How far its changes go.</param>
/// <param name="ReadSeq">The last of the visitor's messages that somebody here has looked at.</param>
/// <param name="CanRate">Resolved, and nobody was asked about this resolution yet.</param>
/// <param name="IsGap">More has changed than is told one by one: what is shown is to be loaded again.</param>
/// <param name="HasMore">There are more: later ones when changes were asked for, else earlier ones.</param>
public sealed record VisitorThread(
    Guid ConversationId,
    Guid ContactId,
    long Rev,
    string Status,
    long ReadSeq,
    bool CanRate,
    VisitorAgent? Agent,
    IReadOnlyList<VisitorMessage> Messages,
    bool IsGap,
    bool HasMore
);

/// <summary>Where a visitor's conversation stands, for a look at many of them at once.</summary>
public sealed record VisitorMark(string Visitor, Guid ConversationId, long Rev, string Status);

public static class VisitorQueries
{
    public const int PageSize = 50;

    /// <summary>Changes further back are not told one by one.</summary>
    public const int MostChanges = 500;

    /// <summary>How many places a look for changes goes back at most; notes take places, and no steps of rev.</summary>
    private const int MostPlaces = 4 * MostChanges;

    /// <summary>The one conversation of a visitor; after a merge by hand the kept one. Null until they write.</summary>
    internal static async Task<Guid?> ConversationOfAsync(
        TenantUnit unit,
        Guid channelId,
        Guid visitorId,
        CancellationToken ct
    ) => (await HeadAsync(unit, channelId, visitorId, ct))?.Id;

    public static async Task<bool> IsVisitorAsync(
        this TenantUnit unit,
        Guid channelId,
        Guid visitorId,
        CancellationToken ct
    ) => await VisitorRow.FindAsync(unit, channelId, visitorId, ct) is not null;

    /// <summary>The visitor's conversation and contact, for what is told of them without a look at messages.</summary>
    /// <returns>Null until they write.</returns>
    public static async Task<(Guid ConversationId, Guid ContactId)?> VisitorPlaceAsync(
        this TenantUnit unit,
        Guid channelId,
        Guid visitorId,
        CancellationToken ct
    ) =>
        await HeadAsync(unit, channelId, visitorId, ct) is { } head
            ? (head.Id, head.ContactId)
            : null;

    /// <summary>What changed after <paramref name="after"/>, in its order.</summary>
    /// <returns>Null until they write.</returns>
    public static async Task<VisitorThread?> VisitorChangesAsync(
        this TenantUnit unit,
        Guid channelId,
        Guid visitorId,
        long after,
        CancellationToken ct
    )
    {
        if (await HeadAsync(unit, channelId, visitorId, ct) is not { } head)
        {
            return null;
        }
        if (after < 0 || after > head.Rev || head.Rev - after > MostChanges)
        {
            return await ThreadAsync(unit, head, [], isGap: true, hasMore: false, ct);
        }
        var from = head.Seq - MostPlaces;
        var rows =
            after == head.Rev
                ? []
                : await Visible(unit, head.Id)
                    .Where(m => m.Rev > after && m.Seq > from)
                    .OrderBy(m => m.Rev)
                    .ThenBy(m => m.Seq)
                    .ToListAsync(ct);
        return await ThreadAsync(unit, head, rows, isGap: false, hasMore: false, ct);
    }

    /// <summary>The newest messages, or those before a place, in the order of the thread.</summary>
    /// <returns>Null until they write.</returns>
    public static async Task<VisitorThread?> VisitorPageAsync(
        this TenantUnit unit,
        Guid channelId,
        Guid visitorId,
        long? before,
        CancellationToken ct
    )
    {
        if (await HeadAsync(unit, channelId, visitorId, ct) is not { } head)
        {
            return null;
        }
        var until = before ?? long.MaxValue;
        var rows = await Visible(unit, head.Id)
            .Where(m => m.Seq < until)
            .OrderByDescending(m => m.Seq)
            .Take(PageSize + 1)
            .ToListAsync(ct);
        var hasMore = rows.Count > PageSize;
        return await ThreadAsync(
            unit,
            head,
            [.. rows.Take(PageSize).Reverse()],
            isGap: false,
            hasMore,
            ct
        );
    }

    /// <summary>A file of the visitor's own conversation, or one that they have just uploaded.</summary>
    public static async Task<ServedFile?> VisitorFileAsync(
        this TenantUnit unit,
        Guid channelId,
        Guid visitorId,
        Guid fileId,
        CancellationToken ct
    )
    {
        var head = await HeadAsync(unit, channelId, visitorId, ct);
        var sent = head is null
            ? null
            : await (
                from a in unit.Db.Attachments
                join m in Visible(unit, head.Id) on a.MessageId equals m.Id
                where a.Id == fileId && a.StorageKey != null && m.DeletedAt == null
                select new ServedFile(
                    a.StorageKey!,
                    a.ThumbnailKey,
                    a.FileName ?? "file",
                    a.ContentType ?? "application/octet-stream",
                    a.SizeBytes ?? 0
                )
            ).SingleOrDefaultAsync(ct);
        return sent
            ?? await unit
                .Db.Uploads.Where(u =>
                    u.Id == fileId && u.UserId == visitorId && u.ConversationId == null
                )
                .Select(u => new ServedFile(
                    u.ContentHash,
                    u.ThumbnailHash,
                    u.FileName,
                    u.ContentType,
                    u.SizeBytes
                ))
                .SingleOrDefaultAsync(ct);
    }

    /// <returns>The address of a colleague's picture, for a visitor whom they answered; else null.</returns>
    public static async Task<string?> VisitorSeesAvatarAsync(
        this TenantUnit unit,
        Guid channelId,
        Guid visitorId,
        Guid personId,
        CancellationToken ct
    )
    {
        if (
            await HeadAsync(unit, channelId, visitorId, ct) is not { } head
            || (
                head.AssignedTo != personId
                && !await Visible(unit, head.Id).AnyAsync(m => m.SenderId == personId, ct)
            )
        )
        {
            return null;
        }
        return await unit
            .Db.Profiles.Where(p => p.UserId == personId)
            .Select(p => p.AvatarUrl)
            .SingleOrDefaultAsync(ct);
    }

    /// <summary>Where these visitors' conversations stand, in one question.</summary>
    public static async Task<IReadOnlyList<VisitorMark>> VisitorMarksAsync(
        this TenantUnit unit,
        Guid channelId,
        IReadOnlyCollection<Guid> visitors,
        CancellationToken ct
    )
    {
        var values = visitors.Select(v => v.ToString("D")).ToArray();
        return await unit
            .Db.Database.SqlQuery<VisitorMark>(
                $"""
                SELECT DISTINCT ON (i.value) i.value AS visitor, c.id AS conversation_id, c.rev, c.status
                  FROM contact_identities i
                  JOIN conversations c ON c.contact_id = i.contact_id AND c.channel_id = i.channel_id AND c.merged_into IS NULL
                 WHERE i.channel_id = {channelId} AND i.kind = 'visitor' AND i.value = ANY ({values})
                 ORDER BY i.value, c.status = 'resolved', c.last_message_at DESC
                """
            )
            .ToListAsync(ct);
    }

    private static IQueryable<Message> Visible(TenantUnit unit, Guid conversationId) =>
        unit
            .Db.Messages.AsNoTracking()
            .Where(m =>
                m.ConversationId == conversationId
                && !m.IsPrivate
                && (
                    !m.IsFromMe
                    || m.Status == MessageStatuses.Accepted
                    || m.Status == MessageStatuses.Sent
                    || m.Status == MessageStatuses.Delivered
                    || m.Status == MessageStatuses.Read
                )
            );

    private static async Task<Head?> HeadAsync(
        TenantUnit unit,
        Guid channelId,
        Guid visitorId,
        CancellationToken ct
    ) =>
        (
            await unit
                .Db.Database.SqlQuery<Head>(
                    $"""
                    SELECT c.id, c.contact_id, c.seq, c.rev, c.inbound_seq, c.status, c.assigned_to, c.resolved_at
                      FROM contact_identities i
                      JOIN conversations c ON c.contact_id = i.contact_id AND c.channel_id = i.channel_id AND c.merged_into IS NULL
                     WHERE i.channel_id = {channelId} AND i.kind = 'visitor' AND i.value = {visitorId.ToString(
                        "D"
                    )}
                     ORDER BY c.status = 'resolved', c.last_message_at DESC LIMIT 1
                    """
                )
                .ToListAsync(ct)
        ).SingleOrDefault();

    private static async Task<VisitorThread> ThreadAsync(
        TenantUnit unit,
        Head head,
        List<Message> rows,
        bool isGap,
        bool hasMore,
        CancellationToken ct
    )
    {
        var agents = await AgentsAsync(
            unit,
            [
                .. rows.Where(m => m.SenderType == SenderTypes.User)
                    .Select(m => m.SenderId)
                    .Append(head.AssignedTo)
                    .OfType<Guid>()
                    .Distinct(),
            ],
            ct
        );
        var ids = rows.ConvertAll(m => m.Id);
        var files =
            ids.Count == 0
                ? []
                : await unit
                    .Db.Attachments.AsNoTracking()
                    .Where(a => ids.Contains(a.MessageId) && a.StorageKey != null)
                    .OrderBy(a => a.Position)
                    .ToListAsync(ct);
        var byMessage = files.ToLookup(a => a.MessageId);
        // The visitor's id in 32 digits, and a colon.
        const int Prefix = 33;
        return new VisitorThread(
            head.Id,
            head.ContactId,
            head.Rev,
            head.Status,
            await ReadSeqAsync(unit, head, ct),
            await CanRateAsync(unit, head, ct),
            head.AssignedTo is { } assigned ? agents.GetValueOrDefault(assigned) : null,
            rows.ConvertAll(m => new VisitorMessage(
                m.Id,
                m.Seq,
                m.Rev,
                !m.IsFromMe,
                !m.IsFromMe && m.ExternalMessageId is { } external && external.Length > Prefix
                    ? external[Prefix..]
                    : null,
                m.SenderType,
                m.SenderId is { } sender ? agents.GetValueOrDefault(sender) : null,
                m.DeletedAt is null ? m.Content : "",
                m.QuotedMessageId,
                m.OccurredAt,
                m.EditedAt is not null,
                m.DeletedAt is not null,
                m.DeletedAt is not null
                    ? []
                    :
                    [
                        .. byMessage[m.Id]
                            .Select(a => new VisitorFile(
                                a.Id,
                                a.FileName ?? "file",
                                a.Kind,
                                a.ContentType ?? "application/octet-stream",
                                a.SizeBytes ?? 0,
                                a.Width,
                                a.Height,
                                a.ThumbnailKey is not null
                            )),
                    ]
            )),
            isGap,
            hasMore
        );
    }

    private static async Task<Dictionary<Guid, VisitorAgent>> AgentsAsync(
        TenantUnit unit,
        List<Guid> ids,
        CancellationToken ct
    ) =>
        ids.Count == 0
            ? []
            : await unit
                .Db.Profiles.Where(p => ids.Contains(p.UserId))
                .ToDictionaryAsync(
                    p => p.UserId,
                    p => new VisitorAgent(p.UserId, p.DisplayName, p.AvatarUrl != null),
                    ct
                );

    /// <summary>Members note how many of the visitor's messages they have read: this is the place of the last of those.</summary>
    private static async Task<long> ReadSeqAsync(TenantUnit unit, Head head, CancellationToken ct)
    {
        var read =
            await unit
                .Db.ConversationMembers.Where(m => m.ConversationId == head.Id)
                .MaxAsync(m => (long?)m.ReadInboundSeq, ct)
            ?? 0;
        if (read == 0)
        {
            return 0;
        }
        var unread = (int)Math.Clamp(head.InboundSeq - read, 0, MostChanges);
        return await unit
                .Db.Messages.Where(m => m.ConversationId == head.Id && !m.IsFromMe)
                .OrderByDescending(m => m.Seq)
                .Skip(unread)
                .Select(m => (long?)m.Seq)
                .FirstOrDefaultAsync(ct)
            ?? 0;
    }

    private static async Task<bool> CanRateAsync(TenantUnit unit, Head head, CancellationToken ct)
    {
        if (head is not { Status: ConversationStatuses.Resolved, ResolvedAt: { } at })
        {
            return false;
        }
        var key = RateByVisitor.KeyOf(head.Id, at);
        return await unit
                .Db.Database.SqlQuery<int>(
                    $"""SELECT count(*)::int AS "Value" FROM conversation_ratings WHERE id = {key}"""
                )
                .SingleAsync(ct) == 0;
    }

    private sealed record Head(
        Guid Id,
        Guid ContactId,
        long Seq,
        long Rev,
        long InboundSeq,
        string Status,
        Guid? AssignedTo,
        DateTimeOffset? ResolvedAt
    );
}
