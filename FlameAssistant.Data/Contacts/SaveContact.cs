using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Data.Contacts;

/// <summary>Adds a person by hand. Somebody with the same number or address may be there: the profile hints at it.</summary>
public sealed record CreateContact(string? Name, string? Phone, string? Email)
    : ITenantOperation<Guid>
{
    public async Task<Result<Guid>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ContactsWrite))
        {
            return Error.Forbidden(MemberPermissions.ContactsWrite);
        }
        var values = ContactValues.Read(Name, Phone, Email, PhoneText.RegionOf(unit.Tenant));
        var problems = new Dictionary<string, string>(values.Problems, StringComparer.Ordinal);
        if (problems.Count == 0 && values is { Name: null, Phone: null, Email: null })
        {
            problems["name"] = "Give a name, a number or an address.";
        }
        if (problems.Count > 0)
        {
            return ContactErrors.Invalid(problems);
        }
        var contact = new Contact
        {
            Id = Guid.CreateVersion7(unit.Now),
            Name = values.Name,
            Phone = values.Phone,
            Email = values.Email,
            CreatedAt = unit.Now,
        };
        unit.Db.Contacts.Add(contact);
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Contact, contact.Id);
        return contact.Id;
    }
}

/// <summary>Changes name, number and address. How they are reached on a channel is an identity, and stays.</summary>
public sealed record ChangeContact(Guid ContactId, string? Name, string? Phone, string? Email)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var begun = await ContactChange.BeginAsync(unit, ContactId, ct);
        if (!begun.IsOk)
        {
            return begun.Error;
        }
        var contact = begun.Value;
        var isSamePhone = string.Equals(contact.Phone, Phone?.Trim(), StringComparison.Ordinal);
        var values = ContactValues.Read(
            Name,
            // What a channel said is kept as it said it.
            isSamePhone ? null : Phone,
            Email,
            PhoneText.RegionOf(unit.Tenant)
        );
        if (values.Problems.Count > 0)
        {
            return ContactErrors.Invalid(values.Problems);
        }
        contact.Name = values.Name;
        contact.Phone = isSamePhone ? contact.Phone : values.Phone;
        contact.Email = values.Email;
        await unit.Db.SaveChangesAsync(ct);
        await ContactChange.TellAsync(unit, ContactId, ct);
        return true;
    }
}

/// <summary>Nothing goes out to a blocked contact; what they write is kept, and calls nobody.</summary>
public sealed record BlockContact(Guid ContactId, bool IsBlocked) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var begun = await ContactChange.BeginAsync(unit, ContactId, ct);
        if (!begun.IsOk)
        {
            return begun.Error;
        }
        begun.Value.IsBlocked = IsBlocked;
        await unit.Db.SaveChangesAsync(ct);
        await ContactChange.TellAsync(unit, ContactId, ct);
        return true;
    }
}
