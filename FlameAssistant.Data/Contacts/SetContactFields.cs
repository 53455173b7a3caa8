using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>Fills the tenant's own fields of a contact whom the actor may see; all problems are told at once, by key.</summary>
/// <param name="Values">As those of <see cref="SetConversationFields"/>.</param>
public sealed record SetContactFields(Guid ContactId, IReadOnlyDictionary<string, string?> Values)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ContactsWrite))
        {
            return Error.Forbidden(MemberPermissions.ContactsWrite);
        }
        var contact = await unit
            .Db.Contacts.FromSql($"SELECT * FROM contacts WHERE id = {ContactId} FOR UPDATE")
            .SingleOrDefaultAsync(ct);
        if (contact is null || !await ContactAccess.MaySeeAsync(unit, ContactId, ct))
        {
            return ContactErrors.NotFound;
        }
        var filled = await CustomFieldValues.FillAsync(
            unit,
            CustomFieldSubjects.Contact,
            contact.CustomFields,
            Values,
            ct
        );
        if (filled.Problems.Count > 0)
        {
            return FieldErrors.Values("contact.fields", filled.Problems);
        }
        if (filled.Changed.Count == 0)
        {
            return true;
        }
        contact.CustomFields = filled.Json;
        await unit.Db.SaveChangesAsync(ct);
        await ContactChange.TellAsync(unit, ContactId, ct);
        return true;
    }
}
