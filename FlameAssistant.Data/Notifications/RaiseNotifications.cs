using System.Text.Json;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Notifications;

/// <summary>
/// Tells members of a message or of an event of a conversation. The row of the outbox goes in the same transaction, and the
/// key of each notification is unique: run twice it tells once.
/// </summary>
public sealed record RaiseNotifications(Guid OutboxId, Guid SubjectId) : ITenantOperation<int>
{
    /// <summary>How long somebody may see it themselves before a letter goes out.</summary>
    internal static readonly TimeSpan MailAfter = TimeSpan.FromMinutes(5);

    private const int MostPeople = 100;

    /// <returns>How many were told.</returns>
    public async Task<Result<int>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        if (await unit.Db.Outbox.Where(o => o.Id == OutboxId).ExecuteDeleteAsync(ct) == 0)
        {
            return 0;
        }
        var told = 0;
        foreach (var news in await FindAsync(unit, ct))
        {
            var preferences = await NotificationChoices.OfAsync(unit, news.People, news.Kind, ct);
            foreach (var person in news.People.Distinct())
            {
                told += await TellAsync(unit, news, person, preferences[person], ct) ? 1 : 0;
            }
        }
        await unit.Db.SaveChangesAsync(ct);
        return told;
    }

    private async Task<List<News>> FindAsync(TenantUnit unit, CancellationToken ct)
    {
        var noted = await unit
            .Db.ConversationEvents.AsNoTracking()
            .SingleOrDefaultAsync(e => e.Id == SubjectId, ct);
        var message = noted is null
            ? await unit.Db.Messages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == SubjectId, ct)
            : null;
        if ((noted?.ConversationId ?? message?.ConversationId) is not { } conversationId)
        {
            return [];
        }
        var conversation = await unit
            .Db.Conversations.AsNoTracking()
            .SingleAsync(c => c.Id == conversationId, ct);
        if (noted is not null)
        {
            return await OfEventAsync(unit, noted, conversation, ct);
        }
        if (message!.IsPrivate)
        {
            var named = await unit
                .Db.Mentions.Where(m => m.MessageId == SubjectId && m.UserId != message.SenderId)
                .Select(m => m.UserId)
                .ToListAsync(ct);
            return
            [
                new(
                    NotificationKinds.Mention,
                    conversation,
                    named,
                    ReceiveMessage.Preview(message.Content),
                    message.SenderId
                ),
            ];
        }
        return
        [
            new(
                NotificationKinds.Message,
                conversation,
                await FollowersAsync(unit, conversation, ct),
                ReceiveMessage.Preview(message.Content),
                ActorId: null
            ),
        ];
    }

    private static async Task<List<News>> OfEventAsync(
        TenantUnit unit,
        ConversationEvent noted,
        Conversation conversation,
        CancellationToken ct
    )
    {
        var preview = conversation.LastMessagePreview;
        var actor = noted.ActorKind == Actor.MemberKind ? noted.ActorId : null;
        switch (noted.Kind)
        {
            // Given on to somebody else meanwhile: that is their news.
            case ConversationEventKinds.Assigned
                when noted.SubjectId is { } user && conversation.AssignedTo == user:
                return [new(NotificationKinds.Assignment, conversation, [user], preview, actor)];
            case ConversationEventKinds.Handoff:
                return
                [
                    new(
                        NotificationKinds.Handoff,
                        conversation,
                        // Who handed it over knows; taken meanwhile it is its new agent's.
                        [
                            .. (await ResponsibleAsync(unit, conversation, ct)).Where(person =>
                                person != actor
                            ),
                        ],
                        ReasonOf(noted) ?? preview,
                        actor
                    ),
                ];
            case ConversationEventKinds.ResponseWarning:
            case ConversationEventKinds.ResponseBreach:
                return
                [
                    new(
                        noted.Kind == ConversationEventKinds.ResponseBreach
                            ? NotificationKinds.SlaBreach
                            : NotificationKinds.SlaWarning,
                        conversation,
                        await ResponsibleAsync(unit, conversation, ct),
                        preview,
                        ActorId: null
                    ),
                ];
            default:
                return [];
        }
    }

    private static string? ReasonOf(ConversationEvent noted) =>
        JsonSerializer
            .Deserialize<Dictionary<string, string>>(noted.Data)!
            .TryGetValue("reason", out var reason)
            ? ReceiveMessage.Preview(reason)
            : null;

    private static async Task<List<Guid>> FollowersAsync(
        TenantUnit unit,
        Conversation conversation,
        CancellationToken ct
    )
    {
        var followers = await unit
            .Db.ConversationMembers.Where(m =>
                m.ConversationId == conversation.Id && m.IsParticipant
            )
            .Select(m => m.UserId)
            .ToListAsync(ct);
        if (conversation.AssignedTo is { } user)
        {
            followers.Add(user);
        }
        // Who lost the sight of it, or left, is not told any more; nor who has muted it.
        return await WithoutMutedAsync(
            unit,
            conversation,
            await ConversationAccess.WhoSeesAsync(unit, conversation, followers, ct),
            ct
        );
    }

    private static async Task<List<Guid>> WithoutMutedAsync(
        TenantUnit unit,
        Conversation conversation,
        List<Guid> people,
        CancellationToken ct
    )
    {
        var muted = await unit
            .Db.ConversationMembers.Where(m => m.ConversationId == conversation.Id && m.IsMuted)
            .Select(m => m.UserId)
            .ToListAsync(ct);
        return [.. people.Except(muted)];
    }

    /// <summary>
    /// Who has it; else its team; else who has the channel; else who is there, and where nobody is, everybody, by mail.
    /// </summary>
    private static async Task<List<Guid>> ResponsibleAsync(
        TenantUnit unit,
        Conversation conversation,
        CancellationToken ct
    )
    {
        if (conversation.AssignedTo is { } user)
        {
            return await WithoutMutedAsync(unit, conversation, [user], ct);
        }
        var people = conversation.TeamId is { } team
            ? await unit
                .Db.TeamMembers.Where(m => m.TeamId == team)
                .Select(m => m.UserId)
                .ToListAsync(ct)
            : await unit
                .Db.ChannelMembers.Where(m => m.ChannelId == conversation.ChannelId)
                .Select(m => m.UserId)
                .ToListAsync(ct);
        if (people.Count == 0)
        {
            people = await unit
                .Db.Availability.Where(a => a.IsOnline)
                .Select(a => a.UserId)
                .Take(MostPeople)
                .ToListAsync(ct);
        }
        if (people.Count == 0)
        {
            people = await unit
                .Db.Profiles.Where(p => p.IsActive)
                .OrderBy(p => p.UserId)
                .Select(p => p.UserId)
                .Take(MostPeople)
                .ToListAsync(ct);
        }
        return await WithoutMutedAsync(
            unit,
            conversation,
            await ConversationAccess.WhoSeesAsync(unit, conversation, people, ct),
            ct
        );
    }

    private async Task<bool> TellAsync(
        TenantUnit unit,
        News news,
        Guid person,
        NotificationChoice choice,
        CancellationToken ct
    )
    {
        // What is to sound only stands on no bell, but is there for the page to hear.
        if (choice is { InApp: false, Email: false, Sound: false })
        {
            return false;
        }
        var conversation = news.Conversation;
        var title = await ConversationName.OfAsync(unit, conversation, ct);
        var mail = choice.Email ? EmailStates.Due : EmailStates.None;
        var key = $"{news.Kind}:{SubjectId:N}";
        var id = Guid.CreateVersion7(unit.Now);
        var changed =
            news.Kind == NotificationKinds.Message
                ? await unit.Db.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO notifications (id, user_id, type, title, message, conversation_id, in_app, email_state, created_at)
                    VALUES ({id}, {person}, {news.Kind}, {title}, {news.Text}, {conversation.Id}, {choice.InApp}, {mail}, {unit.Now})
                    ON CONFLICT (user_id, conversation_id) WHERE type = 'message' AND NOT is_read
                    DO UPDATE SET message = excluded.message, title = excluded.title, created_at = excluded.created_at
                    """,
                    ct
                )
                : await unit.Db.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO notifications (id, user_id, type, title, message, conversation_id, actor_id, dedup_key, in_app, email_state, created_at)
                    VALUES ({id}, {person}, {news.Kind}, {title}, {news.Text}, {conversation.Id}, {news.ActorId}, {key}, {choice.InApp}, {mail}, {unit.Now})
                    ON CONFLICT (user_id, dedup_key) WHERE dedup_key IS NOT NULL DO NOTHING
                    """,
                    ct
                );
        if (changed == 0)
        {
            return false;
        }
        if (choice.Email)
        {
            unit.Ask(OutboxKinds.MailNotifications, person, person, 0, unit.Now + MailAfter);
        }
        unit.Raise(LiveKinds.Notification, person);
        return true;
    }

    private sealed record News(
        string Kind,
        Conversation Conversation,
        IReadOnlyList<Guid> People,
        string Text,
        Guid? ActorId
    );
}

internal static class ConversationName
{
    /// <summary>Its title, or its contact's name; at most 255 characters.</summary>
    public static async Task<string> OfAsync(
        TenantUnit unit,
        Conversation conversation,
        CancellationToken ct
    ) =>
        conversation.Title
        ?? await unit
            .Db.Contacts.Where(c => c.Id == conversation.ContactId)
            .Select(c => c.Name ?? c.Phone)
            .SingleOrDefaultAsync(ct)
        ?? "#" + conversation.Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
