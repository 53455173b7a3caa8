using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Seeding;

/// <summary>The demo's channel and conversations, in one transaction; they lie in the past, so nothing of them goes out.</summary>
/// <param name="Agents">Who answers; the first one has the conversations that were written by hand.</param>
internal sealed record SeedDemoInbox(
    DemoWorkspace Workspace,
    ChannelDraft Channel,
    ChannelSecrets Secrets,
    IReadOnlyList<Guid> Agents
) : ITenantOperation<int>
{
    public async Task<Result<int>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var channel = await new CreateChannel(Channel, Secrets, Confirmed: true).RunAsync(unit, ct);
        if (!channel.IsOk)
        {
            return channel.Error;
        }
        var words = await AddWordsAsync(unit, ct);
        foreach (var talk in Workspace.Talks)
        {
            Add(unit, channel.Value, talk, AgentId);
            // One by one: the numbers count up in the order of the talks.
            await unit.Db.SaveChangesAsync(ct);
        }
        await AddPastAsync(unit, channel.Value, words, ct);
        return Workspace.Talks.Count + Workspace.Past;
    }

    private Guid AgentId => Agents[0];

    /// <summary>Teams, tags and templates.</summary>
    private async Task<DemoWords> AddWordsAsync(TenantUnit unit, CancellationToken ct)
    {
        var team = new Team
        {
            Id = Guid.CreateVersion7(unit.Now),
            Name = "Atención",
            AssignmentMode = AssignmentModes.None,
        };
        unit.Db.Teams.Add(team);
        unit.Db.TeamMembers.AddRange(
            Agents.Select(id => new TeamMember { TeamId = team.Id, UserId = id })
        );
        var tags = DemoScenes.Tags.ToDictionary(
            t => t.Name,
            t => new Tag
            {
                Id = Guid.CreateVersion7(unit.Now),
                Name = t.Name,
                Color = t.Color,
            },
            StringComparer.Ordinal
        );
        unit.Db.Tags.AddRange(tags.Values);
        unit.Db.Templates.AddRange(
            DemoScenes.Templates.Select(
                (t, i) =>
                    new ResponseTemplate
                    {
                        Id = Guid.CreateVersion7(unit.Now),
                        Name = t.Name,
                        Category = t.Category,
                        Content = t.Text,
                        UsageCount = 64 >> i,
                        TriggerKeywords = [.. t.Keywords.Split(',')],
                        UpdatedAt = unit.Now,
                    }
            )
        );
        await unit.Db.SaveChangesAsync(ct);
        return new DemoWords(team.Id, tags);
    }

    /// <summary>Six weeks of conversations, the oldest first, the same ones each time.</summary>
    private async Task AddPastAsync(
        TenantUnit unit,
        Guid channelId,
        DemoWords words,
        CancellationToken ct
    )
    {
        var dice = new Random(Workspace.Seed);
        for (var i = 0; i < Workspace.Past; i++)
        {
            var ago =
                TimeSpan.FromDays(42.0 * (Workspace.Past - i) / Workspace.Past)
                + TimeSpan.FromMinutes(dice.Next(300));
            var isOld = ago > TimeSpan.FromDays(4);
            // Nobody here lets a customer wait for weeks.
            var scenes = isOld ? DemoScenes.Answered : DemoScenes.All;
            var scene = scenes[dice.Next(scenes.Count)];
            var isAnswered = !DemoScenes.Open.Contains(scene);
            var names = DemoScenes.NamesOf(scene.Language);
            var agent = Agents[dice.Next(Agents.Count)];
            var conversation = Add(
                unit,
                channelId,
                new DemoTalk(
                    names[dice.Next(names.Count)],
                    DemoScenes.PhoneOf(scene.Language, i),
                    Bsuid: null,
                    ago,
                    IsMine: isAnswered,
                    IsResolved: isAnswered && (isOld ? dice.Next(20) > 0 : dice.Next(3) == 0),
                    IsRead: isAnswered,
                    scene.Lines
                ),
                agent
            );
            Shape(conversation, scene, words, dice, unit.Now);
            Note(unit, conversation, agent);
            Tag(unit, conversation, words.Tags[scene.Tag]);
            if (dice.Next(9) == 0)
            {
                Tag(unit, conversation, words.Tags["VIP"]);
            }
        }
        await unit.Db.SaveChangesAsync(ct);
    }

    private static void Shape(
        Conversation conversation,
        DemoScene scene,
        DemoWords words,
        Random dice,
        DateTimeOffset now
    )
    {
        conversation.TeamId = dice.Next(3) == 0 ? words.TeamId : null;
        conversation.Priority =
            scene.Tag == "Reclamos" ? "high"
            : dice.Next(25) == 0 ? "urgent"
            : "normal";
        if (conversation.Status == ConversationStatuses.Resolved)
        {
            conversation.SatisfactionScore = dice.Next(3) == 0 ? dice.Next(3, 6) : null;
        }
        else if (conversation.AssignedTo is not null && dice.Next(4) == 0)
        {
            conversation.Status = ConversationStatuses.Snoozed;
            conversation.SnoozedUntil = now + TimeSpan.FromHours(dice.Next(8, 72));
        }
        else if (conversation.AssignedTo is not null && dice.Next(4) == 0)
        {
            conversation.Status = ConversationStatuses.Pending;
        }
    }

    /// <summary>What the thread shows between the messages.</summary>
    private static void Note(TenantUnit unit, Conversation conversation, Guid agent)
    {
        if (conversation.AssignedTo is not null)
        {
            unit.Db.ConversationEvents.Add(
                Event(
                    ConversationEventKinds.Assigned,
                    conversation.FirstResponseAt ?? conversation.CreatedAt,
                    agent
                )
            );
        }
        if (conversation.ResolvedAt is { } resolved)
        {
            unit.Db.ConversationEvents.Add(
                Event(
                    ConversationEventKinds.StatusChanged,
                    resolved,
                    subject: null,
                    """{"from":"open","to":"resolved"}"""
                )
            );
        }

        ConversationEvent Event(
            string kind,
            DateTimeOffset at,
            Guid? subject,
            string data = "{}"
        ) =>
            new()
            {
                Id = Guid.CreateVersion7(at),
                ConversationId = conversation.Id,
                Kind = kind,
                ActorKind = Actor.MemberKind,
                ActorId = agent,
                SubjectId = subject,
                Data = data,
                OccurredAt = at,
            };
    }

    private static void Tag(TenantUnit unit, Conversation conversation, Tag tag)
    {
        unit.Db.ConversationTags.Add(
            new ConversationTag { ConversationId = conversation.Id, TagId = tag.Id }
        );
        tag.UsageCount++;
    }

    private sealed record DemoWords(Guid TeamId, IReadOnlyDictionary<string, Tag> Tags);

    private static Conversation Add(TenantUnit unit, Guid channelId, DemoTalk talk, Guid agentId)
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
            AssignedTo = talk.IsMine ? agentId : null,
            CreatedAt = start,
        };
        unit.Db.Conversations.Add(conversation);
        foreach (var line in talk.Lines)
        {
            AddLine(unit, conversation, contact.Id, line, start + line.After, agentId);
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
                    UserId = agentId,
                    ReadInboundSeq = conversation.InboundSeq,
                }
            );
        }
        return conversation;

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

    private static void AddLine(
        TenantUnit unit,
        Conversation conversation,
        Guid contactId,
        DemoLine line,
        DateTimeOffset at,
        Guid agentId
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
                SenderId = line.IsOurs ? agentId : contactId,
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
