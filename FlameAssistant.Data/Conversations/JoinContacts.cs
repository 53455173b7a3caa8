using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// Joins two contacts that are one person: identities, conversations and tags move to the kept one, and the other points to
/// it. Where both have an open conversation on a channel, the older one is resolved, since there may be one only.
/// </summary>
internal static class JoinContacts
{
    public static async Task RunAsync(TenantUnit unit, Guid keep, Guid other, CancellationToken ct)
    {
        await unit.Db.Database.ExecuteSqlAsync(
            $"SELECT 1 FROM contacts WHERE id IN ({keep}, {other}) ORDER BY id FOR UPDATE",
            ct
        );
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            UPDATE conversations c SET status = 'resolved', resolved_at = {unit.Now}
             WHERE c.contact_id IN ({keep}, {other}) AND c.status <> 'resolved'
               AND EXISTS (SELECT FROM conversations newer
                            WHERE newer.contact_id IN ({keep}, {other}) AND newer.channel_id = c.channel_id
                              AND newer.status <> 'resolved'
                              AND (newer.last_message_at, newer.id) > (c.last_message_at, c.id))
            """,
            ct
        );
        await unit.Db.Database.ExecuteSqlAsync(
            $"UPDATE conversations SET contact_id = {keep} WHERE contact_id = {other}",
            ct
        );
        await unit.Db.Database.ExecuteSqlAsync(
            $"UPDATE contact_identities SET contact_id = {keep} WHERE contact_id = {other}",
            ct
        );
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO contact_tags (contact_id, tag_id) SELECT {keep}, tag_id FROM contact_tags WHERE contact_id = {other}
            ON CONFLICT DO NOTHING
            """,
            ct
        );
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            UPDATE contacts k SET
              name = coalesce(k.name, o.name), phone = coalesce(k.phone, o.phone), email = coalesce(k.email, o.email),
              interaction_count = k.interaction_count + o.interaction_count, custom_fields = o.custom_fields || k.custom_fields
              FROM contacts o WHERE k.id = {keep} AND o.id = {other}
            """,
            ct
        );
        await unit.Db.Database.ExecuteSqlAsync(
            $"UPDATE contacts SET merged_into = {keep} WHERE id = {other}",
            ct
        );
    }
}
