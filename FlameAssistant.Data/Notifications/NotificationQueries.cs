using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Notifications;

/// <summary>A line of the bell. The words are made from the type in the reader's language.</summary>
public sealed record NotificationRow(
    Guid Id,
    string Type,
    string Title,
    string? Message,
    long? ConversationNumber,
    string? ActorName,
    bool IsRead,
    DateTimeOffset CreatedAt
)
{
    /// <summary>What it is about, where it is about no conversation.</summary>
    public Guid? ChannelId { get; init; }
}

public sealed record NotificationPage(
    IReadOnlyList<NotificationRow> Rows,
    NotificationCursor? Next
);

/// <summary>What came since a page looked last.</summary>
/// <param name="Newest">Of all that there is: from where to look next.</param>
/// <param name="Sounds">The conversations of what the member wants to hear.</param>
public sealed record NotificationNews(DateTimeOffset Newest, IReadOnlyList<long> Sounds)
{
    public static NotificationNews None { get; } = new(DateTimeOffset.MinValue, []);
}

public readonly record struct NotificationCursor(DateTimeOffset CreatedAt, Guid Id);

public static class NotificationQueries
{
    public const int PageSize = 30;

    // The bell shows "99+" beyond: counting stops there.
    private const int CountLimit = 100;

    /// <summary>The acting member's, newest first.</summary>
    public static async Task<NotificationPage> ListNotificationsAsync(
        this TenantUnit unit,
        NotificationCursor? after,
        CancellationToken ct
    )
    {
        var me = unit.Actor.UserId ?? Guid.Empty;
        var mine = unit.Db.Notifications.AsNoTracking().Where(n => n.UserId == me && n.InApp);
        if (after is { } cursor)
        {
            mine = mine.Where(n =>
                EF.Functions.LessThan(
                    ValueTuple.Create(n.CreatedAt, n.Id),
                    ValueTuple.Create(cursor.CreatedAt, cursor.Id)
                )
            );
        }
        var page = mine.OrderByDescending(n => n.CreatedAt)
            .ThenByDescending(n => n.Id)
            .Take(PageSize + 1);
        var rows = await (
            from n in page
            join c in unit.Db.Conversations on n.ConversationId equals (Guid?)c.Id into about
            from c in about.DefaultIfEmpty()
            join p in unit.Db.Profiles on n.ActorId equals (Guid?)p.UserId into actors
            from p in actors.DefaultIfEmpty()
            orderby n.CreatedAt descending, n.Id descending
            select new NotificationRow(
                n.Id,
                n.Type,
                n.Title,
                n.Message,
                c == null ? null : c.Number,
                p == null ? null : p.DisplayName,
                n.IsRead,
                n.CreatedAt
            )
            {
                ChannelId = n.ChannelId,
            }
        ).ToListAsync(ct);
        if (rows.Count <= PageSize)
        {
            return new NotificationPage(rows, Next: null);
        }
        rows.RemoveAt(PageSize);
        return new NotificationPage(rows, new(rows[^1].CreatedAt, rows[^1].Id));
    }

    /// <summary>Counted up to 100.</summary>
    public static Task<int> CountUnreadNotificationsAsync(
        this TenantUnit unit,
        CancellationToken ct
    )
    {
        var me = unit.Actor.UserId ?? Guid.Empty;
        return unit
            .Db.Notifications.Where(n => n.UserId == me && n.InApp && !n.IsRead)
            .Take(CountLimit)
            .CountAsync(ct);
    }

    /// <summary>What the acting member did not read yet and was not there before.</summary>
    /// <param name="since">Null only says where to begin.</param>
    public static async Task<NotificationNews> ReadNewsAsync(
        this TenantUnit unit,
        DateTimeOffset? since,
        CancellationToken ct
    )
    {
        var me = unit.Actor.UserId ?? Guid.Empty;
        var newest = await unit
            .Db.Notifications.Where(n => n.UserId == me)
            .OrderByDescending(n => n.CreatedAt)
            .Select(n => (DateTimeOffset?)n.CreatedAt)
            .FirstOrDefaultAsync(ct);
        if (newest is null || since is null || newest <= since)
        {
            return new NotificationNews(newest ?? since ?? DateTimeOffset.MinValue, []);
        }
        var came = await (
            from n in unit.Db.Notifications
            where n.UserId == me && !n.IsRead && n.CreatedAt > since
            join c in unit.Db.Conversations on n.ConversationId equals (Guid?)c.Id
            orderby n.CreatedAt descending
            select new { n.Type, c.Number }
        )
            .Take(CountLimit)
            .ToListAsync(ct);
        var audible = (await unit.ReadNotificationChoicesAsync(ct))
            .Where(choice => choice.Sound)
            .Select(choice => choice.Kind)
            .ToHashSet(StringComparer.Ordinal);
        return new NotificationNews(
            newest.Value,
            [.. came.Where(n => audible.Contains(n.Type)).Select(n => n.Number).Distinct()]
        );
    }
}
