using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>Where a conversation's customer is reached just now.</summary>
public sealed record Recipient(Channel Channel, InboundIdentity Identity);

/// <param name="ExternalId">The provider's name of the message.</param>
public sealed record LastInbound(Channel Channel, string ExternalId);

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

    /// <summary>The customer's newest message, for providers that are told by it what goes on.</summary>
    /// <returns>Null under the same conditions, and where the customer has not written.</returns>
    public static Task<LastInbound?> FindLastInboundAsync(
        this TenantUnit unit,
        Guid conversationId,
        CancellationToken ct
    ) =>
        (
            from m in unit.Db.Messages
            join c in unit.Db.Conversations on m.ConversationId equals c.Id
            join channel in unit.Db.Channels.AsNoTracking() on c.ChannelId equals channel.Id
            where
                c.Id == conversationId
                && !m.IsFromMe
                && !m.IsPrivate
                && m.ExternalMessageId != null
                && channel.Status == ChannelStatuses.Active
                && (c.WindowExpiresAt == null || c.WindowExpiresAt > unit.Now)
            orderby m.OccurredAt descending, m.Seq descending
            select new LastInbound(channel, m.ExternalMessageId!)
        ).FirstOrDefaultAsync(ct);
}
