using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>What every change of a contact begins and ends with.</summary>
internal static class ContactChange
{
    /// <summary>The contact, locked until the end of the unit, for who may write contacts and sees this one.</summary>
    public static async Task<Result<Contact>> BeginAsync(
        TenantUnit unit,
        Guid id,
        CancellationToken ct
    )
    {
        if (!unit.Actor.May(MemberPermissions.ContactsWrite))
        {
            return Error.Forbidden(MemberPermissions.ContactsWrite);
        }
        if (!ContactAccess.IsReady(unit))
        {
            return ContactErrors.NotUpgraded;
        }
        var contact = await unit
            .Db.Contacts.FromSql($"SELECT * FROM contacts WHERE id = {id} FOR UPDATE")
            .SingleOrDefaultAsync(ct);
        return contact is null || !await ContactAccess.MaySeeAsync(unit, id, ct)
                ? ContactErrors.NotFound
            : contact.MergedInto is not null ? ContactErrors.Merged
            : contact;
    }

    /// <summary>Every page that lists the contact, or shows them beside a conversation.</summary>
    public static async Task TellAsync(TenantUnit unit, Guid contactId, CancellationToken ct)
    {
        unit.Raise(LiveKinds.Contact, contactId);
        foreach (
            var conversation in await unit
                .Db.Conversations.Where(c =>
                    c.ContactId == contactId && c.Status != ConversationStatuses.Resolved
                )
                .Select(c => c.Id)
                .ToListAsync(ct)
        )
        {
            unit.Raise(LiveKinds.Conversation, conversation);
        }
    }
}
