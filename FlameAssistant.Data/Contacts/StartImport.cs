using System.Text.Json;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>Has every row looked at, without changing any contact: what would be new, changed, left out, and what is wrong.</summary>
public sealed record CheckImport(Guid ImportId, ImportOptions Options) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (Imports.WhyNot(unit) is { } refused)
        {
            return refused;
        }
        if (await Imports.LockAsync(unit, ImportId, ct) is not { } import)
        {
            return ImportErrors.NotFound;
        }
        if (import.State is not (ImportStates.Mapping or ImportStates.Checked))
        {
            return ImportErrors.WrongState;
        }
        if (!await FitsAsync(unit, import, ct))
        {
            return ImportErrors.Targets;
        }
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            UPDATE contact_import_rows SET outcome = NULL, problems = jsonb_build_object(), phone_key = NULL, email_key = NULL
             WHERE import_id = {ImportId} AND outcome IS NOT NULL
            """,
            ct
        );
        var options = JsonSerializer.Serialize(Options);
        await unit.Db.Database.ExecuteSqlAsync(
            $"UPDATE contact_imports SET state = {ImportStates.Checking}, options = {options}::jsonb, done_rows = 0 WHERE id = {ImportId}",
            ct
        );
        await ImportWork.AskAsync(unit, ImportId, ct);
        return true;
    }

    private async Task<bool> FitsAsync(TenantUnit unit, ImportHead import, CancellationToken ct)
    {
        var chosen = Options.Targets.Where(t => t.Length > 0).ToList();
        string[] keys =
        [
            .. chosen
                .Where(t => t.StartsWith(ImportTargets.Field, StringComparison.Ordinal))
                .Select(t => t[ImportTargets.Field.Length..]),
        ];
        var fields = await unit.Db.CustomFields.CountAsync(
            f => f.Subject == CustomFieldSubjects.Contact && f.IsActive && keys.Contains(f.Key),
            ct
        );
        Guid[] tags = [.. Options.Tags.Distinct()];
        return Options.Targets.Count == import.Columns.Length
            && chosen.Distinct(StringComparer.Ordinal).Count() == chosen.Count
            && fields == keys.Length
            && chosen.Count(t => ImportTargets.All.Contains(t, StringComparer.Ordinal))
                == chosen.Count - keys.Length
            && chosen.Exists(t =>
                t
                    is ImportTargets.Name
                        or ImportTargets.FirstName
                        or ImportTargets.Phone
                        or ImportTargets.Email
            )
            && (
                Options.Region is null
                || PhoneText.Regions.Contains(Options.Region, StringComparer.Ordinal)
            )
            && await unit.Db.Tags.CountAsync(t => tags.Contains(t.Id) && t.IsActive, ct)
                == tags.Length;
    }
}

/// <summary>Takes in what was checked. Rows with something wrong stay out; the others are written, each whole.</summary>
public sealed record StartImport(Guid ImportId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (Imports.WhyNot(unit) is { } refused)
        {
            return refused;
        }
        if (await Imports.LockAsync(unit, ImportId, ct) is not { } import)
        {
            return ImportErrors.NotFound;
        }
        if (import.State != ImportStates.Checked)
        {
            return ImportErrors.WrongState;
        }
        await unit.Db.Database.ExecuteSqlAsync(
            $"UPDATE contact_imports SET state = {ImportStates.Importing}, done_rows = 0 WHERE id = {ImportId}",
            ct
        );
        await ImportWork.AskAsync(unit, ImportId, ct);
        return true;
    }
}

/// <summary>Stops it where it is. Contacts that came in already stay.</summary>
public sealed record CancelImport(Guid ImportId) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (Imports.WhyNot(unit) is { } refused)
        {
            return refused;
        }
        if (await Imports.LockAsync(unit, ImportId, ct) is not { } import)
        {
            return ImportErrors.NotFound;
        }
        if (import.State is ImportStates.Done or ImportStates.Cancelled)
        {
            return ImportErrors.WrongState;
        }
        await unit.Db.Database.ExecuteSqlAsync(
            $"UPDATE contact_imports SET state = {ImportStates.Cancelled}, finished_at = {unit.Now} WHERE id = {ImportId}",
            ct
        );
        unit.Raise(LiveKinds.Contact, ImportId);
        return true;
    }
}

internal static class ImportWork
{
    public static async Task AskAsync(TenantUnit unit, Guid importId, CancellationToken ct)
    {
        unit.Ask(OutboxKinds.ImportContacts, importId, importId, 0);
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Contact, importId);
    }
}
