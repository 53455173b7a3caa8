using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>What an inbox that shows a list and a thread needs to know after a few changes.</summary>
/// <param name="Rows">Of the changed conversations those that the list holds now.</param>
/// <param name="Shown">Null when no thread was asked for, or the actor may no longer see it.</param>
public sealed record InboxNews(IReadOnlyList<ConversationRow> Rows, ThreadNews? Shown)
{
    public static InboxNews None { get; } = new([], Shown: null);

    /// <summary>
    /// Where the changed conversations stand that the actor sees, also those that the list does not hold: what the counters
    /// are made of. One that is missing here may have changed any of them.
    /// </summary>
    public IReadOnlyDictionary<Guid, ConversationStanding> Standings { get; init; } =
        new Dictionary<Guid, ConversationStanding>();
}

/// <summary>What says in which counters a conversation is.</summary>
public readonly record struct ConversationStanding(string Status, Guid? AssignedTo);

/// <summary>Messages of the open thread that changed or came, what was done since, and what they changed at its head.</summary>
public sealed record ThreadNews(
    ConversationPulse Pulse,
    IReadOnlyList<ThreadMessage> Messages,
    IReadOnlyList<ThreadEvent> Events
);

/// <summary>What a message changes of its conversation.</summary>
public sealed record ConversationPulse(
    string Status,
    Guid? AssignedTo,
    string? AssigneeName,
    DateTimeOffset? WindowExpiresAt,
    long InboundSeq,
    DateTimeOffset? SnoozedUntil,
    DateTimeOffset? WaitingSince,
    DateTimeOffset? ResponseDueAt,
    string ResponseState,
    DateTimeOffset? FirstResponseAt,
    string ContactName,
    DateTimeOffset? ContactSeenAt
);

/// <summary>What an open thread asks for: messages by their place, and what was done after the last thing that it shows.</summary>
public sealed record ThreadMark(
    Guid ConversationId,
    IReadOnlyCollection<long> Seqs,
    DateTimeOffset EventsFrom
);

public static class FollowInbox
{
    /// <summary>
    /// The cheap answer to a live change: rows by their key instead of pages. An inbox of fifty agents hears every message
    /// fifty times.
    /// </summary>
    /// <param name="filter">Of the list that is shown.</param>
    /// <param name="changed">At most a few dozen.</param>
    public static async Task<InboxNews> FollowInboxAsync(
        this TenantUnit unit,
        ConversationFilter filter,
        IReadOnlyCollection<Guid> changed,
        ThreadMark? shown,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsRead))
        {
            return InboxNews.None;
        }
        var news = shown is null ? null : await ThreadAsync(unit, shown, ct);
        return new InboxNews(await unit.FindConversationRowsAsync(filter, changed, ct), news);
    }

    internal static async Task<ThreadNews?> ThreadAsync(
        TenantUnit unit,
        ThreadMark mark,
        CancellationToken ct
    )
    {
        var pulse = await (
            from c in (await ConversationAccess.VisibleAsync(unit, ct)).Where(c =>
                c.Id == mark.ConversationId
            )
            join contact in unit.Db.Contacts on c.ContactId equals contact.Id
            join p in unit.Db.Profiles on c.AssignedTo equals (Guid?)p.UserId into assignees
            from p in assignees.DefaultIfEmpty()
            select new ConversationPulse(
                c.Status,
                c.AssignedTo,
                p == null ? null : p.DisplayName,
                c.WindowExpiresAt,
                c.InboundSeq,
                c.SnoozedUntil,
                c.WaitingSince,
                c.ResponseDueAt,
                c.ResponseState,
                c.FirstResponseAt,
                contact.Name ?? contact.Phone ?? "",
                contact.LastInteractionAt
            )
        ).SingleOrDefaultAsync(ct);
        if (pulse is null)
        {
            return null;
        }
        var page = await ReadThread.BySeqAsync(unit, mark, ct);
        return new ThreadNews(pulse, page.Messages, page.Events);
    }
}
