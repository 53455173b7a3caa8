using FlameAssistant.Data.Conversations;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>The rows loaded so far and how to get more of them or fresh ones. Owned by one circuit, so it needs no locks.</summary>
public sealed class ConversationPages(IInboxData data)
{
    private ConversationFilter filter = new();
    private ConversationCursor? next;
    private int generation;
    private int pages;

    public List<ConversationRow> Rows { get; private set; } = [];

    public bool IsLoaded { get; private set; }

    public bool HasMore => next is not null;

    public async Task LoadAsync(ConversationFilter wanted, CancellationToken ct)
    {
        var mine = ++generation;
        (filter, IsLoaded, next, pages, Rows) = (wanted, false, null, 0, []);
        var page = await data.ListAsync(wanted, after: null, ct);
        if (mine == generation)
        {
            (Rows, next, pages, IsLoaded) = ([.. page.Rows], page.Next, 1, true);
        }
    }

    public async Task MoreAsync(CancellationToken ct)
    {
        if (next is not { } from)
        {
            return;
        }

        var mine = generation;
        next = null;
        var page = await data.ListAsync(filter, from, ct);
        if (mine != generation)
        {
            return;
        }

        var known = Rows.Select(row => row.Id).ToHashSet();
        Rows.AddRange(page.Rows.Where(row => known.Add(row.Id)));
        (next, pages) = (page.Next, pages + 1);
    }

    /// <summary>
    /// The first page again; the others only if the changed conversation is among them or may be any.
    /// What had been loaded below stays, so that the reader's place does not move.
    /// </summary>
    public async Task RefreshAsync(Guid? changed, CancellationToken ct)
    {
        if (!IsLoaded)
        {
            return;
        }

        var mine = generation;
        var page = await data.ListAsync(filter, after: null, ct);
        List<ConversationRow> fresh = [.. page.Rows];
        var below = Rows.Skip(fresh.Count).ToList();
        var deep = changed is not { } id || below.Exists(row => row.Id == id);
        var read = 1;
        while (deep && page.Next is { } from && read < pages)
        {
            page = await data.ListAsync(filter, from, ct);
            fresh.AddRange(page.Rows);
            read++;
        }

        if (mine != generation)
        {
            return;
        }

        if (!deep && pages > 1 && page.Next is { } edge)
        {
            var known = fresh.Select(row => row.Id).ToHashSet();
            fresh.AddRange(Rows.Where(row => IsAfter(row, edge) && known.Add(row.Id)));
        }
        else
        {
            (next, pages) = (page.Next, read);
        }

        Rows = [.. fresh.DistinctBy(row => row.Id)];
    }

    private static bool IsAfter(ConversationRow row, ConversationCursor edge) =>
        row.LastMessageAt < edge.LastMessageAt
        || (row.LastMessageAt == edge.LastMessageAt && row.Id.CompareTo(edge.Id) < 0);
}
