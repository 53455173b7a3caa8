using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Seeding;

/// <summary>The demo's channel and conversations, in one transaction; they lie in the past, so nothing of them goes out.</summary>
internal sealed record SeedDemoInbox(ChannelDraft Channel, ChannelSecrets Secrets, Guid AgentId)
    : ITenantOperation<int>
{
    public async Task<Result<int>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var channel = await new CreateChannel(Channel, Secrets, Confirmed: true).RunAsync(unit, ct);
        if (!channel.IsOk)
        {
            return channel.Error;
        }
        foreach (var talk in DemoTalks.All)
        {
            Add(unit, channel.Value, talk);
            // One by one: the numbers count up in the order of the talks.
            await unit.Db.SaveChangesAsync(ct);
        }
        return DemoTalks.All.Count;
    }

    private void Add(TenantUnit unit, Guid channelId, DemoTalk talk)
    {
        var start = unit.Now - talk.Ago;
        var contact = new Contact
        {
            Id = Guid.CreateVersion7(start),
            Name = talk.Name,
            Phone = talk.Phone is null ? null : "+" + talk.Phone,
            CreatedAt = start,
        };
        unit.Db.Contacts.Add(contact);
        if (talk.Phone is not null)
        {
            unit.Db.ContactIdentities.Add(Identity(IdentityKinds.WaId, talk.Phone));
        }
        if (talk.Bsuid is not null)
        {
            unit.Db.ContactIdentities.Add(Identity(IdentityKinds.Bsuid, talk.Bsuid));
        }

        var conversation = new Conversation
        {
            Id = Guid.CreateVersion7(start),
            ContactId = contact.Id,
            ChannelId = channelId,
            Status = talk.IsResolved ? ConversationStatuses.Resolved : ConversationStatuses.Open,
            AssignedTo = talk.IsMine ? AgentId : null,
            CreatedAt = start,
        };
        unit.Db.Conversations.Add(conversation);
        foreach (var line in talk.Lines)
        {
            AddLine(unit, conversation, contact.Id, line, start + line.After);
        }
        contact.LastInteractionAt = conversation.LastMessageAt;
        contact.InteractionCount = (int)conversation.InboundSeq;
        if (talk.IsResolved)
        {
            conversation.ResolvedAt = conversation.LastMessageAt;
            conversation.ResolutionTime = (int)(conversation.LastMessageAt - start).TotalSeconds;
        }
        if (talk.IsRead)
        {
            unit.Db.ConversationMembers.Add(
                new ConversationMember
                {
                    ConversationId = conversation.Id,
                    UserId = AgentId,
                    ReadInboundSeq = conversation.InboundSeq,
                }
            );
        }

        ContactIdentity Identity(string kind, string value) =>
            new()
            {
                Id = Guid.CreateVersion7(start),
                ContactId = contact.Id,
                ChannelId = channelId,
                Kind = kind,
                Value = value,
            };
    }

    private void AddLine(
        TenantUnit unit,
        Conversation conversation,
        Guid contactId,
        DemoLine line,
        DateTimeOffset at
    )
    {
        conversation.Seq++;
        if (!line.IsNote)
        {
            conversation.Rev++;
            conversation.LastMessageAt = at;
            conversation.LastMessagePreview = ReceiveMessage.Preview(line.Text);
            conversation.LastMessageDirection = line.IsOurs ? "out" : "in";
            conversation.WaitingSince = line.IsOurs ? null : conversation.WaitingSince ?? at;
            conversation.FirstResponseAt ??= line.IsOurs ? at : null;
            if (!line.IsOurs)
            {
                conversation.InboundSeq++;
                conversation.WindowExpiresAt = at + TimeSpan.FromHours(24);
            }
        }
        var id = Guid.CreateVersion7(at);
        unit.Db.Messages.Add(
            new Message
            {
                Id = id,
                ConversationId = conversation.Id,
                ChannelId = conversation.ChannelId,
                ExternalMessageId = line.IsNote ? null : $"wamid.DEMO{id:N}",
                Seq = conversation.Seq,
                Rev = conversation.Rev,
                SenderType = line.IsOurs ? SenderTypes.User : SenderTypes.Contact,
                SenderId = line.IsOurs ? AgentId : contactId,
                Content = line.Text,
                IsFromMe = line.IsOurs,
                IsPrivate = line.IsNote,
                Status =
                    line.IsNote ? MessageStatuses.Sent
                    : line.IsOurs ? MessageStatuses.Read
                    : MessageStatuses.Received,
                OccurredAt = at,
                ProviderAt = line.IsOurs ? null : at,
                CreatedAt = at,
            }
        );
    }
}
