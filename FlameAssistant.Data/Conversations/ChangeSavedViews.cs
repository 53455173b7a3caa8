using System.Text.Json;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>Keeps a filter by a name, for oneself or for everybody; everybody's are the managers' to change.</summary>
/// <param name="ViewId">Null makes one.</param>
public sealed record SaveView(Guid? ViewId, string Name, ConversationFilter Filter, bool IsShared)
    : ITenantOperation<Guid>
{
    public Task<Result<Guid>> RunAsync(TenantUnit unit, CancellationToken ct) =>
        SavedViews.SaveAsync(
            unit,
            SavedView.Conversations,
            ViewId,
            Name,
            JsonSerializer.Serialize(Filter),
            IsShared,
            ct
        );
}

public sealed record DeleteView(Guid ViewId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var view = await unit.Db.SavedViews.SingleOrDefaultAsync(v => v.Id == ViewId, ct);
        if (view is null || (view.UserId is { } whose && whose != unit.Actor.Id))
        {
            return SavedViews.NotFound;
        }
        if (SavedViews.WhyNot(unit, view.UserId) is { } refused)
        {
            return refused;
        }
        unit.Db.SavedViews.Remove(view);
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Vocabulary, ViewId);
        return true;
    }
}

public sealed record SavedViewRow(Guid Id, string Name, bool IsShared, ConversationFilter Filter);

public static class SavedViews
{
    private const int MostPerPerson = 50;

    internal static Error NotFound { get; } =
        Error.NotFound("view.not_found", "There is no such view.");

    internal static Error NameError { get; } =
        Error.Invalid("view.name", "A view's name has 1 to 100 characters.", "name");

    internal static Error Exists(string name) =>
        Error.Invalid("view.exists", $"There is a view '{name}' already.", "name") with
        {
            Args = [name],
        };

    internal static Error TooMany(int most) =>
        Error.Conflict("view.too_many", $"There may be {most} views. Delete one first.") with
        {
            Args = [most],
        };

    /// <summary>Everybody's views need a manager; one's own need to be a person.</summary>
    internal static Error? WhyNot(TenantUnit unit, Guid? owner) =>
        unit.Actor.UserId is null || !unit.Actor.May(MemberPermissions.ConversationsRead)
            ? Error.Forbidden(MemberPermissions.ConversationsRead)
        : owner is null && !unit.Actor.May(MemberPermissions.TagsWrite)
            ? Error.Forbidden(MemberPermissions.TagsWrite)
        : null;

    internal static async Task<Result<Guid>> SaveAsync(
        TenantUnit unit,
        string subject,
        Guid? viewId,
        string typed,
        string filter,
        bool isShared,
        CancellationToken ct
    )
    {
        var name = StorableText.Clean(typed).ReplaceLineEndings(" ").Trim();
        if (name.Length is 0 or > 100)
        {
            return NameError;
        }
        Guid? owner = isShared ? null : unit.Actor.Id;
        if (WhyNot(unit, owner) is { } refused)
        {
            return refused;
        }
        SavedView? view = null;
        if (viewId is { } id)
        {
            view = await unit.Db.SavedViews.SingleOrDefaultAsync(
                v => v.Id == id && v.Subject == subject,
                ct
            );
            if (view is null || (view.UserId is { } whose && whose != unit.Actor.Id))
            {
                return NotFound;
            }
            if (WhyNot(unit, view.UserId) is { } theirs)
            {
                return theirs;
            }
        }
        await unit.Db.Database.ExecuteSqlAsync(
            $"SELECT pg_advisory_xact_lock(hashtextextended({"flame:views:" + unit.Tenant.Id}, 0))",
            ct
        );
        var others = unit.Db.SavedViews.Where(v =>
            v.UserId == owner && v.Subject == subject && v.Id != viewId
        );
        if (await others.AnyAsync(v => v.Name == name, ct))
        {
            return Exists(name);
        }
        if (view is null && await others.CountAsync(ct) >= MostPerPerson)
        {
            return TooMany(MostPerPerson);
        }
        view ??= unit
            .Db.SavedViews.Add(
                new SavedView
                {
                    Id = Guid.CreateVersion7(unit.Now),
                    Subject = subject,
                    Name = name,
                }
            )
            .Entity;
        (view.Name, view.UserId, view.Filter) = (name, owner, filter);
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Vocabulary, view.Id);
        return view.Id;
    }

    /// <summary>Everybody's and the acting member's own, by name.</summary>
    internal static Task<List<SavedView>> ListAsync(
        TenantUnit unit,
        string subject,
        CancellationToken ct
    )
    {
        var me = unit.Actor.UserId;
        return unit
            .Db.SavedViews.AsNoTracking()
            .Where(v => v.Subject == subject && (v.UserId == null || v.UserId == me))
            .OrderBy(v => v.UserId != null)
            .ThenBy(v => v.Position)
            .ThenBy(v => v.Name)
            .ToListAsync(ct);
    }

    public static async Task<IReadOnlyList<SavedViewRow>> ListSavedViewsAsync(
        this TenantUnit unit,
        CancellationToken ct
    )
    {
        var views = await ListAsync(unit, SavedView.Conversations, ct);
        return views.ConvertAll(v => new SavedViewRow(
            v.Id,
            v.Name,
            v.UserId is null,
            JsonSerializer.Deserialize<ConversationFilter>(v.Filter) ?? new ConversationFilter()
        ));
    }
}
