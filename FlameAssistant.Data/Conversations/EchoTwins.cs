using FlameAssistant.Data.Live;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// Some providers echo what we sent without a word that it was us. Such an echo, faster than the answer to the request or all
/// that is left of it, is no second message.
/// </summary>
internal static class EchoTwins
{
    /// <summary>Finds the message of ours whose answer is awaited, or was lost, and says the same: the echo names it.</summary>
    /// <returns>Null when the echo is of somebody else.</returns>
    public static async Task<ReceivedMessage?> AdoptAsync(
        TenantUnit unit,
        Guid channelId,
        Guid contactId,
        InboundMessage echo,
        CancellationToken ct
    )
    {
        var twin = (
            await unit
                .Db.Messages.FromSql(
                    $"""
                    SELECT m.* FROM messages m JOIN conversations c ON c.id = m.conversation_id
                     WHERE c.contact_id = {contactId} AND m.channel_id = {channelId} AND m.is_from_me AND NOT m.is_private
                       AND m.external_message_id IS NULL AND m.status IN ('sending', 'unknown')
                       AND m.message_type = {echo.Type} AND m.content = {echo.Text}
                     ORDER BY m.status = 'sending' DESC, m.created_at, m.seq LIMIT 1 FOR UPDATE OF m
                    """
                )
                .ToListAsync(ct)
        ).SingleOrDefault();
        if (twin is null)
        {
            return null;
        }
        twin.ExternalMessageId = echo.ExternalId;
        twin.ProviderAt = echo.ProviderAt;
        MessageProgress.Apply(
            twin,
            new InboundStatus(echo.ExternalId, twin.Id, MessageStatuses.Sent, echo.ProviderAt),
            unit.Now
        );
        await unit
            .Db.Outbox.Where(o => o.SubjectId == twin.Id && o.Kind == OutboxKinds.DeliverMessage)
            .ExecuteDeleteAsync(ct);
        await unit.Db.SaveChangesAsync(ct);
        await ParkedEvents.ApplyAsync(unit, channelId, echo.ExternalId, ct);
        await ContactMarks.ApplyAsync(unit, channelId, echo.Identities, twin, ct);
        unit.HasOutboxWork = true;
        unit.Raise(LiveKinds.Message, twin.ConversationId, twin.Seq);
        return new ReceivedMessage(twin.Id, twin.ConversationId, IsNew: false);
    }

    /// <summary>Takes away the echo that was stored before the answer named the message which it is of.</summary>
    public static Task<int> RemoveAsync(
        TenantUnit unit,
        Message message,
        string externalId,
        CancellationToken ct
    ) =>
        unit
            .Db.Messages.Where(m =>
                m.ChannelId == message.ChannelId
                && m.ExternalMessageId == externalId
                && m.Id != message.Id
                && m.IsFromMe
                && m.SenderId == null
                && m.IdempotencyKey == null
            )
            .ExecuteDeleteAsync(ct);
}
