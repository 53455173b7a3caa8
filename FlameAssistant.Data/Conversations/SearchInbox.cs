using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>A message that holds the words.</summary>
/// <param name="Snippet">The place of the words, in parts; the matching ones are marked.</param>
public sealed record FoundMessage(
    Guid MessageId,
    Guid ConversationId,
    long ConversationNumber,
    string ContactName,
    string ChannelType,
    bool IsFromMe,
    bool IsPrivate,
    DateTimeOffset At,
    IReadOnlyList<SnippetPart> Snippet
);

public sealed record SnippetPart(string Text, bool IsMatch);

/// <param name="Next">Asks for the next page; null at the end.</param>
public sealed record FoundMessages(IReadOnlyList<FoundMessage> Rows, SearchCursor? Next);

public readonly record struct SearchCursor(DateTimeOffset At, Guid MessageId);

/// <param name="ConversationNumber">Of the newest conversation that the member sees; null when there is none.</param>
public sealed record FoundContact(
    Guid ContactId,
    string Name,
    string? Phone,
    string? Email,
    long? ConversationNumber
);

public static class SearchInbox
{
    public const int PageSize = 20;

    // Hidden channels are taken out after the search: so many looks at most, before a short page is what it is.
    private const int MostLooks = 5;
    private const char Begin = '\u0002';
    private const char End = '\u0003';

    /// <summary>Messages that hold all the words, newest first; accents and endings do not matter.</summary>
    public static async Task<FoundMessages> SearchMessagesAsync(
        this TenantUnit unit,
        string text,
        SearchCursor? after,
        CancellationToken ct
    )
    {
        if (string.IsNullOrWhiteSpace(text) || !unit.Actor.May(MemberPermissions.ConversationsRead))
        {
            return new FoundMessages([], Next: null);
        }
        var asked = Shared.StorableText.Clean(text);
        var rows = new List<FoundMessage>();
        var cursor = after;
        for (var look = 0; look < MostLooks && rows.Count < PageSize; look++)
        {
            var hits = await LookAsync(unit, asked, cursor, ct);
            cursor = hits.Count < PageSize ? null : new(hits[^1].CreatedAt, hits[^1].MessageId);
            var shown = await ShowAsync(unit, asked, hits, ct);
            foreach (var row in shown.Take(PageSize - rows.Count))
            {
                rows.Add(row);
            }
            if (shown.Count > 0 && rows.Count == PageSize)
            {
                // Where this page ends the next one goes on, even within a look.
                var last = hits.Find(h => h.MessageId == rows[^1].MessageId)!;
                cursor =
                    cursor is null && last == hits[^1] ? null : new(last.CreatedAt, last.MessageId);
            }
            if (cursor is null)
            {
                break;
            }
        }
        return new FoundMessages(rows, cursor);
    }

    /// <summary>Contacts by name, number or address, who wrote last first.</summary>
    public static async Task<IReadOnlyList<FoundContact>> SearchContactsAsync(
        this TenantUnit unit,
        string text,
        CancellationToken ct
    )
    {
        if (string.IsNullOrWhiteSpace(text) || !unit.Actor.May(MemberPermissions.ConversationsRead))
        {
            return [];
        }
        var asked = Shared.StorableText.Clean(text);
        var ids = await unit
            .Db.Database.SqlQuery<Guid>(
                $"""SELECT contact_id AS "Value" FROM search_contacts({asked}, {PageSize})"""
            )
            .ToListAsync(ct);
        var visible = await ConversationAccess.VisibleAsync(unit, ct);
        var found = await unit
            .Db.Contacts.AsNoTracking()
            .Where(c => ids.Contains(c.Id))
            .Select(c => new FoundContact(
                c.Id,
                c.Name ?? c.Phone ?? "",
                c.Phone,
                c.Email,
                visible
                    .Where(v => v.ContactId == c.Id)
                    .OrderByDescending(v => v.LastMessageAt)
                    .Select(v => (long?)v.Number)
                    .FirstOrDefault()
            ))
            .ToListAsync(ct);
        return
        [
            .. found
                // Whom an agent never talks with on a channel of theirs is none of their business.
                .Where(c => unit.Actor.SeesAllChannels || c.ConversationNumber is not null)
                .OrderBy(c => ids.IndexOf(c.ContactId)),
        ];
    }

    private static Task<List<Hit>> LookAsync(
        TenantUnit unit,
        string asked,
        SearchCursor? after,
        CancellationToken ct
    )
    {
        DateTimeOffset? at = after?.At;
        Guid? id = after?.MessageId;
        return unit
            .Db.Database.SqlQuery<Hit>(
                $"SELECT message_id, conversation_id, created_at FROM search_messages({asked}, {at}, {id}, {PageSize})"
            )
            .ToListAsync(ct);
    }

    private static async Task<List<FoundMessage>> ShowAsync(
        TenantUnit unit,
        string asked,
        List<Hit> hits,
        CancellationToken ct
    )
    {
        var conversations = hits.Select(h => h.ConversationId).Distinct().ToList();
        var heads = await (
            from c in (await ConversationAccess.VisibleAsync(unit, ct)).Where(c =>
                conversations.Contains(c.Id)
            )
            join contact in unit.Db.Contacts on c.ContactId equals contact.Id
            join channel in unit.Db.Channels on c.ChannelId equals channel.Id
            select new
            {
                c.Id,
                c.Number,
                Name = contact.Name ?? contact.Phone ?? "",
                channel.Type,
            }
        ).ToDictionaryAsync(c => c.Id, ct);
        Guid[] seen =
        [
            .. hits.Where(h => heads.ContainsKey(h.ConversationId)).Select(h => h.MessageId),
        ];
        var texts = (
            await unit
                .Db.Database.SqlQuery<Text>(
                    $"""
                    SELECT m.id, m.is_from_me, m.is_private, m.occurred_at,
                           ts_headline('shared.es', translate(left(m.content, 10000), E'\u0002\u0003', ''), shared.search_query({asked}),
                             E'StartSel=\u0002, StopSel=\u0003, MaxFragments=1, MaxWords=24, MinWords=8') AS headline
                      FROM messages m WHERE m.id = ANY ({seen})
                    """
                )
                .ToListAsync(ct)
        ).ToDictionary(t => t.Id);
        return
        [
            .. hits.Where(h => texts.ContainsKey(h.MessageId))
                .Select(h =>
                {
                    var (head, text) = (heads[h.ConversationId], texts[h.MessageId]);
                    return new FoundMessage(
                        h.MessageId,
                        h.ConversationId,
                        head.Number,
                        head.Name,
                        head.Type,
                        text.IsFromMe,
                        text.IsPrivate,
                        text.OccurredAt,
                        Parts(text.Headline)
                    );
                }),
        ];
    }

    /// <summary>Customers' text stays text: the marks are characters that it cannot hold.</summary>
    internal static IReadOnlyList<SnippetPart> Parts(string headline)
    {
        var parts = new List<SnippetPart>();
        var rest = headline.ReplaceLineEndings(" ").AsSpan();
        var isMatch = false;
        while (rest.Length > 0)
        {
            var end = rest.IndexOf(isMatch ? End : Begin);
            var text = end < 0 ? rest : rest[..end];
            if (text.Length > 0)
            {
                parts.Add(new SnippetPart(text.ToString(), isMatch));
            }
            rest = end < 0 ? [] : rest[(end + 1)..];
            isMatch = !isMatch;
        }
        return parts;
    }

    private sealed record Hit(Guid MessageId, Guid ConversationId, DateTimeOffset CreatedAt);

    private sealed record Text(
        Guid Id,
        bool IsFromMe,
        bool IsPrivate,
        DateTimeOffset OccurredAt,
        string Headline
    );
}
