using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

public sealed record InboxChannel(Guid Id, string Type, string Name);

/// <summary>Conversations of the acting member that hold something unread and are not muted, counted up to 100, and the newest of them.</summary>
public sealed record UnreadOfMine(
    int Count,
    long Number,
    string ContactName,
    string Preview,
    DateTimeOffset At
)
{
    public static UnreadOfMine None { get; } = new(0, 0, "", "", default);
}

/// <summary>Small looks that the inbox takes beside its lists.</summary>
public static class InboxQueries
{
    /// <summary>Channels whose conversations the acting member may see, by name.</summary>
    public static async Task<IReadOnlyList<InboxChannel>> ListInboxChannelsAsync(
        this TenantUnit unit,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsRead))
        {
            return [];
        }
        Guid[] hidden = unit.Actor.SeesAllChannels
            ? []
            : [.. await ConversationAccess.HiddenChannelsAsync(unit, ct)];
        var channels = await unit
            .Db.Channels.AsNoTracking()
            .Where(c => !hidden.Contains(c.Id))
            .Select(c => new InboxChannel(c.Id, c.Type, c.Name))
            .ToListAsync(ct);
        return [.. channels.OrderBy(c => c.Name, StringComparer.CurrentCultureIgnoreCase)];
    }

    /// <summary>Members who can read this conversation: who may be mentioned in it, or follow it.</summary>
    public static async Task<IReadOnlyList<Guid>> ListReadersAsync(
        this TenantUnit unit,
        Guid conversationId,
        CancellationToken ct
    )
    {
        if (!await ChangeConversation.IsVisibleAsync(unit, conversationId, ct))
        {
            return [];
        }
        var conversation = await unit
            .Db.Conversations.AsNoTracking()
            .SingleAsync(c => c.Id == conversationId, ct);
        var people = await unit
            .Db.Profiles.Where(p => p.IsActive)
            .Select(p => p.UserId)
            .ToListAsync(ct);
        return await ConversationAccess.WhoSeesAsync(unit, conversation, people, ct);
    }

    /// <summary>How many of the conversation's inbound messages the acting member has not read.</summary>
    public static Task<long> CountUnreadAsync(
        this TenantUnit unit,
        Guid conversationId,
        CancellationToken ct
    )
    {
        var me = unit.Actor.Id;
        return unit
            .Db.Conversations.Where(c => c.Id == conversationId)
            .Select(c =>
                c.InboundSeq
                - unit.Db.ConversationMembers.Where(m => m.ConversationId == c.Id && m.UserId == me)
                    .Select(m => m.ReadInboundSeq)
                    .FirstOrDefault()
            )
            .SingleOrDefaultAsync(ct);
    }

    public static async Task<UnreadOfMine> UnreadOfMineAsync(
        this TenantUnit unit,
        CancellationToken ct
    )
    {
        if (unit.Actor.UserId is not { } me || !unit.Actor.May(MemberPermissions.ConversationsRead))
        {
            return UnreadOfMine.None;
        }
        var unread = (
            from c in unit.Db.Conversations
            where
                c.AssignedTo == me
                && c.Status != ConversationStatuses.Resolved
                && c.Status != ConversationStatuses.Snoozed
            // Looked up, not joined: see ConversationRows.
            where
                c.InboundSeq
                > unit.Db.ConversationMembers.Where(m => m.ConversationId == c.Id && m.UserId == me)
                    .Select(m => m.IsMuted ? long.MaxValue : m.ReadInboundSeq)
                    .FirstOrDefault()
            join contact in unit.Db.Contacts on c.ContactId equals contact.Id
            orderby c.LastMessageAt descending
            select new
            {
                c.Number,
                Name = contact.Name ?? contact.Phone ?? "",
                c.LastMessagePreview,
                c.LastMessageAt,
            }
        );
        var rows = await unread.Take(ConversationQueries.CountLimit).ToListAsync(ct);
        return rows is [var newest, ..]
            ? new UnreadOfMine(
                rows.Count,
                newest.Number,
                newest.Name,
                newest.LastMessagePreview,
                newest.LastMessageAt
            )
            : UnreadOfMine.None;
    }
}
