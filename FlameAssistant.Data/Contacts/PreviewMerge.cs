using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

public static class PreviewMerge
{
    /// <summary>What joining the other into the kept one would do; null when one of them is not there.</summary>
    public static async Task<MergePreview?> PreviewMergeAsync(
        this TenantUnit unit,
        Guid keepId,
        Guid otherId,
        CancellationToken ct
    )
    {
        if (
            !unit.Actor.May(MemberPermissions.ContactsWrite)
            || !ContactAccess.IsReady(unit)
            || keepId == otherId
            || !await ContactAccess.MaySeeAsync(unit, keepId, ct)
            || !await ContactAccess.MaySeeAsync(unit, otherId, ct)
        )
        {
            return null;
        }
        var both = await unit
            .Db.Database.SqlQuery<MergedValues>(
                $"""
                SELECT id, name, phone, email, is_blocked, custom_fields::text AS custom_fields, interaction_count
                  FROM contacts WHERE id IN ({keepId}, {otherId}) AND merged_into IS NULL
                """
            )
            .ToListAsync(ct);
        if (both.Count < 2)
        {
            return null;
        }
        var (kept, other) = (both.Single(c => c.Id == keepId), both.Single(c => c.Id == otherId));
        var counts = await unit
            .Db.Database.SqlQuery<Counts>(
                $"""
                SELECT (SELECT count(*)::int FROM conversations WHERE contact_id = {otherId}) AS conversations,
                       (SELECT count(*)::int FROM contact_identities WHERE contact_id = {otherId}) AS identities,
                       (SELECT count(*)::int FROM contact_tags o WHERE o.contact_id = {otherId}
                           AND NOT EXISTS (SELECT FROM contact_tags k WHERE k.contact_id = {keepId} AND k.tag_id = o.tag_id)) AS tags,
                       (SELECT count(*)::int FROM comments WHERE resource_type = 'contact' AND resource_id = {otherId}) AS notes,
                       (SELECT count(*)::int FROM conversations o JOIN conversations k ON k.channel_id = o.channel_id AND k.contact_id = {keepId}
                           AND k.status <> 'resolved' WHERE o.contact_id = {otherId} AND o.status <> 'resolved') AS closes,
                       (SELECT o.consent = 'opted_out' AND k.consent <> 'opted_out' FROM contacts o, contacts k
                         WHERE o.id = {otherId} AND k.id = {keepId}) AS opts_out
                """
            )
            .SingleAsync(ct);
        return new MergePreview(
            Of(kept),
            Of(other),
            Differences(kept, other),
            counts.Conversations,
            counts.Identities,
            counts.Tags,
            counts.Notes,
            counts.Closes,
            other.IsBlocked && !kept.IsBlocked,
            counts.OptsOut
        );
    }

    private static ContactHint Of(MergedValues values) =>
        new(values.Id, values.Name, values.Phone, values.Email, "");

    /// <summary>Everything that taking all of the other's would change, and that is not simply missing.</summary>
    private static List<MergeDifference> Differences(MergedValues kept, MergedValues other)
    {
        string[] everything = ["name", "phone", "email", .. other.Fields.Select(f => f.Key)];
        var all = JoinContacts.Decide(kept, other, everything);
        return
        [
            .. all
                .Values.Where(v =>
                    v.Key is "name" or "phone" or "email" && v.Value.Before is not null
                )
                .Select(v => new MergeDifference(v.Key, v.Value.Before, v.Value.After)),
            .. all
                .Fields.Where(f => f.Value.Before is not null)
                .Select(f => new MergeDifference(
                    f.Key,
                    kept.Fields[f.Key]?.ToString(),
                    other.Fields[f.Key]?.ToString()
                )),
        ];
    }

    internal sealed record Counts(
        int Conversations,
        int Identities,
        int Tags,
        int Notes,
        int Closes,
        bool OptsOut
    );
}
