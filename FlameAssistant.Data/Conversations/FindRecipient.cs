using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>Where a conversation's customer is reached just now.</summary>
public sealed record Recipient(Channel Channel, InboundIdentity Identity);

public static class RecipientQueries
{
    /// <returns>Null while the channel is not active, and where the window is over: then not even a hint may go out.</returns>
    public static Task<Recipient?> FindRecipientAsync(
        this TenantUnit unit,
        Guid conversationId,
        CancellationToken ct
    ) =>
        (
            from c in unit.Db.Conversations
            join channel in unit.Db.Channels.AsNoTracking() on c.ChannelId equals channel.Id
            join i in unit.Db.ContactIdentities on c.ContactId equals i.ContactId
            where
                c.Id == conversationId
                && i.ChannelId == c.ChannelId
                && i.Kind != IdentityKinds.Username
                && channel.Status == ChannelStatuses.Active
                && (c.WindowExpiresAt == null || c.WindowExpiresAt > unit.Now)
            orderby i.Id descending
            select new Recipient(channel, new InboundIdentity(i.Kind, i.Value))
        ).FirstOrDefaultAsync(ct);
}
