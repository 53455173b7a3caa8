using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

public static class FindConversation
{
    /// <returns>Null for unknown numbers and for conversations the actor may not see.</returns>
    public static async Task<ConversationDetails?> FindConversationAsync(
        this TenantUnit unit,
        long number,
        CancellationToken ct
    )
    {
        var row = await (
            from c in (await ConversationAccess.VisibleAsync(unit, ct)).Where(c =>
                c.Number == number
            )
            join contact in unit.Db.Contacts on c.ContactId equals contact.Id
            join channel in unit.Db.Channels on c.ChannelId equals channel.Id
            join p in unit.Db.Profiles on c.AssignedTo equals (Guid?)p.UserId into assignees
            from p in assignees.DefaultIfEmpty()
            select new
            {
                Conversation = c,
                Contact = contact,
                Channel = new ChannelCard(
                    channel.Id,
                    channel.Type,
                    channel.Name,
                    channel.Status,
                    channel.StatusDetail
                ),
                AssigneeName = p == null ? null : p.DisplayName,
                TeamName = unit
                    .Db.Teams.Where(t => t.Id == c.TeamId)
                    .Select(t => t.Name)
                    .FirstOrDefault(),
                ChannelRetryAt = unit
                    .Db.ChannelHealth.Where(h => h.ChannelId == channel.Id)
                    .Select(h => h.RetryAt)
                    .FirstOrDefault(),
                MergedIntoNumber = unit
                    .Db.Conversations.Where(k => k.Id == c.MergedInto)
                    .Select(k => (long?)k.Number)
                    .FirstOrDefault(),
            }
        ).SingleOrDefaultAsync(ct);
        if (row is null || !unit.Actor.May(MemberPermissions.ConversationsRead))
        {
            return null;
        }
        var contactId = row.Contact.Id;
        var conversationId = row.Conversation.Id;
        var identities = await unit
            .Db.ContactIdentities.Where(i => i.ContactId == contactId)
            .OrderBy(i => i.Kind)
            .Select(i => new ContactIdentityView(i.Kind, i.Value))
            .Distinct()
            .ToListAsync(ct);
        var conversationCount = await unit.Db.Conversations.CountAsync(
            c => c.ContactId == contactId,
            ct
        );
        var tags = await unit
            .Db.Tags.FromSql(
                $"SELECT t.* FROM tags t JOIN conversation_tags ct ON ct.tag_id = t.id WHERE ct.conversation_id = {conversationId}"
            )
            .OrderBy(t => t.Name)
            .Select(t => new TagChip(t.Id, t.Name, t.Color))
            .ToListAsync(ct);
        var members = await unit
            .Db.ConversationMembers.Where(m =>
                m.ConversationId == conversationId && (m.IsParticipant || m.IsMuted)
            )
            .Select(m => new
            {
                m.UserId,
                m.IsParticipant,
                m.IsMuted,
            })
            .ToListAsync(ct);
        var c2 = row.Conversation;
        return new ConversationDetails(
            c2.Id,
            c2.Number,
            c2.Status,
            c2.Priority,
            c2.AssignedTo,
            row.AssigneeName,
            c2.WindowExpiresAt,
            c2.CreatedAt,
            c2.InboundSeq,
            row.Channel,
            new ContactCard(
                contactId,
                row.Contact.Name ?? row.Contact.Phone ?? "",
                row.Contact.Phone,
                row.Contact.Email,
                row.Contact.IsBlocked,
                row.Contact.CreatedAt,
                row.Contact.LastInteractionAt,
                conversationCount,
                identities
            )
            {
                CustomFields = row.Contact.CustomFields,
            },
            tags
        )
        {
            Title = c2.Title,
            TeamId = c2.TeamId,
            TeamName = row.TeamName,
            SnoozedUntil = c2.SnoozedUntil,
            WaitingSince = c2.WaitingSince,
            ResponseDueAt = c2.ResponseDueAt,
            ResponseState = c2.ResponseState,
            FirstResponseAt = c2.FirstResponseAt,
            SatisfactionScore = c2.SatisfactionScore,
            CustomFields = c2.CustomFields,
            MergedIntoNumber = row.MergedIntoNumber,
            ChannelRetryAt = row.ChannelRetryAt,
            Participants = [.. members.Where(m => m.IsParticipant).Select(m => m.UserId)],
            IsMuted = members.Exists(m => m.IsMuted && m.UserId == unit.Actor.UserId),
        };
    }
}
