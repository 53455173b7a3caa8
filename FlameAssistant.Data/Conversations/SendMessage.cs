using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

/// <summary>
/// Writes an answer, or a private note, into a conversation. The message is pending and its delivery is in the outbox, in
/// one transaction; the same idempotency key answers with the message that it made before.
/// </summary>
/// <param name="Text">1 to 4,096 characters, sent as typed; in parts where the channel takes less at once.</param>
/// <param name="IdempotencyKey">1 to 255 characters, chosen by the sender for this text.</param>
/// <param name="Mentions">Members that a private note names; each must be able to see the conversation.</param>
/// <param name="Uploads">Files that wait in the sender's draft of this conversation, in the order they are sent.</param>
/// <param name="TemplateId">The template that the text was made from; its use is counted.</param>
public sealed partial record SendMessage(
    Guid ConversationId,
    string Text,
    string IdempotencyKey,
    bool IsPrivate = false,
    Guid? QuotedMessageId = null,
    IReadOnlyList<Guid>? Mentions = null,
    IReadOnlyList<Guid>? Uploads = null,
    Guid? TemplateId = null
) : ITenantOperation<SentMessage>
{
    public async Task<Result<SentMessage>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (!unit.Actor.May(MemberPermissions.ConversationsReply))
        {
            return Error.Forbidden(MemberPermissions.ConversationsReply);
        }
        if (
            string.IsNullOrWhiteSpace(Text)
            && Template is null
            && Uploads is not { Count: > 0 }
            && CopyFilesOf is null
            && Rich is not ({ Place: not null } or { Card: not null } or { Template: not null })
        )
        {
            return ConversationErrors.TextEmpty;
        }
        if (Text.Length > ConversationErrors.MaxTextLength)
        {
            return ConversationErrors.TextTooLong;
        }
        if (IdempotencyKey.Length is 0 or > 255)
        {
            return ConversationErrors.KeyInvalid;
        }

        var db = unit.Db;
        // The row lock orders the conversation's messages.
        var conversation = await db
            .Conversations.FromSql(
                $"SELECT * FROM conversations WHERE id = {ConversationId} FOR UPDATE"
            )
            .SingleOrDefaultAsync(ct);
        if (conversation is null || !await ConversationAccess.MaySeeAsync(unit, conversation, ct))
        {
            return ConversationErrors.NotFound;
        }
        if (conversation.MergedInto is not null)
        {
            return ConversationErrors.Merged;
        }
        var earlier = await db
            .Messages.AsNoTracking()
            .SingleOrDefaultAsync(
                m => m.ConversationId == ConversationId && m.IdempotencyKey == IdempotencyKey,
                ct
            );
        if (earlier is not null)
        {
            return new SentMessage(earlier.Id, earlier.Seq);
        }
        if (Template is { } chosen && !IsPrivate)
        {
            var filled = await FillAsync(unit, conversation, chosen, ct);
            return filled.IsOk ? await filled.Value.RunAsync(unit, ct) : filled.Error;
        }
        if (!IsPrivate && await ChangeConversation.IsAnotherOpenAsync(unit, conversation, ct))
        {
            return ConversationErrors.AnotherIsOpen;
        }
        if (
            !IsPrivate && await WhyClosedAsync(unit, conversation, Rich?.Template, ct) is { } closed
        )
        {
            return closed;
        }

        var rules = await RulesAsync(unit, conversation.ChannelId, ct);
        if (Rich?.Problem(rules, Text, Uploads?.Count ?? 0) is { } unfit)
        {
            return unfit;
        }
        var mentioned = await MessageMentions.CheckAsync(unit, conversation, Named, ct);
        if (!mentioned.IsOk)
        {
            return mentioned.Error;
        }
        var files = await DraftFiles.TakeAsync(unit, conversation.Id, Uploads ?? [], ct);
        if (!files.IsOk)
        {
            return files.Error;
        }

        var quoted = await db
            .Messages.Where(m => m.Id == QuotedMessageId && m.ConversationId == ConversationId)
            .Select(m => (Guid?)m.Id)
            .SingleOrDefaultAsync(ct);
        var template = await TemplateUsage.CountAsync(unit, TemplateId, ct);
        Message? first = null;
        Message? saidBefore = null;
        foreach (var (text, file) in Parts(files.Value, rules))
        {
            var message = NewMessage(unit, conversation, first, text, file);
            if (file is null && saidBefore is not null)
            {
                SentParts.Continue(message, saidBefore);
            }
            saidBefore = file is null ? message : saidBefore;
            message.QuotedMessageId = first is null ? quoted : null;
            message.TemplateId = first is null ? template : null;
            db.Messages.Add(message);
            DraftFiles.Attach(unit, message, file);
            if (first is null && CopyFilesOf is { } original)
            {
                message.MessageType = await DraftFiles.CopyAsync(unit, original, message, ct);
            }
            if (!IsPrivate)
            {
                unit.Ask(OutboxKinds.DeliverMessage, message.Id, conversation.Id, message.Seq);
            }
            unit.Raise(LiveKinds.Message, conversation.Id, message.Seq);
            first ??= message;
        }
        MessageMentions.Add(unit, first!, mentioned.Value);
        if (mentioned.Value.Count > 0)
        {
            // Whom it names, has one conversation more among their mentions.
            unit.Raise(LiveKinds.Conversation, conversation.Id);
        }
        await db.SaveChangesAsync(ct);
        return new SentMessage(first!.Id, first.Seq);
    }

    private async Task<ChannelRules> RulesAsync(
        TenantUnit unit,
        Guid channelId,
        CancellationToken ct
    ) =>
        ChannelRules.Of(
            IsPrivate
                ? ""
                : await unit
                    .Db.Channels.Where(c => c.Id == channelId)
                    .Select(c => c.Type)
                    .SingleAsync(ct)
        );

    /// <summary>Of a message that is sent again: its file goes with this one, too.</summary>
    internal Guid? CopyFilesOf { get; init; }

    /// <summary>Buttons, a list, a link, a place or a contact card, where the channel takes them.</summary>
    public MessageRich? Rich { get; init; }

    /// <summary>
    /// Channels take one file per message: the text goes with the first, the others follow. A voice has no text beside it,
    /// and a text that is longer than a file's may be goes by itself, in as many messages as the channel needs.
    /// </summary>
    private IEnumerable<(string Text, Upload? File)> Parts(
        IReadOnlyList<Upload> files,
        ChannelRules rules
    )
    {
        var text = StorableText.Clean(Text);
        var isBeside =
            files.Count > 0 && files[0].Kind != "audio" && text.Length <= rules.MaxCaption;
        if (files.Count == 0 || (!isBeside && !string.IsNullOrWhiteSpace(text)))
        {
            foreach (var part in TextParts.Split(text, rules.MaxText, rules.MaxTextBytes))
            {
                yield return (part, null);
            }
        }
        for (var i = 0; i < files.Count; i++)
        {
            yield return (i == 0 && isBeside ? text : "", files[i]);
        }
    }

    private IReadOnlyList<Guid> Named => IsPrivate ? Mentions ?? [] : [];

    private Message NewMessage(
        TenantUnit unit,
        Conversation conversation,
        Message? first,
        string text,
        Upload? file
    )
    {
        var rich = first is null ? Rich : null;
        var type =
            file?.Kind
            ?? rich switch
            {
                { Place: not null } => "location",
                { Card: not null } => "contacts",
                { Template: not null } => "template",
                _ => "text",
            };
        conversation.Seq++;
        if (!IsPrivate)
        {
            conversation.Rev++;
            conversation.LastMessagePreview = ReceiveMessage.Preview(
                text.Length > 0 ? text : file?.FileName ?? ""
            );
            conversation.LastMessageDirection = "out";
            conversation.LastMessageType = type;
            conversation.LastMessageAt =
                unit.Now > conversation.LastMessageAt ? unit.Now : conversation.LastMessageAt;
            if (conversation.InboundSeq > 0)
            {
                conversation.FirstResponseAt ??= unit.Now;
            }
            ChangeConversation.StopWaiting(conversation);
            if (
                conversation.Status is ConversationStatuses.Resolved or ConversationStatuses.Snoozed
            )
            {
                SetConversationStatus.Move(unit, conversation, ConversationStatuses.Open);
            }
        }
        return new Message
        {
            Id = Guid.CreateVersion7(unit.Now),
            ConversationId = conversation.Id,
            ChannelId = conversation.ChannelId,
            Seq = conversation.Seq,
            Rev = conversation.Rev,
            SenderType =
                unit.Actor.Kind == Actor.MemberKind ? SenderTypes.User : SenderTypes.System,
            SenderId = unit.Actor.UserId,
            Content = text,
            MessageType = type,
            Metadata = rich?.ToMetadata().ToJsonString() ?? "{}",
            IsFromMe = true,
            IsPrivate = IsPrivate,
            Status = IsPrivate ? MessageStatuses.Sent : MessageStatuses.Pending,
            IdempotencyKey = first is null ? IdempotencyKey : null,
            OccurredAt =
                unit.Now > conversation.LastMessageAt ? unit.Now : conversation.LastMessageAt,
            CreatedAt = unit.Now,
        };
    }
}

public sealed record SentMessage(Guid Id, long Seq);
