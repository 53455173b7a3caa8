using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>What the inbox shows. Every page is a keyset page: its cost does not grow with the tenant.</summary>
public static class ConversationQueries
{
    public const int PageSize = 40;
    public const int ThreadPageSize = 50;

    // What a counter shows beyond is "99+": counting stops there.
    private const int CountLimit = 100;

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
        var conversations = Narrow(
            await ConversationAccess.VisibleAsync(unit, ct),
            filter,
            unit.Actor.UserId
        );
        if (after is { } cursor)
        {
            // A row comparison is one index range; the same written with OR is 26 times slower.
            conversations = conversations.Where(c =>
                EF.Functions.LessThan(
                    ValueTuple.Create(c.LastMessageAt, c.Id),
                    ValueTuple.Create(cursor.LastMessageAt, cursor.Id)
                )
            );
        }
        var me = unit.Actor.UserId ?? Guid.Empty;
        var page = conversations
            .OrderByDescending(c => c.LastMessageAt)
            .ThenByDescending(c => c.Id)
            .Take(PageSize + 1);
        var rows = await (
            from c in page
            join contact in unit.Db.Contacts on c.ContactId equals contact.Id
            join channel in unit.Db.Channels on c.ChannelId equals channel.Id
            join m in unit.Db.ConversationMembers.Where(m => m.UserId == me)
                on c.Id equals m.ConversationId
                into read
            from m in read.DefaultIfEmpty()
            join p in unit.Db.Profiles on c.AssignedTo equals (Guid?)p.UserId into assignees
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
                c.InboundSeq - (m == null ? 0 : m.ReadInboundSeq),
                c.AssignedTo,
                p == null ? null : p.DisplayName
            )
        ).ToListAsync(ct);
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

    /// <summary>How many conversations each view holds, counted up to 100.</summary>
    public static async Task<(long Mine, long Unassigned, long All)> CountConversationsAsync(
        this TenantUnit unit,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsRead))
        {
            return (0, 0, 0);
        }
        var visible = await ConversationAccess.VisibleAsync(unit, ct);
        var mine = await CountAsync(ConversationViewNames.Mine);
        var unassigned = await CountAsync(ConversationViewNames.Unassigned);
        var all = await CountAsync(ConversationViewNames.All);
        return (mine, unassigned, all);

        Task<int> CountAsync(string view) =>
            Narrow(visible, new ConversationFilter { View = view }, unit.Actor.UserId)
                .Take(CountLimit)
                .CountAsync(ct);
    }

    /// <returns>Null for unknown numbers and for conversations the actor may not see.</returns>
    public static async Task<ConversationDetails?> FindConversationAsync(
        this TenantUnit unit,
        long number,
        CancellationToken ct
    )
    {
        var row = await (
            from c in (await ConversationAccess.VisibleAsync(unit, ct)).Where(c =>
                c.Number == number
            )
            join contact in unit.Db.Contacts on c.ContactId equals contact.Id
            join channel in unit.Db.Channels on c.ChannelId equals channel.Id
            join p in unit.Db.Profiles on c.AssignedTo equals (Guid?)p.UserId into assignees
            from p in assignees.DefaultIfEmpty()
            select new
            {
                Conversation = c,
                Contact = contact,
                Channel = new ChannelCard(channel.Id, channel.Type, channel.Name, channel.Status),
                AssigneeName = p == null ? null : p.DisplayName,
            }
        ).SingleOrDefaultAsync(ct);
        if (row is null || !unit.Actor.May(MemberPermissions.ConversationsRead))
        {
            return null;
        }
        var contactId = row.Contact.Id;
        var conversationId = row.Conversation.Id;
        var identities = await unit
            .Db.ContactIdentities.Where(i => i.ContactId == contactId)
            .OrderBy(i => i.Kind)
            .Select(i => new ContactIdentityView(i.Kind, i.Value))
            .Distinct()
            .ToListAsync(ct);
        var conversationCount = await unit.Db.Conversations.CountAsync(
            c => c.ContactId == contactId,
            ct
        );
        var tags = await unit
            .Db.Tags.FromSql(
                $"SELECT t.* FROM tags t JOIN conversation_tags ct ON ct.tag_id = t.id WHERE ct.conversation_id = {conversationId}"
            )
            .OrderBy(t => t.Name)
            .Select(t => new TagChip(t.Id, t.Name, t.Color))
            .ToListAsync(ct);
        var c2 = row.Conversation;
        return new ConversationDetails(
            c2.Id,
            c2.Number,
            c2.Status,
            c2.Priority,
            c2.AssignedTo,
            row.AssigneeName,
            c2.WindowExpiresAt,
            c2.CreatedAt,
            c2.InboundSeq,
            row.Channel,
            new ContactCard(
                contactId,
                row.Contact.Name ?? row.Contact.Phone ?? "",
                row.Contact.Phone,
                row.Contact.Email,
                row.Contact.IsBlocked,
                row.Contact.CreatedAt,
                row.Contact.LastInteractionAt,
                conversationCount,
                identities
            ),
            tags
        );
    }

    /// <param name="beforeSeq">The first message shown so far; null for the newest page.</param>
    public static async Task<ThreadPage> ReadThreadAsync(
        this TenantUnit unit,
        Guid conversationId,
        long? beforeSeq,
        CancellationToken ct
    )
    {
        var visible = await ConversationAccess.VisibleAsync(unit, ct);
        if (
            !unit.Actor.May(MemberPermissions.ConversationsRead)
            || !await visible.AnyAsync(c => c.Id == conversationId, ct)
        )
        {
            return new ThreadPage([], HasEarlier: false);
        }
        var messages = unit
            .Db.Messages.AsNoTracking()
            .Where(m => m.ConversationId == conversationId);
        if (beforeSeq is { } seq)
        {
            var at = await messages
                .Where(m => m.Seq == seq)
                .Select(m => m.OccurredAt)
                .SingleOrDefaultAsync(ct);
            messages = messages.Where(m =>
                EF.Functions.LessThan(
                    ValueTuple.Create(m.OccurredAt, m.Seq),
                    ValueTuple.Create(at, seq)
                )
            );
        }
        var page = messages
            .OrderByDescending(m => m.OccurredAt)
            .ThenByDescending(m => m.Seq)
            .Take(ThreadPageSize + 1);
        var rows = await (
            from m in page
            join p in unit.Db.Profiles on m.SenderId equals (Guid?)p.UserId into senders
            from p in senders.DefaultIfEmpty()
            join q in unit.Db.Messages on m.QuotedMessageId equals (Guid?)q.Id into quotes
            from q in quotes.DefaultIfEmpty()
            orderby m.OccurredAt descending, m.Seq descending
            select new ThreadMessage(
                m.Id,
                m.Seq,
                m.SenderType,
                m.SenderId,
                p == null ? null : p.DisplayName,
                m.IsFromMe,
                m.IsPrivate,
                m.MessageType,
                m.Content,
                m.Status,
                m.ErrorMessage,
                m.OccurredAt,
                m.UnknownSince,
                m.EditedAt,
                m.DeletedAt,
                q == null ? null : new ThreadQuote(q.Id, q.SenderType, null, q.Content),
                m.ErrorCode
            )
        ).ToListAsync(ct);
        var hasEarlier = rows.Count > ThreadPageSize;
        if (hasEarlier)
        {
            rows.RemoveAt(ThreadPageSize);
        }
        rows.Reverse();
        return new ThreadPage(rows, hasEarlier);
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

    private static IQueryable<Conversation> Narrow(
        IQueryable<Conversation> conversations,
        ConversationFilter filter,
        Guid? me
    )
    {
        conversations = filter.Status is { } status
            ? conversations.Where(c => c.Status == status)
            : conversations.Where(c => c.Status != ConversationStatuses.Resolved);
        return filter.View switch
        {
            ConversationViewNames.Mine => conversations.Where(c => c.AssignedTo == me),
            ConversationViewNames.Unassigned => filter.Status is null
                ? conversations.Where(c =>
                    c.AssignedTo == null && c.Status == ConversationStatuses.Open
                )
                : conversations.Where(c => c.AssignedTo == null),
            _ => conversations,
        };
    }
}
