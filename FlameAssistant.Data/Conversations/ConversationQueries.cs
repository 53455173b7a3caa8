using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>The lists of the inbox. Every page is a keyset page: its cost does not grow with the tenant.</summary>
public static class ConversationQueries
{
    public const int PageSize = 40;
    public const int ThreadPageSize = 50;

    /// <summary>What a counter shows beyond is "99+": counting stops there.</summary>
    internal const int CountLimit = 100;

    /// <summary>Newest first.</summary>
    public static async Task<ConversationPage> ListConversationsAsync(
        this TenantUnit unit,
        ConversationFilter filter,
        ConversationCursor? after,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsRead))
        {
            return new ConversationPage([], Next: null);
        }
        var rows =
            filter.IsViewOnly && await ConversationAccess.SeesAllAsync(unit, ct)
                ? await ConversationRows.ReadAsync(
                    filter.View,
                    unit.Db,
                    unit.Actor.UserId ?? Guid.Empty,
                    after,
                    PageSize + 1,
                    ct
                )
                : await RowsAsync(
                    unit,
                    ConversationRows.Page(await FilterAsync(unit, filter, ct), after, PageSize + 1),
                    ct
                );
        if (rows.Count <= PageSize)
        {
            return new ConversationPage(rows, Next: null);
        }
        rows.RemoveAt(PageSize);
        return new ConversationPage(
            rows,
            new ConversationCursor(rows[^1].LastMessageAt, rows[^1].Id)
        );
    }

    /// <summary>The page that stands above a row, newest first; its <c>Next</c> is set while there is more above.</summary>
    public static async Task<ConversationPage> ListNewerConversationsAsync(
        this TenantUnit unit,
        ConversationFilter filter,
        ConversationCursor before,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsRead))
        {
            return new ConversationPage([], Next: null);
        }
        var page = (await FilterAsync(unit, filter, ct))
            .Where(c =>
                EF.Functions.GreaterThan(
                    ValueTuple.Create(c.LastMessageAt, c.Id),
                    ValueTuple.Create(before.LastMessageAt, before.Id)
                )
            )
            .OrderBy(c => c.LastMessageAt)
            .ThenBy(c => c.Id)
            .Take(PageSize + 1);
        var rows = await RowsAsync(unit, page, ct);
        if (rows.Count <= PageSize)
        {
            return new ConversationPage(rows, Next: null);
        }
        rows.RemoveAt(0);
        return new ConversationPage(
            rows,
            new ConversationCursor(rows[0].LastMessageAt, rows[0].Id)
        );
    }

    /// <summary>Those of these conversations that the list holds, as it would show them; for changes that came live.</summary>
    public static async Task<IReadOnlyList<ConversationRow>> FindConversationRowsAsync(
        this TenantUnit unit,
        ConversationFilter filter,
        IReadOnlyCollection<Guid> conversations,
        CancellationToken ct
    )
    {
        Guid[] ids = [.. conversations];
        return ids.Length > 0 && unit.Actor.May(MemberPermissions.ConversationsRead)
            ? await RowsAsync(
                unit,
                (await FilterAsync(unit, filter, ct)).Where(c => ids.Contains(c.Id)),
                ct
            )
            : [];
    }

    /// <summary>As nobody in particular sees them: all of it unread and nothing muted.</summary>
    internal static async Task<IReadOnlyList<ConversationRow>> FindSharedRowsAsync(
        TenantUnit unit,
        IReadOnlyCollection<Guid> conversations,
        CancellationToken ct
    )
    {
        Guid[] ids = [.. conversations];
        return await RowsAsync(
            unit,
            unit.Db.Conversations.AsNoTracking().Where(c => ids.Contains(c.Id)),
            ct
        );
    }

    public static Task<string?> ReadDraftAsync(
        this TenantUnit unit,
        Guid conversationId,
        CancellationToken ct
    ) =>
        unit
            .Db.ConversationMembers.Where(m =>
                m.ConversationId == conversationId && m.UserId == unit.Actor.Id
            )
            .Select(m => m.Draft)
            .SingleOrDefaultAsync(ct);

    private static Task<List<ConversationRow>> RowsAsync(
        TenantUnit unit,
        IQueryable<Conversation> page,
        CancellationToken ct
    ) => ConversationRows.Of(unit.Db, page, unit.Actor.UserId ?? Guid.Empty).ToListAsync(ct);

    private static async Task<IQueryable<Conversation>> FilterAsync(
        TenantUnit unit,
        ConversationFilter filter,
        CancellationToken ct
    )
    {
        var found = Narrow(
            await ConversationAccess.VisibleAsync(unit, ct),
            filter,
            unit.Actor.UserId ?? Guid.Empty,
            unit.Db
        );
        if (filter.Channels.Count > 0)
        {
            found = found.Where(c => filter.Channels.Contains(c.ChannelId));
        }
        if (filter.Assignees.Count > 0)
        {
            Guid?[] people = [.. filter.Assignees];
            found = found.Where(c => people.Contains(c.AssignedTo));
        }
        if (filter.Teams.Count > 0)
        {
            Guid?[] teams = [.. filter.Teams];
            found = found.Where(c => teams.Contains(c.TeamId));
        }
        if (filter.Priorities.Count > 0)
        {
            found = found.Where(c => filter.Priorities.Contains(c.Priority));
        }
        if (filter.Tags.Count > 0)
        {
            found = found.Where(c =>
                unit.Db.ConversationTags.Any(t =>
                    t.ConversationId == c.Id && filter.Tags.Contains(t.TagId)
                )
            );
        }
        if (filter.WaitingMinutes is { } minutes)
        {
            var since = ConversationFilter.WaitedSince(unit.Now, minutes);
            found = found.Where(c => c.WaitingSince <= since);
        }
        return filter.Contact is { } contact ? found.Where(c => c.ContactId == contact) : found;
    }

    private static IQueryable<Conversation> Narrow(
        IQueryable<Conversation> conversations,
        ConversationFilter filter,
        Guid me,
        TenantDb db
    )
    {
        if (filter.Status is { } status)
        {
            conversations = conversations.Where(c => c.Status == status);
            conversations = filter.View switch
            {
                ConversationViewNames.Mine => conversations.Where(c => c.AssignedTo == me),
                ConversationViewNames.Unassigned => conversations.Where(c => c.AssignedTo == null),
                _ => conversations,
            };
        }
        else
        {
            conversations = ConversationRows.Open(conversations, filter.View, me);
        }
        return filter.View == ConversationViewNames.Mentions
            ? conversations.Where(c =>
                db.Mentions.Where(m => m.UserId == me).Select(m => m.ConversationId).Contains(c.Id)
            )
            : conversations;
    }
}
