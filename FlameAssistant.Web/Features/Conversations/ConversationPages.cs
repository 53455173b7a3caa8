using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>The rows loaded so far and how to get more of them or fresh ones. Owned by one circuit, so it needs no locks.</summary>
public sealed class ConversationPages(IInboxData data)
{
    private ConversationCursor? next;
    private int generation;
    private int pages;
    private bool isLoadingMore;
    private bool isStale;

    /// <summary>What the list was asked for with.</summary>
    public ConversationFilter Filter { get; private set; } = new();

    public List<ConversationRow> Rows { get; private set; } = [];

    public bool IsLoaded { get; private set; }

    public bool HasMore => next is not null;

    public async Task LoadAsync(ConversationFilter wanted, CancellationToken ct)
    {
        var mine = ++generation;
        (Filter, IsLoaded, next, pages, Rows, isStale) = (wanted, false, null, 0, [], false);
        var page = await data.ListAsync(wanted, after: null, ct);
        if (mine == generation)
        {
            (Rows, next, pages, IsLoaded) = ([.. page.Rows], page.Next, 1, true);
            if (isStale)
            {
                await RefreshAsync(ct);
            }
        }
    }

    public async Task MoreAsync(CancellationToken ct)
    {
        if (isLoadingMore || next is not { } from)
        {
            return;
        }

        var mine = generation;
        isLoadingMore = true;
        try
        {
            var page = await data.ListAsync(Filter, from, ct);
            if (mine == generation && next == from)
            {
                var known = Rows.Select(row => row.Id).ToHashSet();
                Rows.AddRange(page.Rows.Where(row => known.Add(row.Id)));
                (next, pages) = (page.Next, pages + 1);
            }
        }
        finally
        {
            isLoadingMore = false;
        }
    }

    /// <summary>All that was loaded, again.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        if (!IsLoaded)
        {
            isStale = true;
            return;
        }

        var mine = generation;
        var page = await data.ListAsync(Filter, after: null, ct);
        List<ConversationRow> fresh = [.. page.Rows];
        var read = 1;
        while (page.Next is { } from && read < pages)
        {
            page = await data.ListAsync(Filter, from, ct);
            fresh.AddRange(page.Rows);
            read++;
        }

        if (mine == generation)
        {
            (Rows, next, pages) = ([.. fresh.DistinctBy(row => row.Id)], page.Next, read);
        }
    }

    /// <summary>How far the member has read, of those that are loaded.</summary>
    public IReadOnlyDictionary<Guid, ReadMark> Read(Predicate<Guid> which) =>
        Rows.Where(row => which(row.Id))
            .ToDictionary(
                row => row.Id,
                row => new ReadMark(row.InboundSeq - row.Unread, row.IsMuted)
            );

    /// <summary>Puts changed rows where they belong now. What is below the loaded pages comes when one scrolls there.</summary>
    /// <param name="changed">Those that are not among <paramref name="listed"/> leave the list.</param>
    /// <param name="asked">What the rows were asked for with; of another list they are left alone.</param>
    public void Take(
        IReadOnlyCollection<Guid> changed,
        IReadOnlyList<ConversationRow> listed,
        ConversationFilter asked
    )
    {
        if (!IsLoaded || !ReferenceEquals(asked, Filter))
        {
            // What is being read may have been read before the change.
            isStale |= !IsLoaded;
            return;
        }
        Rows =
        [
            .. Rows.Where(row => !changed.Contains(row.Id))
                .Concat(listed.Where(row => next is not { } edge || !IsAfter(row, edge)))
                .OrderByDescending(row => row.LastMessageAt)
                .ThenByDescending(row => row.Id),
        ];
    }

    private static bool IsAfter(ConversationRow row, ConversationCursor edge) =>
        row.LastMessageAt < edge.LastMessageAt
        || (row.LastMessageAt == edge.LastMessageAt && row.Id.CompareTo(edge.Id) < 0);
}
