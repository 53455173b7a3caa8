using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>Writes the rows of a plan, a statement for each kind of thing; the caller's transaction holds them together.</summary>
internal static class ImportWriter
{
    public static async Task WriteAsync(
        TenantUnit unit,
        Guid userId,
        IReadOnlyList<PlannedRow> plan,
        ImportOptions options,
        CancellationToken ct
    )
    {
        var made = plan.Where(p => p.Outcome == ImportOutcomes.Create).ToList();
        var changed = plan.Where(p => p.Outcome == ImportOutcomes.Update).ToList();
        if (made.Count > 0)
        {
            var (ids, names, phones, emails, fields) = Columns(made);
            await unit.Db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO contacts (id, name, phone, email, custom_fields, created_at)
                SELECT i, n, p, e, f::jsonb, {unit.Now} FROM unnest({ids}, {names}, {phones}, {emails}, {fields}) AS r (i, n, p, e, f)
                """,
                ct
            );
        }
        if (changed.Count > 0)
        {
            var (ids, names, phones, emails, fields) = Columns(changed);
            // What the file leaves empty stays.
            await unit.Db.Database.ExecuteSqlAsync(
                $"""
                UPDATE contacts c SET name = coalesce(r.n, c.name), phone = coalesce(r.p, c.phone), email = coalesce(r.e, c.email),
                       custom_fields = c.custom_fields || r.f::jsonb
                  FROM unnest({ids}, {names}, {phones}, {emails}, {fields}) AS r (i, n, p, e, f) WHERE c.id = r.i
                """,
                ct
            );
        }
        List<PlannedRow> written = [.. made, .. changed];
        await TagAsync(unit, written, options, ct);
        await NoteAsync(unit, userId, [.. written.Where(p => p.Row.Note is not null)], ct);
        await ConsentAsync(unit, userId, [.. written.Where(p => p.Row.Consent is not null)], ct);
    }

    private static (
        Guid[] Ids,
        string?[] Names,
        string?[] Phones,
        string?[] Emails,
        string[] Fields
    ) Columns(List<PlannedRow> rows) =>
        (
            [.. rows.Select(p => p.ContactId!.Value)],
            [.. rows.Select(p => p.Row.Name)],
            [.. rows.Select(p => p.Row.Phone)],
            [.. rows.Select(p => p.Row.Email)],
            [.. rows.Select(p => p.Row.Fields.ToJsonString())]
        );

    private static async Task TagAsync(
        TenantUnit unit,
        List<PlannedRow> rows,
        ImportOptions options,
        CancellationToken ct
    )
    {
        var pairs = rows.SelectMany(p =>
                p.Row.Tags.Concat(options.Tags).Distinct().Select(tag => (p.ContactId!.Value, tag))
            )
            .ToList();
        if (pairs.Count == 0)
        {
            return;
        }
        Guid[] contacts = [.. pairs.Select(p => p.Value)];
        Guid[] tags = [.. pairs.Select(p => p.tag)];
        // A tag that was deleted meanwhile is on nobody.
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO contact_tags (contact_id, tag_id)
            SELECT c, t FROM unnest({contacts}, {tags}) AS p (c, t) JOIN tags ON tags.id = p.t ON CONFLICT DO NOTHING
            """,
            ct
        );
    }

    private static async Task NoteAsync(
        TenantUnit unit,
        Guid userId,
        List<PlannedRow> rows,
        CancellationToken ct
    )
    {
        if (rows.Count == 0)
        {
            return;
        }
        Guid[] ids = [.. rows.Select(_ => Guid.CreateVersion7(unit.Now))];
        Guid[] contacts = [.. rows.Select(p => p.ContactId!.Value)];
        string[] texts = [.. rows.Select(p => p.Row.Note!)];
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO comments (id, resource_type, resource_id, content, author_id, created_at)
            SELECT i, {ContactNotes.Subject}, c, t, {userId}, {unit.Now} FROM unnest({ids}, {contacts}, {texts}) AS n (i, c, t)
            """,
            ct
        );
    }

    /// <summary>A file takes nobody's no back.</summary>
    private static async Task ConsentAsync(
        TenantUnit unit,
        Guid userId,
        List<PlannedRow> rows,
        CancellationToken ct
    )
    {
        if (rows.Count == 0)
        {
            return;
        }
        Guid[] ids = [.. rows.Select(_ => Guid.CreateVersion7(unit.Now))];
        Guid[] contacts = [.. rows.Select(p => p.ContactId!.Value)];
        string[] states = [.. rows.Select(p => p.Row.Consent!)];
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            WITH changed AS (
              UPDATE contacts c SET consent = s.state, consent_at = {unit.Now}
                FROM unnest({contacts}, {states}) AS s (id, state)
               WHERE c.id = s.id AND c.consent <> s.state AND c.consent <> 'opted_out'
              RETURNING c.id, c.consent)
            INSERT INTO contact_consents (id, contact_id, state, source, actor_kind, actor_id, occurred_at)
            SELECT k.id, changed.id, changed.consent, {ConsentSources.Import}, {Actor.MemberKind}, {userId}, {unit.Now}
              FROM changed JOIN unnest({ids}, {contacts}) AS k (id, contact_id) ON k.contact_id = changed.id
            """,
            ct
        );
    }
}
