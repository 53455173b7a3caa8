using System.Text.Json;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>How far a check or an import is.</summary>
public sealed record ImportProgress(bool IsOver, int DoneRows);

/// <summary>
/// The next rows of an import: looked at, and when it is no check, written. Rows and their outcome are one transaction, so
/// that a crash loses nothing and a second run doubles nothing.
/// </summary>
/// <param name="Refuse">The next row made this fail: it stays out, whatever is wrong with it.</param>
public sealed record RunImportBatch(Guid OutboxId, Guid ImportId, int Size, bool Refuse = false)
    : ITenantOperation<ImportProgress>
{
    public async Task<Result<ImportProgress>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var import = await Imports.LockAsync(unit, ImportId, ct);
        if (import is null || !ImportStates.IsUnderWay(import.State))
        {
            await FinishAsync(unit, ct);
            return new ImportProgress(IsOver: true, import?.DoneRows ?? 0);
        }
        var isCheck = import.State == ImportStates.Checking;
        var options = JsonSerializer.Deserialize<ImportOptions>(import.Options)!;
        var rows = await ReadAsync(unit, options, import.DoneRows, ct);
        var (plan, taken) = Refuse
            ? (ImportPlan.Refused(rows[..1]), 1)
            : await ImportPlan.MakeAsync(unit, ImportId, rows, options, isCheck, ct);
        if (!isCheck)
        {
            await ImportWriter.WriteAsync(unit, import.UserId, plan, options, ct);
        }
        var done = rows.Count == 0 ? import.TotalRows : rows[taken - 1].Number;
        await KeepAsync(unit, plan, isApplied: !isCheck, ct);
        var isOver = done >= import.TotalRows;
        var state =
            !isOver ? import.State
            : isCheck ? ImportStates.Checked
            : ImportStates.Done;
        DateTimeOffset? finished = state == ImportStates.Done ? unit.Now : null;
        await unit.Db.Database.ExecuteSqlAsync(
            $"UPDATE contact_imports SET state = {state}, done_rows = {done}, finished_at = {finished} WHERE id = {ImportId}",
            ct
        );
        if (isOver)
        {
            await FinishAsync(unit, ct);
        }
        unit.Raise(LiveKinds.Contact, ImportId);
        return new ImportProgress(isOver, done);
    }

    private Task FinishAsync(TenantUnit unit, CancellationToken ct) =>
        unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);

    private async Task<List<ImportRow>> ReadAsync(
        TenantUnit unit,
        ImportOptions options,
        int after,
        CancellationToken ct
    )
    {
        var staged = await unit
            .Db.Database.SqlQuery<Staged>(
                $"""
                SELECT row_number AS number, cells::text AS cells, broken FROM contact_import_rows
                 WHERE import_id = {ImportId} AND row_number > {after} ORDER BY row_number LIMIT {Size}
                """
            )
            .ToListAsync(ct);
        var definitions = await unit
            .Db.CustomFields.AsNoTracking()
            .Where(d => d.Subject == CustomFieldSubjects.Contact && d.IsActive)
            .ToListAsync(ct);
        var tags = new Dictionary<string, Guid>(StringComparer.OrdinalIgnoreCase);
        foreach (
            var tag in await unit
                .Db.Tags.AsNoTracking()
                .Where(t => t.IsActive)
                .Select(t => new { t.Id, t.Name })
                .ToListAsync(ct)
        )
        {
            tags.TryAdd(tag.Name, tag.Id);
        }
        return staged.ConvertAll(row =>
            ImportRow.Read(
                row.Number,
                JsonSerializer.Deserialize<string[]>(row.Cells)!,
                row.Broken,
                options,
                definitions,
                tags
            )
        );
    }

    private Task KeepAsync(
        TenantUnit unit,
        IReadOnlyList<PlannedRow> plan,
        bool isApplied,
        CancellationToken ct
    )
    {
        int[] numbers = [.. plan.Select(p => p.Row.Number)];
        string[] outcomes = [.. plan.Select(p => p.Outcome)];
        string[] problems = [.. plan.Select(p => JsonSerializer.Serialize(p.Row.Problems))];
        string?[] phones = [.. plan.Select(p => p.PhoneKey)];
        string?[] emails = [.. plan.Select(p => p.Row.EmailKey)];
        Guid?[] contacts = [.. plan.Select(p => isApplied ? p.ContactId : null)];
        return unit.Db.Database.ExecuteSqlAsync(
            $"""
            UPDATE contact_import_rows r SET outcome = p.outcome, problems = p.problems::jsonb, phone_key = p.phone, email_key = p.email,
                   contact_id = p.contact, is_applied = {isApplied}
              FROM unnest({numbers}, {outcomes}, {problems}, {phones}, {emails}, {contacts})
                AS p (number, outcome, problems, phone, email, contact)
             WHERE r.import_id = {ImportId} AND r.row_number = p.number
            """,
            ct
        );
    }

    internal sealed record Staged(int Number, string Cells, string? Broken);
}
