using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>Joins two contacts that are one person. It can be undone.</summary>
/// <param name="KeepId">Whose profile stays.</param>
/// <param name="Take">Of values that both have, those to take from the other: name, phone, email, keys of own fields.</param>
public sealed record MergeContacts(Guid KeepId, Guid OtherId, IReadOnlyList<string> Take)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ContactsWrite))
        {
            return Error.Forbidden(MemberPermissions.ContactsWrite);
        }
        if (KeepId == OtherId)
        {
            return ContactErrors.MergeSame;
        }
        // In one order, whichever of the two is kept: two merges of one pair wait for each other.
        foreach (var id in (Guid[])[.. new[] { KeepId, OtherId }.Order()])
        {
            var begun = await ContactChange.BeginAsync(unit, id, ct);
            if (!begun.IsOk)
            {
                return begun.Error;
            }
        }
        unit.Db.ChangeTracker.Clear();
        await JoinContacts.RunAsync(unit, KeepId, OtherId, ct, Take);
        await ContactChange.TellAsync(unit, KeepId, ct);
        unit.Raise(LiveKinds.Contact, OtherId);
        return true;
    }
}

/// <summary>
/// Parts two contacts again: what moved goes back, what the merge changed is as before, unless somebody changed it since.
/// Conversations begun since then go with the identities that they came by.
/// </summary>
public sealed record UndoMerge(Guid MergeId) : ITenantOperation<Guid>
{
    /// <returns>The contact that is there again.</returns>
    public async Task<Result<Guid>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ContactsWrite))
        {
            return Error.Forbidden(MemberPermissions.ContactsWrite);
        }
        if (!ContactAccess.IsReady(unit))
        {
            return ContactErrors.NotUpgraded;
        }
        var found = await FindAsync(unit, ct);
        if (found is null || !await ContactAccess.MaySeeAsync(unit, found.KeptId, ct))
        {
            return ContactErrors.NotFound;
        }
        await unit.Db.Database.ExecuteSqlAsync(
            $"SELECT 1 FROM contacts WHERE id IN ({found.KeptId}, {found.OtherId}) ORDER BY id FOR UPDATE",
            ct
        );
        // As it is now that nobody else can change it.
        found = (await FindAsync(unit, ct))!;
        if (!found.CanUndo)
        {
            return ContactErrors.NotMerged;
        }
        await ContactParting.RunAsync(unit, found, ct);
        await unit.Db.Database.ExecuteSqlAsync(
            $"UPDATE contact_merges SET undone_at = {unit.Now}, undone_by = {unit.Actor.Id} WHERE id = {MergeId}",
            ct
        );
        await ContactChange.TellAsync(unit, found.KeptId, ct);
        await ContactChange.TellAsync(unit, found.OtherId, ct);
        return found.OtherId;
    }

    private Task<MergeToUndo?> FindAsync(TenantUnit unit, CancellationToken ct) =>
        unit
            .Db.Database.SqlQuery<MergeToUndo>(
                $"""
                SELECT m.kept_id, m.other_id, m.moved::text AS moved, m.merged_at,
                       m.undone_at IS NULL AND o.merged_into = m.kept_id AND k.merged_into IS NULL AS can_undo
                  FROM contact_merges m JOIN contacts k ON k.id = m.kept_id JOIN contacts o ON o.id = m.other_id
                 WHERE m.id = {MergeId}
                """
            )
            .SingleOrDefaultAsync(ct);
}

internal sealed record MergeToUndo(
    Guid KeptId,
    Guid OtherId,
    string Moved,
    DateTimeOffset MergedAt,
    bool CanUndo
);
