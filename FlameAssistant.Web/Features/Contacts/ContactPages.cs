using FlameAssistant.Data.Contacts;

namespace FlameAssistant.Web.Features.Contacts;

/// <summary>The rows loaded so far and how to get more of them or fresh ones. Owned by one circuit, so it needs no locks.</summary>
public sealed class ContactPages(IContactsData data)
{
    // What somebody scrolled past stays as it was: what is at hand is asked for again.
    private const int MostFresh = 4;

    private ContactFilter filter = new();
    private ContactCursor? next;
    private int generation;
    private int pages;

    public List<ContactRow> Rows { get; private set; } = [];

    public bool IsLoaded { get; private set; }

    public bool IsCut { get; private set; }

    public bool HasMore => next is not null;

    public async Task LoadAsync(ContactFilter wanted, CancellationToken ct)
    {
        var mine = ++generation;
        filter = wanted;
        var page = await data.ListAsync(wanted, after: null, ct);
        if (mine == generation)
        {
            (Rows, next, pages, IsLoaded, IsCut) = ([.. page.Rows], page.Next, 1, true, page.IsCut);
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
        if (mine == generation)
        {
            var known = Rows.Select(row => row.Id).ToHashSet();
            Rows.AddRange(page.Rows.Where(row => known.Add(row.Id)));
            (next, pages) = (page.Next, pages + 1);
        }
    }

    /// <summary>The pages again that are loaded; of a long list its first ones.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        if (!IsLoaded)
        {
            return;
        }
        var mine = generation;
        var page = await data.ListAsync(filter, after: null, ct);
        List<ContactRow> fresh = [.. page.Rows];
        var read = 1;
        while (page.Next is { } from && read < Math.Min(pages, MostFresh))
        {
            page = await data.ListAsync(filter, from, ct);
            fresh.AddRange(page.Rows);
            read++;
        }
        if (mine != generation)
        {
            return;
        }
        if (pages > read)
        {
            var known = fresh.Select(row => row.Id).ToHashSet();
            fresh.AddRange(Rows.Skip(fresh.Count).Where(row => known.Add(row.Id)));
        }
        else
        {
            (next, pages) = (page.Next, read);
        }
        (Rows, IsCut) = (fresh, page.IsCut);
    }
}
