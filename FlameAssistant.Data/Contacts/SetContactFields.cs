using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>Fills the tenant's own fields of a contact whom the actor knows from a conversation; all problems are told at once, by key.</summary>
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
        var seen = (await ConversationAccess.VisibleAsync(unit, ct)).Where(c =>
            c.ContactId == ContactId
        );
        if (contact is null || !unit.Actor.SeesAllChannels && !await seen.AnyAsync(ct))
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
        // Every open page that shows them beside a conversation.
        foreach (
            var conversation in await unit
                .Db.Conversations.Where(c =>
                    c.ContactId == ContactId && c.Status != ConversationStatuses.Resolved
                )
                .Select(c => c.Id)
                .ToListAsync(ct)
        )
        {
            unit.Raise(LiveKinds.Conversation, conversation);
        }
        return true;
    }
}

/// <summary>The expected failures of contacts.</summary>
public static class ContactErrors
{
    public static Error NotFound { get; } =
        Error.NotFound("contact.not_found", "There is no such contact.");
}
