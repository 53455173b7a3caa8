using System.Globalization;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// Reacts to a customer's message for the business, which has one reaction; another one takes its place, and none takes it
/// back. It is sent by the outbox.
/// </summary>
/// <param name="Emoji">One emoji; empty takes the reaction back.</param>
public sealed record ReactToMessage(Guid MessageId, string Emoji) : ITenantOperation<bool>
{
    private const int MaxLength = 50;

    /// <returns>Whether it changed.</returns>
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsReply))
        {
            return Error.Forbidden(MemberPermissions.ConversationsReply);
        }
        var emoji = StorableText.Clean(Emoji).Trim();
        if (emoji.Length > 0 && !IsEmoji(emoji))
        {
            return ConversationErrors.ReactionInvalid;
        }
        var place = await unit
            .Db.Messages.Where(m =>
                m.Id == MessageId
                && !m.IsPrivate
                && m.DeletedAt == null
                && m.ExternalMessageId != null
            )
            .Select(m => new { m.ConversationId, m.ExternalMessageId })
            .SingleOrDefaultAsync(ct);
        var conversation = await unit
            .Db.Conversations.FromSql(
                $"SELECT * FROM conversations WHERE id = {place?.ConversationId} FOR UPDATE"
            )
            .SingleOrDefaultAsync(ct);
        if (conversation is null || !await ConversationAccess.MaySeeAsync(unit, conversation, ct))
        {
            return ConversationErrors.MessageNotFound;
        }
        var type = await unit
            .Db.Channels.Where(c => c.Id == conversation.ChannelId)
            .Select(c => c.Type)
            .SingleAsync(ct);
        if (!ChannelRules.Of(type).TakesReactions)
        {
            return ConversationErrors.NotOnChannel;
        }
        if (await SendMessage.WhyClosedAsync(unit, conversation, template: null, ct) is { } closed)
        {
            return closed;
        }
        var message = await unit
            .Db.Messages.FromSql($"SELECT * FROM messages WHERE id = {MessageId} FOR UPDATE")
            .SingleAsync(ct);
        var changed = await MessageEvents.ApplyAsync(
            unit,
            conversation,
            message,
            new InboundMessageEvent(
                place!.ExternalMessageId!,
                MessageEventKinds.Reaction,
                EventId: "",
                [],
                unit.Now,
                emoji,
                IsEcho: true
            ),
            ct
        );
        if (changed)
        {
            unit.Ask(OutboxKinds.SendReaction, message.Id, message.Id, message.Rev);
        }
        await unit.Db.SaveChangesAsync(ct);
        return changed;
    }

    private static bool IsEmoji(string text) =>
        text.Length <= MaxLength
        && new StringInfo(text).LengthInTextElements == 1
        && !char.IsLetterOrDigit(text, 0)
        && !char.IsWhiteSpace(text, 0);
}

/// <summary>What a connector needs to send a reaction.</summary>
/// <param name="Emoji">Empty: it is taken back.</param>
public sealed record ReactionDelivery(
    Guid MessageId,
    Channel Channel,
    IReadOnlyList<InboundIdentity> Identities,
    string TargetExternalId,
    string Emoji
);

/// <summary>Says which reaction is to be sent: as it is now, so that of several only the last matters.</summary>
public sealed record BeginReaction(Guid OutboxId, Guid MessageId)
    : ITenantOperation<ReactionDelivery?>
{
    public async Task<Result<ReactionDelivery?>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var found = await (
            from m in unit.Db.Messages
            join c in unit.Db.Conversations on m.ConversationId equals c.Id
            join channel in unit.Db.Channels.AsNoTracking() on m.ChannelId equals channel.Id
            where
                m.Id == MessageId
                && m.ExternalMessageId != null
                && channel.Status == ChannelStatuses.Active
            select new
            {
                Channel = channel,
                c.ContactId,
                m.ExternalMessageId,
            }
        ).SingleOrDefaultAsync(ct);
        var emoji = await unit
            .Db.Reactions.Where(r => r.MessageId == MessageId && r.SenderId == Guid.Empty)
            .Select(r => r.Emoji)
            .SingleOrDefaultAsync(ct);
        if (found is null || emoji is null)
        {
            await unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct);
            return (ReactionDelivery?)null;
        }
        var identities = await unit
            .Db.ContactIdentities.Where(i =>
                i.ContactId == found.ContactId && i.ChannelId == found.Channel.Id
            )
            .OrderByDescending(i => i.Id)
            .Select(i => new InboundIdentity(i.Kind, i.Value))
            .ToListAsync(ct);
        return new ReactionDelivery(
            MessageId,
            found.Channel,
            identities,
            found.ExternalMessageId!,
            emoji
        );
    }
}

/// <summary>
/// Ends it. A lost answer is simply asked again: the same reaction twice is one. What the provider refuses is taken back
/// from the thread, where it would be a lie.
/// </summary>
public sealed record FinishReaction(
    Guid OutboxId,
    Guid MessageId,
    string Emoji,
    DeliveryOutcome Outcome
) : ITenantOperation<bool>
{
    private const int MaxAttempts = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var work = await unit.Db.Outbox.SingleOrDefaultAsync(o => o.Id == OutboxId, ct);
        if (work is null)
        {
            return true;
        }
        if (
            Outcome is DeliveryOutcome.Postponed or DeliveryOutcome.Lost
            && work.Attempts < MaxAttempts
        )
        {
            work.AvailableAt = unit.Now + ((Outcome as DeliveryOutcome.Postponed)?.After ?? Pause);
            work.LeasedBy = null;
            await unit.Db.SaveChangesAsync(ct);
            return true;
        }
        unit.Db.Outbox.Remove(work);
        await unit.Db.SaveChangesAsync(ct);
        if (Outcome is not DeliveryOutcome.Accepted)
        {
            await TakeBackAsync(unit, ct);
        }
        return true;
    }

    private async Task TakeBackAsync(TenantUnit unit, CancellationToken ct)
    {
        var changed = await unit.Db.Database.ExecuteSqlAsync(
            $"""
            UPDATE message_reactions SET emoji = '', reacted_at = {unit.Now}
             WHERE message_id = {MessageId} AND sender_id = {Guid.Empty} AND emoji = {Emoji} AND emoji <> ''
            """,
            ct
        );
        if (changed == 0)
        {
            return;
        }
        var place = await unit
            .Db.Messages.Where(m => m.Id == MessageId)
            .Select(m => new { m.ConversationId, m.Seq })
            .SingleAsync(ct);
        unit.Raise(LiveKinds.Message, place.ConversationId, place.Seq);
    }
}
