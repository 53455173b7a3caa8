using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Contacts;

/// <summary>A contact of whom the provider told no name.</summary>
public sealed record ContactToName(Channel Channel, InboundIdentity Identity);

/// <summary>Says whom to ask for; null when the contact has a name by now, or none of whom one could be asked.</summary>
public sealed record BeginNaming(Guid OutboxId, Guid ContactId) : ITenantOperation<ContactToName?>
{
    public async Task<Result<ContactToName?>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var named = await (
            from contact in unit.Db.Contacts
            join identity in unit.Db.ContactIdentities on contact.Id equals identity.ContactId
            join channel in unit.Db.Channels.AsNoTracking() on identity.ChannelId equals channel.Id
            where
                contact.Id == ContactId
                && contact.Name == null
                && (
                    identity.Kind == IdentityKinds.Psid
                    || identity.Kind == IdentityKinds.Igsid
                    || channel.Type == ChannelTypes.WhatsAppWeb
                )
            orderby identity.Id descending
            select new
            {
                Channel = channel,
                identity.Kind,
                identity.Value,
            }
        ).FirstOrDefaultAsync(ct);
        if (named is not null)
        {
            return new ContactToName(named.Channel, new InboundIdentity(named.Kind, named.Value));
        }
        await unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);
        return (ContactToName?)null;
    }
}

/// <summary>Gives the contact the name that the provider knows; one that somebody gave meanwhile stays.</summary>
public sealed record FinishNaming(Guid OutboxId, Guid ContactId, string? Name)
    : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        await unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);
        if (ContactResolution.Clip(StorableText.Clean(Name)) is not { } name)
        {
            return false;
        }
        var changed = await unit
            .Db.Contacts.Where(c => c.Id == ContactId && c.Name == null)
            .ExecuteUpdateAsync(c => c.SetProperty(x => x.Name, name), ct);
        if (changed == 0)
        {
            return false;
        }
        foreach (
            var id in await unit
                .Db.Conversations.Where(c => c.ContactId == ContactId)
                .Select(c => c.Id)
                .ToListAsync(ct)
        )
        {
            unit.Raise(LiveKinds.Conversation, id);
        }
        return true;
    }
}
