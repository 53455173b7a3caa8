using System.Text.Json.Nodes;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace FlameAssistant.Data.Contacts;

/// <summary>The list of contacts. Every page is a keyset page; what is searched for comes from functions of the search.</summary>
public static class ContactQueries
{
    public const int PageSize = 40;

    /// <summary>As many as a search gives.</summary>
    public const int MostFound = 500;

    private const string Page = """
        SELECT c.id, c.name, c.phone, c.email, c.is_blocked, c.consent, c.sort_name, c.last_interaction_at, c.created_at, c.tags,
               ARRAY(SELECT DISTINCT ch.type FROM contact_identities i JOIN integrations ch ON ch.id = i.channel_id
                      WHERE i.contact_id = c.id ORDER BY 1) AS channels,
               c.custom_fields::text AS custom_fields
          FROM contacts c
         WHERE c.merged_into IS NULL AND NOT c.is_group
           AND (@found IS NULL OR c.id = ANY (@found))
           AND (@tags IS NULL OR EXISTS (SELECT FROM contact_tags t WHERE t.contact_id = c.id AND t.tag_id = ANY (@tags)))
           AND (@channels IS NULL OR EXISTS (SELECT FROM contact_identities i WHERE i.contact_id = c.id AND i.channel_id = ANY (@channels)))
           AND (@blocked IS NULL OR c.is_blocked = @blocked)
           AND (@consent IS NULL OR c.consent = @consent)
           AND (@seen IS NULL OR c.last_interaction_at >= @seen)
           AND (@silent IS NULL OR c.last_interaction_at < @silent OR c.last_interaction_at IS NULL)
           AND (@hidden IS NULL
             OR NOT EXISTS (SELECT FROM conversations v WHERE v.contact_id = c.id)
             OR EXISTS (SELECT FROM conversations v WHERE v.contact_id = c.id AND (v.channel_id <> ALL (@hidden) OR v.assigned_to = @me)))
        """;

    private const string Seen =
        Page
        + """
               AND c.last_interaction_at IS NOT NULL AND (@last IS NULL OR (c.last_interaction_at, c.id) < (@at, @last))
             ORDER BY c.last_interaction_at DESC, c.id DESC LIMIT @limit
            """;

    private const string NeverSeen =
        Page
        + """
               AND c.last_interaction_at IS NULL AND (@last IS NULL OR c.id < @last)
             ORDER BY c.id DESC LIMIT @limit
            """;

    private const string ByName =
        Page
        + """
               AND (@last IS NULL OR (c.sort_name, c.id) > (@name, @last))
             ORDER BY c.sort_name, c.id LIMIT @limit
            """;

    private const string ByCreation =
        Page + " AND (@last IS NULL OR c.id < @last) ORDER BY c.id DESC LIMIT @limit";

    public static async Task<ContactRows> ListContactsAsync(
        this TenantUnit unit,
        ContactFilter filter,
        ContactCursor? after,
        CancellationToken ct,
        int size = PageSize
    )
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsRead) || !ContactAccess.IsReady(unit))
        {
            return new ContactRows([], Next: null, IsCut: false);
        }
        var found = await FindAsync(unit, filter, ct);
        if (found is { Length: 0 })
        {
            return new ContactRows([], Next: null, IsCut: false);
        }
        var hidden = await ContactAccess.HiddenAsync(unit, ct);
        // The planner takes the wall's condition to let one row of 200 through, so that a page would need the whole table.
        await unit.Db.Database.ExecuteSqlAsync($"SET LOCAL enable_seqscan = off", ct);
        Task<List<ContactRow>> RowsAsync(string sql, ContactCursor? from, int limit) =>
            unit
                .Db.Database.SqlQueryRaw<ContactRow>(
                    sql,
                    [.. Parameters(unit, filter, found, hidden, from, limit)]
                )
                .ToListAsync(ct);

        List<ContactRow> rows;
        switch (filter.Sort)
        {
            case ContactSorts.Name:
                rows = await RowsAsync(ByName, after, size + 1);
                break;
            case ContactSorts.Created:
                rows = await RowsAsync(ByCreation, after, size + 1);
                break;
            default:
                rows = after is null or { At: not null }
                    ? await RowsAsync(Seen, after, size + 1)
                    : [];
                if (rows.Count <= size)
                {
                    rows.AddRange(
                        await RowsAsync(
                            NeverSeen,
                            after is { At: null } ? after : null,
                            size + 1 - rows.Count
                        )
                    );
                }
                break;
        }
        var isCut = found?.Length >= MostFound;
        if (rows.Count <= size)
        {
            return new ContactRows(rows, Next: null, isCut);
        }
        rows.RemoveAt(size);
        var last = rows[^1];
        return new ContactRows(
            rows,
            new ContactCursor(last.SortName, last.LastInteractionAt, last.Id),
            isCut
        );
    }

    /// <summary>For jumping to one by some letters.</summary>
    public static async Task<IReadOnlyList<ContactRow>> FindContactsAsync(
        this TenantUnit unit,
        string text,
        int atMost,
        CancellationToken ct
    ) =>
        string.IsNullOrWhiteSpace(text)
            ? []
            : (
                await unit.ListContactsAsync(
                    new ContactFilter { Search = text },
                    after: null,
                    ct,
                    atMost
                )
            ).Rows;

    /// <summary>Null where nothing is searched for; row-level security would keep these from their indexes.</summary>
    private static async Task<Guid[]?> FindAsync(
        TenantUnit unit,
        ContactFilter filter,
        CancellationToken ct
    )
    {
        Guid[]? found = null;
        if (!string.IsNullOrWhiteSpace(filter.Search))
        {
            var asked = StorableText.Clean(filter.Search);
            found = await unit
                .Db.Database.SqlQuery<Guid>(
                    $"""SELECT contact_id AS "Value" FROM search_contact_book({asked}, {MostFound})"""
                )
                .ToArrayAsync(ct);
        }
        if (filter.Field is { Length: > 0 } key && !string.IsNullOrWhiteSpace(filter.Value))
        {
            var definition = await unit
                .Db.CustomFields.AsNoTracking()
                .SingleOrDefaultAsync(
                    d => d.Subject == CustomFieldSubjects.Contact && d.Key == key,
                    ct
                );
            var typed = definition is null
                ? null
                : CustomFieldValue.Read(definition, filter.Value).Value;
            if (typed is null)
            {
                return [];
            }
            var wanted = new JsonObject { [key] = typed }.ToJsonString();
            var holders = await unit
                .Db.Database.SqlQuery<Guid>(
                    $"""SELECT contact_id AS "Value" FROM search_contact_fields({wanted}::jsonb, {MostFound})"""
                )
                .ToArrayAsync(ct);
            found = found is null ? holders : [.. found.Intersect(holders)];
        }
        return found;
    }

    private static IEnumerable<object> Parameters(
        TenantUnit unit,
        ContactFilter filter,
        Guid[]? found,
        IReadOnlyList<Guid> hidden,
        ContactCursor? after,
        int limit
    ) =>
        [
            Of("found", NpgsqlDbType.Array | NpgsqlDbType.Uuid, found),
            Of("tags", NpgsqlDbType.Array | NpgsqlDbType.Uuid, OrNull(filter.Tags)),
            Of("channels", NpgsqlDbType.Array | NpgsqlDbType.Uuid, OrNull(filter.Channels)),
            Of("hidden", NpgsqlDbType.Array | NpgsqlDbType.Uuid, OrNull(hidden)),
            Of("me", NpgsqlDbType.Uuid, unit.Actor.Id),
            Of("blocked", NpgsqlDbType.Boolean, filter.Blocked),
            Of("consent", NpgsqlDbType.Text, filter.Consent),
            Of("seen", NpgsqlDbType.TimestampTz, Ago(unit, filter.SeenDays)),
            Of("silent", NpgsqlDbType.TimestampTz, Ago(unit, filter.SilentDays)),
            Of("name", NpgsqlDbType.Text, after?.Name),
            Of("at", NpgsqlDbType.TimestampTz, after?.At),
            Of("last", NpgsqlDbType.Uuid, after?.Id),
            Of("limit", NpgsqlDbType.Integer, limit),
        ];

    private static NpgsqlParameter Of(string name, NpgsqlDbType type, object? value) =>
        new(name, type) { Value = value ?? DBNull.Value };

    private static Guid[]? OrNull(IReadOnlyList<Guid> ids) => ids.Count == 0 ? null : [.. ids];

    private static object? Ago(TenantUnit unit, int? days) =>
        days is { } some ? unit.Now - TimeSpan.FromDays(Math.Clamp(some, 0, 36_500)) : null;
}
