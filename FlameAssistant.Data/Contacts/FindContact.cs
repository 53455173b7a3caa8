using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>One contact with everything that their page shows.</summary>
public static class FindContact
{
    private const int MostConversations = 100;
    private const int MostNotes = 200;

    /// <summary>Null when there is none, or none that the actor sees; of one that was merged, the one that was kept.</summary>
    public static async Task<ContactProfile?> FindContactAsync(
        this TenantUnit unit,
        Guid id,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsRead) || !ContactAccess.IsReady(unit))
        {
            return null;
        }
        var profile = await unit
            .Db.Database.SqlQuery<ContactProfile>(
                $"""
                WITH RECURSIVE way AS (
                  SELECT id, merged_into FROM contacts WHERE id = {id}
                  UNION SELECT c.id, c.merged_into FROM contacts c JOIN way w ON c.id = w.merged_into)
                SELECT c.id, c.name, c.phone, c.email, c.is_blocked, c.consent, c.consent_at, c.custom_fields::text AS custom_fields,
                       c.last_interaction_at, c.interaction_count, c.created_at
                  FROM contacts c JOIN way w ON w.id = c.id WHERE c.merged_into IS NULL
                """
            )
            .SingleOrDefaultAsync(ct);
        return profile is null || !await ContactAccess.MaySeeAsync(unit, profile.Id, ct)
            ? null
            : profile with
            {
                Identities = await IdentitiesAsync(unit, profile.Id, ct),
                Tags = await TagsAsync(unit, profile.Id, ct),
                Conversations = await ConversationsAsync(unit, profile.Id, ct),
                Notes = await NotesAsync(unit, profile.Id, ct),
                Consents = await ConsentsAsync(unit, profile.Id, ct),
                Merges = await MergesAsync(unit, profile.Id, ct),
                Duplicates = await DuplicatesAsync(unit, profile.Id, ct),
            };
    }

    private static Task<List<ProfileIdentity>> IdentitiesAsync(
        TenantUnit unit,
        Guid id,
        CancellationToken ct
    ) =>
        unit
            .Db.Database.SqlQuery<ProfileIdentity>(
                $"""
                SELECT i.id, i.kind, i.value, ch.name AS channel_name, ch.type AS channel_type
                  FROM contact_identities i JOIN integrations ch ON ch.id = i.channel_id
                 WHERE i.contact_id = {id} ORDER BY ch.name, i.kind, i.value LIMIT 100
                """
            )
            .ToListAsync(ct);

    private static Task<List<ProfileTag>> TagsAsync(
        TenantUnit unit,
        Guid id,
        CancellationToken ct
    ) =>
        unit
            .Db.Database.SqlQuery<ProfileTag>(
                $"""
                SELECT t.id, t.name, t.color FROM contact_tags c JOIN tags t ON t.id = c.tag_id
                 WHERE c.contact_id = {id} ORDER BY t.name
                """
            )
            .ToListAsync(ct);

    private static async Task<List<ProfileConversation>> ConversationsAsync(
        TenantUnit unit,
        Guid id,
        CancellationToken ct
    ) =>
        await (
            from c in await ConversationAccess.VisibleAsync(unit, ct)
            join channel in unit.Db.Channels on c.ChannelId equals channel.Id
            join p in unit.Db.Profiles on c.AssignedTo equals (Guid?)p.UserId into assignees
            from p in assignees.DefaultIfEmpty()
            where c.ContactId == id
            orderby c.LastMessageAt descending
            select new ProfileConversation(
                c.Id,
                c.Number,
                channel.Name,
                channel.Type,
                c.Status,
                c.Title,
                c.LastMessagePreview,
                c.LastMessageAt,
                p == null ? null : p.DisplayName
            )
        )
            .Take(MostConversations)
            .ToListAsync(ct);

    private static Task<List<ProfileNote>> NotesAsync(
        TenantUnit unit,
        Guid id,
        CancellationToken ct
    ) =>
        unit
            .Db.Database.SqlQuery<ProfileNote>(
                $"""
                SELECT n.id, n.author_id, p.display_name AS author, n.content, n.created_at
                  FROM comments n LEFT JOIN profiles p ON p.user_id = n.author_id
                 WHERE n.resource_type = {ContactNotes.Subject} AND n.resource_id = {id}
                 ORDER BY n.created_at DESC, n.id DESC LIMIT {MostNotes}
                """
            )
            .ToListAsync(ct);

    private static Task<List<ProfileConsent>> ConsentsAsync(
        TenantUnit unit,
        Guid id,
        CancellationToken ct
    ) =>
        unit
            .Db.Database.SqlQuery<ProfileConsent>(
                $"""
                SELECT k.id, k.state, k.source, k.note, p.display_name AS who, k.occurred_at
                  FROM contact_consents k LEFT JOIN profiles p ON p.user_id = k.actor_id
                 WHERE k.contact_id = {id} ORDER BY k.occurred_at DESC, k.id DESC LIMIT 50
                """
            )
            .ToListAsync(ct);

    private static Task<List<ProfileMerge>> MergesAsync(
        TenantUnit unit,
        Guid id,
        CancellationToken ct
    ) =>
        unit
            .Db.Database.SqlQuery<ProfileMerge>(
                $"""
                SELECT m.id, m.other_id, o.name, o.phone, o.email, p.display_name AS who, m.merged_at
                  FROM contact_merges m JOIN contacts o ON o.id = m.other_id LEFT JOIN profiles p ON p.user_id = m.actor_id
                 WHERE m.kept_id = {id} AND m.undone_at IS NULL AND o.merged_into = {id} ORDER BY m.merged_at DESC LIMIT 50
                """
            )
            .ToListAsync(ct);

    /// <summary>The same number or address, or a name that is like theirs; of whom the actor sees.</summary>
    private static async Task<IReadOnlyList<ContactHint>> DuplicatesAsync(
        TenantUnit unit,
        Guid id,
        CancellationToken ct
    )
    {
        const int Most = 5;
        var reasons = await unit
            .Db.Database.SqlQuery<Reason>(
                $"""
                SELECT found AS id, min(why) AS why FROM (
                  SELECT o.id AS found, '1phone' AS why FROM contacts s JOIN contacts o ON o.phone_key = s.phone_key WHERE s.id = {id}
                  UNION ALL
                  SELECT i.contact_id, '1phone' FROM contacts s JOIN contact_identities i ON i.phone_key = s.phone_key WHERE s.id = {id}
                  UNION ALL
                  SELECT o.id, '2email' FROM contacts s JOIN contacts o ON o.email_key = s.email_key WHERE s.id = {id}
                  UNION ALL
                  SELECT contact_id, '3name' FROM search_similar_contacts({id}, {Most})) h
                 WHERE found <> {id} GROUP BY found ORDER BY why, found LIMIT {2 * Most}
                """
            )
            .ToListAsync(ct);
        // By their ids, and not joined: how many a function gives nobody can guess.
        Guid[] ids = [.. reasons.Select(r => r.Id)];
        var people = await unit
            .Db.Contacts.AsNoTracking()
            .Where(c => ids.Contains(c.Id) && c.MergedInto == null)
            .Select(c => new
            {
                c.Id,
                c.Name,
                c.Phone,
                c.Email,
            })
            .ToDictionaryAsync(c => c.Id, ct);
        var hints =
            from reason in reasons
            where people.ContainsKey(reason.Id)
            let person = people[reason.Id]
            select new ContactHint(person.Id, person.Name, person.Phone, person.Email, reason.Why);
        var seen = new List<ContactHint>();
        foreach (var hint in hints)
        {
            if (seen.Count < Most && await ContactAccess.MaySeeAsync(unit, hint.Id, ct))
            {
                seen.Add(hint with { Why = hint.Why[1..] });
            }
        }
        return seen;
    }

    internal sealed record Reason(Guid Id, string Why);
}
