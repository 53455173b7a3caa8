using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>The rows of a merge, back to where they were.</summary>
internal static class ContactParting
{
    public static async Task RunAsync(TenantUnit unit, MergeToUndo merge, CancellationToken ct)
    {
        var moved = JsonSerializer.Deserialize<ContactMerge>(merge.Moved)!;
        var (kept, other) = (merge.KeptId, merge.OtherId);
        var db = unit.Db.Database;
        Guid[] identities = [.. moved.Identities];
        await db.ExecuteSqlAsync(
            $"UPDATE contact_identities SET contact_id = {other} WHERE id = ANY ({identities}) AND contact_id = {kept}",
            ct
        );
        await db.ExecuteSqlAsync($"UPDATE contacts SET merged_into = NULL WHERE id = {other}", ct);
        Guid[] conversations = [.. moved.Conversations];
        await db.ExecuteSqlAsync(
            $"UPDATE conversations SET contact_id = {other} WHERE id = ANY ({conversations}) AND contact_id = {kept}",
            ct
        );
        // Begun since: whose identity alone is on that channel, theirs it is.
        await db.ExecuteSqlAsync(
            $"""
            UPDATE conversations c SET contact_id = {other}
             WHERE c.contact_id = {kept} AND c.created_at >= {merge.MergedAt}
               AND EXISTS (SELECT FROM contact_identities i WHERE i.contact_id = {other} AND i.channel_id = c.channel_id)
               AND NOT EXISTS (SELECT FROM contact_identities i WHERE i.contact_id = {kept} AND i.channel_id = c.channel_id)
            """,
            ct
        );
        foreach (var closed in moved.Closed)
        {
            await db.ExecuteSqlAsync(
                $"""
                UPDATE conversations c SET status = {closed.Status}, resolved_at = NULL
                 WHERE c.id = {closed.Id} AND c.status = 'resolved' AND c.resolved_at = {merge.MergedAt}
                   AND NOT EXISTS (SELECT FROM conversations o WHERE o.channel_id = c.channel_id AND o.contact_id = c.contact_id
                                      AND o.status <> 'resolved')
                """,
                ct
            );
        }
        Guid[] tags = [.. moved.Tags];
        await db.ExecuteSqlAsync(
            $"DELETE FROM contact_tags WHERE contact_id = {kept} AND tag_id = ANY ({tags})",
            ct
        );
        Guid[] notes = [.. moved.Notes];
        await db.ExecuteSqlAsync(
            $"UPDATE comments SET resource_id = {other} WHERE id = ANY ({notes}) AND resource_id = {kept}",
            ct
        );
        await RestoreAsync(unit, kept, moved, ct);
    }

    /// <summary>Only what still is as the merge left it.</summary>
    private static async Task RestoreAsync(
        TenantUnit unit,
        Guid kept,
        ContactMerge moved,
        CancellationToken ct
    )
    {
        var now = await unit
            .Db.Database.SqlQuery<MergedValues>(
                $"""
                SELECT id, name, phone, email, is_blocked, custom_fields::text AS custom_fields, interaction_count
                  FROM contacts WHERE id = {kept}
                """
            )
            .SingleAsync(ct);
        var fields = now.Fields;
        foreach (var (key, change) in moved.Fields)
        {
            if (fields[key]?.ToJsonString() == change.After)
            {
                fields.Remove(key);
                if (change.Before is { } before)
                {
                    fields[key] = JsonNode.Parse(before);
                }
            }
        }
        var name = Back("name", now.Name);
        var phone = Back("phone", now.Phone);
        var email = Back("email", now.Email);
        var blocked = now.IsBlocked && !moved.Values.ContainsKey("blocked");
        await unit.Db.Database.ExecuteSqlAsync(
            $"""
            UPDATE contacts SET name = {name}, phone = {phone}, email = {email}, is_blocked = {blocked}, custom_fields = {fields.ToJsonString()}::jsonb,
                   interaction_count = greatest(interaction_count - {moved.Interactions}, 0)
             WHERE id = {kept}
            """,
            ct
        );
        if (
            moved.Values.TryGetValue("consent", out var consent)
            && await unit
                .Db.Database.SqlQuery<bool>(
                    $"""SELECT consent = {consent.After} AS "Value" FROM contacts WHERE id = {kept}"""
                )
                .SingleAsync(ct)
        )
        {
            await Consents.WriteAsync(
                unit,
                kept,
                consent.Before!,
                ConsentSources.Merge,
                note: null,
                ct
            );
        }

        string? Back(string key, string? value) =>
            moved.Values.TryGetValue(key, out var change) && change.After == value
                ? change.Before
                : value;
    }
}
