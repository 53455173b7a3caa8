using System.Text.Json.Nodes;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// Joins two contacts that are one person: identities, conversations, tags and notes move to the kept one, and the other
/// points to it. Where both have an open conversation on a channel, the older one is resolved, since there may be one only.
/// What moved is written down, so that it can be undone.
/// </summary>
internal static class JoinContacts
{
    /// <param name="take">Values that the other's are better for: name, phone, email, or the key of an own field.</param>
    public static async Task RunAsync(
        TenantUnit unit,
        Guid keep,
        Guid other,
        CancellationToken ct,
        IReadOnlyCollection<string>? take = null
    )
    {
        var both = await unit
            .Db.Database.SqlQuery<MergedValues>(
                $"""
                SELECT id, name, phone, email, is_blocked, custom_fields::text AS custom_fields, interaction_count
                  FROM contacts WHERE id IN ({keep}, {other}) ORDER BY id FOR UPDATE
                """
            )
            .ToListAsync(ct);
        var (kept, gone) = (both.Single(c => c.Id == keep), both.Single(c => c.Id == other));
        var merge = Decide(kept, gone, take ?? []);
        merge.Closed.AddRange(await CloseAsync(unit, keep, other, ct));
        merge.Conversations.AddRange(
            await unit
                .Db.Database.SqlQuery<Guid>(
                    $"""UPDATE conversations SET contact_id = {keep} WHERE contact_id = {other} RETURNING id AS "Value" """
                )
                .ToListAsync(ct)
        );
        merge.Identities.AddRange(
            await unit
                .Db.Database.SqlQuery<Guid>(
                    $"""UPDATE contact_identities SET contact_id = {keep} WHERE contact_id = {other} RETURNING id AS "Value" """
                )
                .ToListAsync(ct)
        );
        merge.Tags.AddRange(
            await unit
                .Db.Database.SqlQuery<Guid>(
                    $"""
                    INSERT INTO contact_tags (contact_id, tag_id) SELECT {keep}, tag_id FROM contact_tags WHERE contact_id = {other}
                    ON CONFLICT DO NOTHING RETURNING tag_id AS "Value"
                    """
                )
                .ToListAsync(ct)
        );
        merge.Notes.AddRange(
            await unit
                .Db.Database.SqlQuery<Guid>(
                    $"""
                    UPDATE comments SET resource_id = {keep} WHERE resource_type = {ContactNotes.Subject} AND resource_id = {other}
                    RETURNING id AS "Value"
                    """
                )
                .ToListAsync(ct)
        );
        await WriteAsync(unit, kept, gone, merge, ct);
        if (ContactAccess.IsReady(unit))
        {
            await JoinConsentAsync(unit, keep, other, merge, ct);
            await ContactMerge.WriteAsync(unit, keep, other, merge, ct);
        }
        unit.Raise(LiveKinds.Contact, keep);
    }

    /// <summary>What is missing is filled in; what both have stays as the kept one has it, unless the other's is asked for.</summary>
    internal static ContactMerge Decide(
        MergedValues kept,
        MergedValues gone,
        IReadOnlyCollection<string> take
    )
    {
        var merge = new ContactMerge { Interactions = gone.InteractionCount };
        foreach (
            var (key, mine, theirs) in new[]
            {
                ("name", kept.Name, gone.Name),
                ("phone", kept.Phone, gone.Phone),
                ("email", kept.Email, gone.Email),
            }
        )
        {
            if (theirs is not null && mine != theirs && (mine is null || take.Contains(key)))
            {
                merge.Values[key] = new ChangedByMerge(mine, theirs);
            }
        }
        if (gone.IsBlocked && !kept.IsBlocked)
        {
            merge.Values["blocked"] = new ChangedByMerge("false", "true");
        }
        var fields = kept.Fields;
        foreach (var (key, value) in gone.Fields)
        {
            var (mine, theirs) = (fields[key]?.ToJsonString(), value?.ToJsonString());
            if (theirs is not null && mine != theirs && (mine is null || take.Contains(key)))
            {
                merge.Fields[key] = new ChangedByMerge(mine, theirs);
            }
        }
        return merge;
    }

    private static async Task<List<ClosedByMerge>> CloseAsync(
        TenantUnit unit,
        Guid keep,
        Guid other,
        CancellationToken ct
    ) =>
        await unit
            .Db.Database.SqlQuery<ClosedByMerge>(
                $"""
                UPDATE conversations c SET status = 'resolved', resolved_at = {unit.Now}
                  FROM (SELECT id AS was_id, status AS was FROM conversations WHERE contact_id IN ({keep}, {other}) FOR UPDATE) w
                 WHERE c.id = w.was_id AND c.status <> 'resolved'
                   AND EXISTS (SELECT FROM conversations newer
                                WHERE newer.contact_id IN ({keep}, {other}) AND newer.channel_id = c.channel_id
                                  AND newer.status <> 'resolved'
                                  AND (newer.last_message_at, newer.id) > (c.last_message_at, c.id))
                RETURNING c.id, w.was AS status
                """
            )
            .ToListAsync(ct);

    private static async Task WriteAsync(
        TenantUnit unit,
        MergedValues kept,
        MergedValues gone,
        ContactMerge merge,
        CancellationToken ct
    )
    {
        var fields = kept.Fields;
        foreach (var (key, change) in merge.Fields)
        {
            fields[key] = JsonNode.Parse(change.After!);
        }
        var name = merge.Values.GetValueOrDefault("name")?.After ?? kept.Name;
        var phone = merge.Values.GetValueOrDefault("phone")?.After ?? kept.Phone;
        var email = merge.Values.GetValueOrDefault("email")?.After ?? kept.Email;
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            UPDATE contacts k SET
              name = {name}, phone = {phone}, email = {email}, is_blocked = k.is_blocked OR o.is_blocked,
              interaction_count = k.interaction_count + o.interaction_count,
              last_interaction_at = greatest(k.last_interaction_at, o.last_interaction_at),
              custom_fields = {fields.ToJsonString()}::jsonb
              FROM contacts o WHERE k.id = {kept.Id} AND o.id = {gone.Id}
            """,
            ct
        );
        await unit.Db.Database.ExecuteSqlAsync(
            $"UPDATE contacts SET merged_into = {kept.Id} WHERE id = {gone.Id}",
            ct
        );
    }

    /// <summary>Who said no under one name has said no.</summary>
    private static async Task JoinConsentAsync(
        TenantUnit unit,
        Guid keep,
        Guid other,
        ContactMerge merge,
        CancellationToken ct
    )
    {
        var states = await unit
            .Db.Database.SqlQuery<string>(
                $"""SELECT consent AS "Value" FROM contacts WHERE id IN ({keep}, {other}) ORDER BY id = {other}"""
            )
            .ToListAsync(ct);
        var (mine, theirs) = (states[0], states[1]);
        var joined =
            theirs == ConsentStates.OptedOut || mine == ConsentStates.Unknown ? theirs : mine;
        if (joined != mine)
        {
            merge.Values["consent"] = new ChangedByMerge(mine, joined);
            await Consents.WriteAsync(unit, keep, joined, ConsentSources.Merge, note: null, ct);
        }
    }
}
