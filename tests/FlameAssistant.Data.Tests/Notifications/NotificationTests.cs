using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Notifications;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Tests.Notifications;

/// <summary>Who is told of what, once, as they chose, and by letter when they did not look.</summary>
public sealed class NotificationTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private const string Customer = "5491155554000";
    private TenantRef tenant = null!;
    private Guid channel;
    private Guid conversation;
    private Actor agent = null!;
    private Actor manager = null!;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        channel = await database.NewChannelAsync(tenant);
        conversation = (await database.ReceiveAsync(tenant, channel, Customer)).ConversationId;
        agent = await database.NewMemberAsync(tenant, displayName: "Ana");
        manager = await database.NewMemberAsync(tenant, MemberRoles.Manager, displayName: "Beto");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Assignment_should_be_told_once_and_not_to_who_did_it()
    {
        await DoAsync(agent, new AssignConversation(conversation, agent.Id));
        (await RowsAsync(OutboxKinds.RaiseNotifications)).ShouldBeEmpty();
        await DoAsync(manager, new AssignConversation(conversation, null));
        await DoAsync(manager, new AssignConversation(conversation, agent.Id));
        var heard = new List<LiveEvent>();
        using (database.Live.Subscribe(tenant.Id, heard.Add))
        {
            var row = (await RowsAsync(OutboxKinds.RaiseNotifications)).Single();
            var twice = await Task.WhenAll(RaiseAsync(row), RaiseAsync(row));
            twice.Sum().ShouldBe(1);
            (await RaiseAsync(row)).ShouldBe(0);
        }
        heard.ShouldContain(e => e.Kind == LiveKinds.Notification && e.SubjectId == agent.Id);
        var told = (await ListAsync(agent)).ShouldHaveSingleItem();
        (told.Type, told.ActorName, told.Title, told.IsRead).ShouldBe(
            (NotificationKinds.Assignment, "Beto", $"Customer {Customer}", false)
        );
        (await CountAsync(agent)).ShouldBe(1);
        (await ListAsync(manager)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Mention_should_be_told_to_the_named()
    {
        await DoAsync(
            agent,
            new SendMessage(
                conversation,
                "@Beto ¿puedes? <img src=x>",
                "n1",
                IsPrivate: true,
                Mentions: [manager.Id, agent.Id]
            )
        );
        await RaiseAllAsync();
        var told = (await ListAsync(manager)).ShouldHaveSingleItem();
        (told.Type, told.Message).ShouldBe(
            (NotificationKinds.Mention, "@Beto ¿puedes? <img src=x>")
        );
        (await ListAsync(agent)).ShouldBeEmpty();
    }

    [Fact]
    public async Task New_messages_should_be_one_notification_until_it_is_read()
    {
        await DoAsync(agent, new AssignConversation(conversation, agent.Id));
        await DoAsync(agent, new SetParticipant(conversation, manager.Id, TakesPart: true));
        foreach (var text in (string[])["uno", "dos", "tres"])
        {
            await database.ReceiveAsync(tenant, channel, Customer, text);
        }
        await RaiseAllAsync();
        foreach (var who in (Actor[])[agent, manager])
        {
            var told = (await ListAsync(who)).ShouldHaveSingleItem();
            (told.Type, told.IsRead).ShouldBe((NotificationKinds.Message, false));
        }
        await DoAsync(agent, new MarkConversationRead(conversation, 4));
        (await CountAsync(agent), await CountAsync(manager)).ShouldBe((0, 1));
        await database.ReceiveAsync(tenant, channel, Customer, "cuatro");
        await RaiseAllAsync();
        (await CountAsync(agent)).ShouldBe(1);
        (await DoAsync(agent, new ReadNotifications())).ShouldBe(1);
        (await CountAsync(agent), await CountAsync(manager)).ShouldBe((0, 1));
    }

    [Fact]
    public async Task Somebody_elses_notification_should_not_be_read()
    {
        await DoAsync(manager, new AssignConversation(conversation, agent.Id));
        await RaiseAllAsync();
        var id = (await ListAsync(agent)).Single().Id;
        (await DoAsync(manager, new ReadNotifications(id))).ShouldBe(0);
        (await CountAsync(agent)).ShouldBe(1);
        (await DoAsync(agent, new ReadNotifications(id))).ShouldBe(1);
    }

    [Fact]
    public async Task Choices_should_decide_what_comes_and_how()
    {
        await ChooseAsync(
            new(NotificationKinds.Assignment, InApp: false, Email: false, Sound: false)
        );
        await DoAsync(manager, new AssignConversation(conversation, agent.Id));
        await RaiseAllAsync();
        (await ListAsync(agent)).ShouldBeEmpty();

        await ChooseAsync(
            new(NotificationKinds.Assignment, InApp: false, Email: true, Sound: false)
        );
        await DoAsync(manager, new AssignConversation(conversation, null));
        await DoAsync(manager, new AssignConversation(conversation, agent.Id));
        await RaiseAllAsync();
        (await ListAsync(agent)).ShouldBeEmpty();
        (await CountAsync(agent)).ShouldBe(0);
        (await RowsAsync(OutboxKinds.MailNotifications)).ShouldHaveSingleItem();
        var choices = await database.ReadAsync(
            tenant,
            unit => unit.ReadNotificationChoicesAsync(default),
            agent
        );
        choices.Count.ShouldBe(7);
        (
            await database.RunAsync(
                tenant,
                agent,
                new ChooseNotifications(new("x", true, true, true))
            )
        ).IsOk.ShouldBeFalse();
    }

    [Fact]
    public async Task Sound_should_come_for_the_kinds_that_are_chosen_even_without_the_bell()
    {
        await DoAsync(agent, new AssignConversation(conversation, agent.Id));
        var since = (await NewsAsync(null)).Newest;
        await database.ReceiveAsync(tenant, channel, Customer, "uno");
        await RaiseAllAsync();
        var news = await NewsAsync(since);
        news.Sounds.ShouldHaveSingleItem();
        (await NewsAsync(news.Newest)).Sounds.ShouldBeEmpty();

        await ChooseAsync(new(NotificationKinds.Message, InApp: true, Email: false, Sound: false));
        database.Clock.Advance(TimeSpan.FromSeconds(1));
        await database.ReceiveAsync(tenant, channel, Customer, "dos");
        await RaiseAllAsync();
        var quiet = await NewsAsync(news.Newest);
        quiet.Newest.ShouldBeGreaterThan(news.Newest);
        quiet.Sounds.ShouldBeEmpty();

        await DoAsync(agent, new ReadNotifications());
        await ChooseAsync(new(NotificationKinds.Message, InApp: false, Email: false, Sound: true));
        database.Clock.Advance(TimeSpan.FromSeconds(1));
        await database.ReceiveAsync(tenant, channel, Customer, "tres");
        await RaiseAllAsync();
        (await NewsAsync(quiet.Newest)).Sounds.ShouldHaveSingleItem();
        (await CountAsync(agent)).ShouldBe(0);
    }

    [Fact]
    public async Task A_muted_conversation_should_be_quiet_but_for_what_is_meant_for_somebody()
    {
        await DoAsync(agent, new AssignConversation(conversation, agent.Id));
        await DoAsync(agent, new MuteConversation(conversation, IsMuted: true));
        await database.ReceiveAsync(tenant, channel, Customer, "uno");
        await RaiseAllAsync();
        (await ListAsync(agent)).ShouldBeEmpty();
        var (unread, isMuted) = await database.ReadAsync(
            tenant,
            async unit =>
                (
                    await unit.UnreadOfMineAsync(default),
                    (await unit.ListConversationsAsync(new(), after: null, default))
                        .Rows.Single()
                        .IsMuted
                ),
            agent
        );
        (unread.Count, isMuted).ShouldBe((0, true));

        await DoAsync(
            manager,
            new SendMessage(conversation, "@Ana", "n", IsPrivate: true, Mentions: [agent.Id])
        );
        await RaiseAllAsync();
        (await ListAsync(agent)).ShouldHaveSingleItem().Type.ShouldBe(NotificationKinds.Mention);

        await DoAsync(agent, new MuteConversation(conversation, IsMuted: false));
        await database.ReceiveAsync(tenant, channel, Customer, "dos");
        await RaiseAllAsync();
        (await ListAsync(agent)).ShouldContain(n => n.Type == NotificationKinds.Message);

        // Of a channel that is not theirs, nobody learns even that it is there.
        await database.AddChannelMemberAsync(tenant, channel, manager);
        var stranger = await database.NewMemberAsync(tenant);
        (
            await database.RunAsync(tenant, stranger, new MuteConversation(conversation, true))
        ).Error.ShouldBe(ConversationErrors.NotFound);
    }

    [Fact]
    public async Task Handing_over_should_open_unassign_say_why_and_tell_others_only()
    {
        var other = await database.NewMemberAsync(tenant, displayName: "Carla");
        var team = await DoAsync(
            await database.NewMemberAsync(tenant, MemberRoles.Admin),
            new SaveTeam(null, "Sales", null, AssignmentModes.RoundRobin, [agent.Id, other.Id])
        );
        await DoAsync(agent, new AssignConversation(conversation, agent.Id));
        await DoAsync(
            agent,
            new SnoozeConversation(conversation, database.Clock.GetUtcNow().AddDays(1))
        );
        await DoAsync(agent, new HandOver(conversation, " She wants <b>Sales</b> ", team));
        var now = await database.ReadAsync(
            tenant,
            unit => unit.Db.Conversations.AsNoTracking().SingleAsync(c => c.Id == conversation)
        );
        (now.Status, now.AssignedTo, now.TeamId, now.SnoozedUntil).ShouldBe(
            (ConversationStatuses.Open, null, team, null)
        );
        await RaiseAllAsync();
        var told = (await ListAsync(other)).ShouldHaveSingleItem();
        (told.Type, told.Message, told.ActorName).ShouldBe(
            (NotificationKinds.Handoff, "She wants <b>Sales</b>", "Ana")
        );
        (await ListAsync(agent)).ShouldBeEmpty();
        (
            await database.ReadAsync(
                tenant,
                unit =>
                    unit.Db.ConversationEvents.AsNoTracking()
                        .SingleAsync(e => e.Kind == ConversationEventKinds.Handoff)
            )
        ).Data.ShouldContain("Sales");

        // In turn it would be the first one's: but they have just handed it over.
        await DoAsync(agent, new BeatAvailability());
        (await DoAsync(Actor.System, new AssignWaiting())).ShouldBe(0);
        await DoAsync(other, new BeatAvailability());
        (await DoAsync(Actor.System, new AssignWaiting())).ShouldBe(1);
    }

    [Fact]
    public async Task Handing_over_where_nobody_is_there_should_tell_everybody_else()
    {
        await DoAsync(agent, new HandOver(conversation, "I go home"));
        await RaiseAllAsync();

        (await ListAsync(manager)).ShouldHaveSingleItem().Type.ShouldBe(NotificationKinds.Handoff);
        (await ListAsync(agent)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Handing_over_should_need_a_reason_an_open_conversation_and_the_right_hands()
    {
        async Task<string> CodeAsync(Actor actor, HandOver handOver) =>
            (await database.RunAsync(tenant, actor, handOver)).Error!.Code;
        (await CodeAsync(agent, new(conversation, "  "))).ShouldBe("conversation.handoff_reason");
        (await CodeAsync(agent, new(conversation, new string('x', 1001)))).ShouldBe(
            "conversation.handoff_reason"
        );
        (await CodeAsync(agent, new(conversation, "why", Guid.NewGuid()))).ShouldBe(
            "conversation.team_unknown"
        );
        await DoAsync(manager, new AssignConversation(conversation, manager.Id));
        (await CodeAsync(agent, new(conversation, "why"))).ShouldBe("forbidden");
        await DoAsync(manager, new HandOver(conversation, "why"));
        await DoAsync(
            manager,
            new SetConversationStatus(conversation, ConversationStatuses.Resolved)
        );
        (await CodeAsync(agent, new(conversation, "why"))).ShouldBe(
            "conversation.handoff_resolved"
        );
    }

    private Task<NotificationNews> NewsAsync(DateTimeOffset? since) =>
        database.ReadAsync(tenant, unit => unit.ReadNewsAsync(since, default), agent);

    [Fact]
    public async Task What_is_not_seen_in_time_should_come_in_one_letter()
    {
        await DoAsync(manager, new AssignConversation(conversation, agent.Id));
        await DoAsync(
            manager,
            new SendMessage(conversation, "@Ana", "n", IsPrivate: true, Mentions: [agent.Id])
        );
        await RaiseAllAsync();
        var rows = await RowsAsync(OutboxKinds.MailNotifications);
        rows.Count.ShouldBe(2);
        database.Clock.Advance(TimeSpan.FromMinutes(5));
        rows.ShouldAllBe(r => r.AvailableAt <= database.Clock.GetUtcNow());
        var letter = await DoAsync(Actor.System, new TakeDueMail(rows[0].Id, agent.Id));
        letter
            .ShouldNotBeNull()
            .Notifications.Select(n => n.Type)
            .ShouldBe([NotificationKinds.Assignment, NotificationKinds.Mention], ignoreOrder: true);
        letter.To.ShouldContain("@");
        (await DoAsync(Actor.System, new TakeDueMail(rows[1].Id, agent.Id))).ShouldBeNull();
        (await DoAsync(Actor.System, new TakeDueMail(rows[0].Id, agent.Id))).ShouldBeNull();
    }

    [Fact]
    public async Task What_was_seen_should_come_in_no_letter()
    {
        await DoAsync(manager, new AssignConversation(conversation, agent.Id));
        await RaiseAllAsync();
        await DoAsync(agent, new ReadNotifications());
        database.Clock.Advance(TimeSpan.FromMinutes(5));
        var row = (await RowsAsync(OutboxKinds.MailNotifications)).Single();
        (await DoAsync(Actor.System, new TakeDueMail(row.Id, agent.Id))).ShouldBeNull();
    }

    private Task ChooseAsync(NotificationChoice choice) =>
        DoAsync(agent, new ChooseNotifications(choice));

    private async Task RaiseAllAsync()
    {
        foreach (var row in await RowsAsync(OutboxKinds.RaiseNotifications))
        {
            await RaiseAsync(row);
        }
    }

    private Task<int> RaiseAsync(OutboxItem row) =>
        DoAsync(Actor.System, new RaiseNotifications(row.Id, row.SubjectId));

    private Task<List<OutboxItem>> RowsAsync(string kind) =>
        database.ReadAsync(
            tenant,
            unit =>
                unit.Db.Outbox.AsNoTracking()
                    .Where(o => o.Kind == kind)
                    .OrderBy(o => o.Id)
                    .ToListAsync()
        );

    private async Task<IReadOnlyList<NotificationRow>> ListAsync(Actor who) =>
        (
            await database.ReadAsync(
                tenant,
                unit => unit.ListNotificationsAsync(null, default),
                who
            )
        ).Rows;

    private Task<int> CountAsync(Actor who) =>
        database.ReadAsync(tenant, unit => unit.CountUnreadNotificationsAsync(default), who);

    private Task<T> DoAsync<T>(Actor actor, ITenantOperation<T> operation) =>
        database.DoAsync(tenant, actor, operation);
}
