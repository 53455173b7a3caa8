using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>
/// The part of a conversation that is on the screen: its messages and what was done between them. It grows at both ends,
/// and follows the newest while it reaches there.
/// </summary>
internal sealed class ThreadStretch(IInboxData data, Guid conversationId)
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);
    private const int MostReadings = 3;

    private List<ThreadEvent> events = [];
    private int asked;
    private int shown;
    private int taken;

    public IReadOnlyList<ThreadMessage> Messages { get; private set; } = [];

    public bool IsLoaded { get; private set; }

    public bool HasEarlier { get; private set; }

    /// <summary>The reader is somewhere in the past: what is new waits at the end.</summary>
    public bool HasLater { get; private set; }

    public long NewestSeq => Messages.Count > 0 ? Messages.Max(message => message.Seq) : 0;

    /// <summary>The newest page again. Earlier pages stay, unless more was missed than a page holds.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        var mine = ++asked;
        var page = await UndisturbedAsync(() =>
            data.ThreadAsync(conversationId, beforeSeq: null, ct)
        );
        if (mine < shown)
        {
            // Two at once, and the later question was answered first.
            return;
        }
        shown = mine;
        var first = page.Messages is [var oldest, ..] ? oldest : null;
        List<ThreadMessage> kept = first is null
            ? []
            : [.. Messages.TakeWhile(message => IsBefore(message, first))];
        var isGap =
            page.HasEarlier
            && first is not null
            && Messages.Count > 0
            && IsBefore(Messages[^1], first);
        if (kept.Count == 0 || isGap)
        {
            kept = [];
            HasEarlier = page.HasEarlier;
        }

        events = kept.Count == 0 ? [.. page.Events] : Joined(events, page.Events);
        Messages = [.. kept, .. page.Messages];
        IsLoaded = true;
    }

    /// <summary>For <see cref="Take"/>: what to ask for when these messages changed.</summary>
    public ThreadMark Mark(IReadOnlyCollection<long> seqs) =>
        new(
            conversationId,
            seqs,
                // Who began earlier may have committed later.
                events is [.., var last]
                    ? last.At - Late
                : Messages is [var first, ..] ? first.At - Late
                : DateTimeOffset.UnixEpoch
        );

    /// <summary>Puts messages that changed or came where they belong.</summary>
    /// <returns>False when more has happened than was asked for: then the newest page is to be read again.</returns>
    public bool Take(IReadOnlyList<ThreadMessage> changed, IReadOnlyList<ThreadEvent> done)
    {
        if (!IsLoaded)
        {
            return false;
        }
        taken++;
        var byId = changed.ToDictionary(message => message.Id);
        var newest = NewestSeq;
        var known = Messages.Select(message => message.Id).ToHashSet();
        var fresh = changed.Where(message => !known.Contains(message.Id)).ToList();
        List<ThreadMessage> same =
        [
            .. Messages.Select(message => byId.GetValueOrDefault(message.Id) ?? message),
        ];
        if (HasLater)
        {
            Messages = same;
            return true;
        }
        var came = fresh.Count(message => message.Seq > newest);
        if (came > 0 && fresh.Max(message => message.Seq) != newest + came)
        {
            return false;
        }
        // What is older than the stretch is seen when one scrolls there.
        var begin = HasEarlier && Messages is [var oldest, ..] ? oldest : null;
        Messages =
        [
            .. same.Concat(fresh.Where(message => begin is null || IsBefore(begin, message)))
                .OrderBy(message => message.At)
                .ThenBy(message => message.Seq),
        ];
        events = Joined(events, done);
        return true;
    }

    /// <returns>Whether the message is there, and now on the screen with what stands around it.</returns>
    public async Task<bool> ShowAroundAsync(Guid messageId, CancellationToken ct)
    {
        var page = await UndisturbedAsync(() =>
            data.ThreadAroundAsync(conversationId, messageId, ct)
        );
        if (page.Messages.Count == 0)
        {
            return false;
        }
        (Messages, events) = ([.. page.Messages], [.. page.Events]);
        (HasEarlier, HasLater, IsLoaded) = (page.HasEarlier, page.HasLater, true);
        return true;
    }

    public async Task<bool> ShowEarlierAsync(CancellationToken ct)
    {
        if (!HasEarlier || Messages.Count == 0)
        {
            return false;
        }
        var page = await data.ThreadAsync(conversationId, Messages[0].Seq, ct);
        Messages = [.. page.Messages, .. Messages];
        events = Joined(page.Events, events);
        HasEarlier = page.HasEarlier;
        return true;
    }

    public async Task<bool> ShowLaterAsync(CancellationToken ct)
    {
        if (!HasLater || Messages.Count == 0)
        {
            return false;
        }
        var page = await data.ThreadAfterAsync(conversationId, Messages[^1].Seq, ct);
        Messages = [.. Messages, .. page.Messages];
        events = Joined(events, page.Events);
        HasLater = page.HasLater;
        return true;
    }

    public Task ShowNewestAsync(CancellationToken ct)
    {
        (Messages, events, HasLater) = ([], [], false);
        return RefreshAsync(ct);
    }

    /// <summary>Where the reading begins; nothing is marked when all of it is new.</summary>
    public Guid? FirstUnread(long unread)
    {
        var inbound = Messages
            .Where(message => MessageBubble.DirectionOf(message) == "in")
            .ToList();
        Guid? first =
            unread > 0 && unread < Messages.Count && unread <= inbound.Count
                ? inbound[^(int)unread].Id
                : null;
        return Messages is [var oldest, ..] && oldest.Id == first ? null : first;
    }

    /// <summary>Messages and what was done between them, in the order of time; at the end what is still on its way.</summary>
    public IEnumerable<ThreadLine> Lines(IEnumerable<Outgoing> outgoing)
    {
        var at = 0;
        foreach (var message in Messages)
        {
            while (at < events.Count && events[at].At <= message.At)
            {
                yield return new ThreadLine(events[at].At, null, events[at++]);
            }
            yield return new ThreadLine(message.At, message, null);
        }
        while (at < events.Count)
        {
            yield return new ThreadLine(events[at].At, null, events[at++]);
        }
        foreach (var sent in outgoing)
        {
            yield return new ThreadLine(sent.At, sent.AsMessage, null);
        }
    }

    /// <summary>
    /// A page that is no older than what was put on the screen while it was read: else it would take that away. Where reading
    /// is slower than what comes, the third is taken, and the next change makes it good.
    /// </summary>
    private async Task<ThreadPage> UndisturbedAsync(Func<Task<ThreadPage>> read)
    {
        for (var readings = 1; ; readings++)
        {
            var before = taken;
            var page = await read();
            if (taken == before || readings == MostReadings)
            {
                return page;
            }
        }
    }

    private static bool IsBefore(ThreadMessage one, ThreadMessage other) =>
        one.At < other.At || (one.At == other.At && one.Seq < other.Seq);

    private static List<ThreadEvent> Joined(
        IEnumerable<ThreadEvent> earlier,
        IEnumerable<ThreadEvent> later
    ) =>
        [
            .. earlier
                .Concat(later)
                .DistinctBy(done => done.Id)
                .OrderBy(done => done.At)
                .ThenBy(done => done.Id),
        ];
}

/// <summary>A message, or something that was done.</summary>
public readonly record struct ThreadLine(
    DateTimeOffset At,
    ThreadMessage? Message,
    ThreadEvent? Done
);
