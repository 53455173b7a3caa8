using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>Finds the contact that a message's identities name, makes one, or joins two that turn out to be one person.</summary>
internal static class ContactResolution
{
    public static async Task<Guid> ResolveAsync(
        TenantUnit unit,
        Guid channelId,
        IReadOnlyList<InboundIdentity> identities,
        string? profileName,
        CancellationToken ct
    )
    {
        // A fixed order: two messages that carry the same identities wait for each other instead of locking crosswise.
        var sorted = identities
            .OrderBy(i => i.Kind, StringComparer.Ordinal)
            .ThenBy(i => i.Value, StringComparer.Ordinal)
            .ToList();
        var kinds = sorted.ConvertAll(i => i.Kind);
        var values = sorted.ConvertAll(i => i.Value);
        var known = await unit
            .Db.ContactIdentities.AsNoTracking()
            .Where(i =>
                i.ChannelId == channelId && kinds.Contains(i.Kind) && values.Contains(i.Value)
            )
            .ToListAsync(ct);
        var matching = known
            .Where(k => sorted.Any(s => s.Kind == k.Kind && s.Value == k.Value))
            .ToList();
        var contacts = matching.Select(k => k.ContactId).Distinct().Order().ToList();
        if (contacts.Count == 1 && matching.Count == sorted.Count)
        {
            return await HoldAsync(unit, contacts[0], ct);
        }

        if (contacts.Count == 0 && await FindByNumberAsync(unit, sorted, ct) is { } sameNumber)
        {
            // Held first: an identity must not be given to a contact that is joined into another meanwhile.
            contacts.Add(await HoldAsync(unit, sameNumber, ct));
        }
        var made = contacts.Count == 0;
        var contactId = made ? await CreateAsync(unit, sorted, profileName, ct) : contacts[0];
        foreach (var identity in sorted)
        {
            // DO UPDATE waits for a concurrent message's insert and then tells whose the identity is.
            var owner = (
                await unit
                    .Db.Database.SqlQuery<Guid>(
                        $"""
                        INSERT INTO contact_identities (id, contact_id, channel_id, kind, value)
                        VALUES ({Guid.CreateVersion7(
                            unit.Now
                        )}, {contactId}, {channelId}, {identity.Kind}, {identity.Value})
                        ON CONFLICT (channel_id, kind, value) DO UPDATE SET updated_at = excluded.updated_at
                        RETURNING contact_id AS "Value"
                        """
                    )
                    .ToListAsync(ct)
            ).Single();
            if (owner == contactId)
            {
                continue;
            }
            if (made)
            {
                await unit.Db.Contacts.Where(c => c.Id == contactId).ExecuteDeleteAsync(ct);
                made = false;
            }
            else
            {
                (owner, var other) =
                    owner.CompareTo(contactId) < 0 ? (owner, contactId) : (contactId, owner);
                await JoinContacts.RunAsync(unit, keep: owner, other, ct);
            }
            contactId = owner;
        }
        if (!made)
        {
            contactId = await HoldAsync(unit, contactId, ct);
        }
        if (contacts.Count > 0)
        {
            // A contact known by another name only, until now.
            var (phone, name) = (Phone(sorted), Clip(profileName));
            await unit
                .Db.Contacts.Where(c => c.Id == contactId && (c.Phone == null || c.Name == null))
                .ExecuteUpdateAsync(
                    c =>
                        c.SetProperty(x => x.Phone, x => x.Phone ?? phone)
                            .SetProperty(x => x.Name, x => x.Name ?? name),
                    ct
                );
        }
        return contactId;
    }

    /// <summary>
    /// Keeps the contact from being joined into another until this unit is done, and follows a join that was faster. Other
    /// messages of the contact are not held up.
    /// </summary>
    private static async Task<Guid> HoldAsync(TenantUnit unit, Guid contactId, CancellationToken ct)
    {
        while (true)
        {
            var kept = (
                await unit
                    .Db.Database.SqlQuery<Guid>(
                        $"""SELECT coalesce(merged_into, id) AS "Value" FROM contacts WHERE id = {contactId} FOR KEY SHARE"""
                    )
                    .ToListAsync(ct)
            ).Single();
            if (kept == contactId)
            {
                return contactId;
            }
            contactId = kept;
        }
    }

    /// <summary>
    /// Who was added by hand, came in by a file, or writes on another channel, by any form of the number. Only numbers that
    /// the provider vouches for are identities.
    /// </summary>
    private static async Task<Guid?> FindByNumberAsync(
        TenantUnit unit,
        List<InboundIdentity> identities,
        CancellationToken ct
    )
    {
        if (Phone(identities) is not { } phone || !ContactAccess.IsReady(unit))
        {
            return null;
        }
        var found = await unit
            .Db.Database.SqlQuery<Guid>(
                $"""
                SELECT id AS "Value" FROM contacts
                 WHERE phone_key = shared.phone_key({phone}) AND merged_into IS NULL AND NOT is_group
                UNION
                SELECT contact_id FROM contact_identities WHERE phone_key = shared.phone_key({phone})
                 ORDER BY 1 LIMIT 1
                """
            )
            .ToListAsync(ct);
        return found.Count == 0 ? null : found[0];
    }

    private static async Task<Guid> CreateAsync(
        TenantUnit unit,
        List<InboundIdentity> identities,
        string? profileName,
        CancellationToken ct
    )
    {
        var username = identities.Find(i => i.Kind == IdentityKinds.Username)?.Value;
        var contact = new Contact
        {
            Id = Guid.CreateVersion7(unit.Now),
            Name = Clip(profileName) ?? Clip(username),
            Phone = Phone(identities),
            IsGroup = identities.Exists(i => i.Kind == IdentityKinds.Group),
        };
        unit.Db.Contacts.Add(contact);
        await unit.Db.SaveChangesAsync(ct);
        unit.Db.ChangeTracker.Clear();
        return contact.Id;
    }

    private static string? Phone(List<InboundIdentity> identities) =>
        identities.Find(i => i.Kind is IdentityKinds.WaId or IdentityKinds.Phone)?.Value
            is { Length: < 50 } digits
            ? "+" + digits.TrimStart('+')
            : null;

    // Never between the halves of a surrogate pair.
    internal static string? Clip(string? name) =>
        string.IsNullOrWhiteSpace(name) ? null
        : name.Length <= 255 ? name
        : char.IsHighSurrogate(name[254]) ? name[..254]
        : name[..255];
}
