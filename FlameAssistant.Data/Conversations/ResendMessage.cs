using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// Sends a failed message again, or one that perhaps was not sent: only an agent decides that, never the product. The first
/// keeps its row; the second gets a new one, since its first attempt may still turn up as delivered.
/// </summary>
public sealed record ResendMessage(Guid MessageId) : ITenantOperation<SentMessage>
{
    public async Task<Result<SentMessage>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsReply))
        {
            return Error.Forbidden(MemberPermissions.ConversationsReply);
        }
        var db = unit.Db;
        var conversationId = await db
            .Messages.Where(m => m.Id == MessageId)
            .Select(m => (Guid?)m.ConversationId)
            .SingleOrDefaultAsync(ct);
        var conversation = await db
            .Conversations.FromSql(
                $"SELECT * FROM conversations WHERE id = {conversationId} FOR UPDATE"
            )
            .SingleOrDefaultAsync(ct);
        if (conversation is null || !await ConversationAccess.MaySeeAsync(unit, conversation, ct))
        {
            return ConversationErrors.MessageNotFound;
        }
        if (conversation.MergedInto is not null)
        {
            return ConversationErrors.Merged;
        }
        var message = await db
            .Messages.FromSql($"SELECT * FROM messages WHERE id = {MessageId} FOR UPDATE")
            .SingleAsync(ct);
        if (
            await SendMessage.WhyClosedAsync(
                unit,
                conversation,
                MessageRichJson.Read(message.Metadata)?.Template,
                ct
            ) is
            { } closed
        )
        {
            return closed;
        }

        switch (message.Status)
        {
            case MessageStatuses.Failed when message.IsFromMe:
                message.Status = MessageStatuses.Pending;
                message.ErrorCode = null;
                message.ErrorMessage = null;
                EarlierAttempts.Remember(message);
                // Whoever sends a part again has seen what became of the one before it.
                SentParts.Release(message);
                message.ExternalMessageId = null;
                unit.Ask(OutboxKinds.DeliverMessage, message.Id, conversation.Id, message.Seq);
                await db.SaveChangesAsync(ct);
                unit.Raise(LiveKinds.Message, conversation.Id, message.Seq);
                return new SentMessage(message.Id, message.Seq);

            case MessageStatuses.Unknown
                when message.UnknownSince is null
                    || message.UnknownSince + MessageStatuses.UnknownGrace <= unit.Now:
                // The key makes a second click answer with the message of the first.
                var again = new SendMessage(
                    conversation.Id,
                    message.Content,
                    $"resend:{message.Id:N}",
                    QuotedMessageId: message.QuotedMessageId
                )
                {
                    CopyFilesOf = message.Id,
                    Rich = MessageRichJson.Read(message.Metadata),
                };
                return await again.RunAsync(unit, ct);

            default:
                return ConversationErrors.NotResendable;
        }
    }
}
