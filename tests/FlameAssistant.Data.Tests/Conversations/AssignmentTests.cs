using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Data.Tests.Conversations;

/// <summary>Who gets what waits, by themselves; and the clock of the first answer.</summary>
public sealed class AssignmentTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private TenantRef tenant = null!;
    private Guid channel;
    private Actor admin = null!;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        channel = await database.NewChannelAsync(tenant);
        admin = await database.NewMemberAsync(tenant, MemberRoles.Admin);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Least_loaded_should_keep_to_capacity_under_fifty_messages_on_two_nodes()
    {
        await RouteAsync(AssignmentModes.LeastLoaded);
        var agents = await AgentsAsync(3, capacity: 10);
        await using var node = database.NewServices();
        await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(async i =>
                {
                    await database.ReceiveAsync(tenant, channel, $"5491166{i:0000}");
                    var units =
                        i % 2 == 0 ? database.Units : node.GetRequiredService<TenantUnits>();
                    (
                        await units.RunAsync(tenant, Actor.System, new AssignWaiting(), default)
                    ).IsOk.ShouldBeTrue();
                })
        );
        var loads = await LoadsAsync();
        agents.Select(a => loads.GetValueOrDefault(a.Id)).ShouldBe([10, 10, 10]);
        loads.Values.Sum().ShouldBe(30);

        // Room frees: the next that waits is given.
        var done = await database.AskAsync<Guid>(
            $"SELECT id FROM conversations WHERE assigned_to = '{agents[0].Id}' LIMIT 1",
            tenant
        );
        await DoAsync(agents[0], new SetConversationStatus(done, ConversationStatuses.Resolved));
        (await OutboxAsync(OutboxKinds.AssignWaiting)).ShouldNotBeEmpty();
        (await DoAsync(Actor.System, new AssignWaiting())).ShouldBe(1);
        (await LoadsAsync())[agents[0].Id].ShouldBe(10);
    }

    [Fact]
    public async Task Round_robin_should_go_round()
    {
        await RouteAsync(AssignmentModes.RoundRobin);
        var agents = await AgentsAsync(3, capacity: 100);
        for (var i = 0; i < 9; i++)
        {
            database.Clock.Advance(TimeSpan.FromSeconds(1));
            await database.ReceiveAsync(tenant, channel, $"5491167{i:0000}");
            await DoAsync(Actor.System, new AssignWaiting());
        }
        var loads = await LoadsAsync();
        agents.Select(a => loads[a.Id]).ShouldBe([3, 3, 3]);
    }

    [Fact]
    public async Task Only_who_is_there_and_free_and_of_the_team_should_be_given_anything()
    {
        var agents = await AgentsAsync(4, capacity: 5);
        var team = await DoAsync(
            admin,
            new SaveTeam(
                null,
                "Ventas",
                null,
                AssignmentModes.None,
                [agents[0].Id, agents[1].Id, agents[2].Id]
            )
        );
        await RouteAsync(AssignmentModes.LeastLoaded, team);
        await DoAsync(agents[1], new SetAvailability(agents[1].Id, AvailabilityChoices.Busy, 5));
        await DoAsync(admin, new SetAvailability(agents[2].Id, AvailabilityChoices.Online, 0));
        for (var i = 0; i < 7; i++)
        {
            await database.ReceiveAsync(tenant, channel, $"5491168{i:0000}");
        }
        (await DoAsync(Actor.System, new AssignWaiting())).ShouldBe(5);
        (await LoadsAsync()).ShouldBe(new Dictionary<Guid, int> { [agents[0].Id] = 5 });

        // A minute without a beat is gone, even before anybody looked.
        database.Clock.Advance(TimeSpan.FromSeconds(61));
        await DoAsync(agents[1], new SetAvailability(agents[1].Id, AvailabilityChoices.Online, 5));
        (await DoAsync(Actor.System, new AssignWaiting())).ShouldBe(0);
        await DoAsync(agents[1], new BeatAvailability());
        (await DoAsync(Actor.System, new AssignWaiting())).ShouldBe(2);
    }

    [Fact]
    public async Task Nothing_should_be_given_where_nobody_asked_for_it()
    {
        await AgentsAsync(2, capacity: 5);
        await database.ReceiveAsync(tenant, channel, "54911690000");
        (await OutboxAsync(OutboxKinds.AssignWaiting))
            .Count(o => o.SubjectId != Guid.Empty && o.OrderKey == o.SubjectId)
            .ShouldBe(
                2 /* the agents' coming */
            );
        (await DoAsync(Actor.System, new AssignWaiting())).ShouldBe(0);
    }

    [Fact]
    public async Task Who_is_gone_should_hand_back_where_the_channel_wants_it()
    {
        await RouteAsync(AssignmentModes.LeastLoaded, handBack: true);
        var agent = (await AgentsAsync(1, capacity: 5))[0];
        var id = (await database.ReceiveAsync(tenant, channel, "54911700000")).ConversationId;
        await DoAsync(Actor.System, new AssignWaiting());
        var check = (await OutboxAsync(OutboxKinds.CheckAvailability)).Single();

        database.Clock.Advance(TimeSpan.FromSeconds(30));
        await DoAsync(agent, new BeatAvailability());
        database.Clock.Advance(TimeSpan.FromSeconds(40));
        (await DoAsync(Actor.System, new CheckAvailability(check.Id, agent.Id))).ShouldBeFalse();
        var next = (await OutboxAsync(OutboxKinds.CheckAvailability)).Single();
        next.Id.ShouldNotBe(check.Id);
        database.Clock.Advance(TimeSpan.FromSeconds(60));
        (await DoAsync(Actor.System, new CheckAvailability(next.Id, agent.Id))).ShouldBeTrue();

        (await LoadsAsync()).ShouldBeEmpty();
        (
            await database.AskAsync<string>(
                $"SELECT kind FROM conversation_events WHERE conversation_id = '{id}' ORDER BY occurred_at DESC LIMIT 1",
                tenant
            )
        ).ShouldBe(ConversationEventKinds.HandedBack);
        (await OutboxAsync(OutboxKinds.CheckAvailability)).ShouldBeEmpty();
        (await DoAsync(agent, new BeatAvailability())).ShouldBeTrue();
        (await DoAsync(Actor.System, new AssignWaiting())).ShouldBe(1);
    }

    [Theory]
    [InlineData(MemberRoles.Admin, true)]
    [InlineData(MemberRoles.Manager, false)]
    [InlineData(MemberRoles.Agent, false)]
    [InlineData(MemberRoles.Viewer, false)]
    public async Task Teams_and_routing_should_be_the_admins(string role, bool may)
    {
        var me = await database.NewMemberAsync(tenant, role);
        (
            await database.RunAsync(
                tenant,
                me,
                new SaveTeam(null, database.Next("Team "), null, AssignmentModes.None, [me.Id])
            )
        ).IsOk.ShouldBe(may);
        (
            await database.RunAsync(tenant, me, new SetChannelMembers(channel, [me.Id]))
        ).IsOk.ShouldBe(may);
        (
            await database.RunAsync(
                tenant,
                me,
                new SetChannelRouting(
                    channel,
                    AssignmentModes.None,
                    null,
                    HandBack: false,
                    WorkingHours.Always,
                    null,
                    null
                )
            )
        ).IsOk.ShouldBe(may);
    }

    [Fact]
    public async Task A_late_answer_should_be_warned_of_and_stated_once_in_working_time()
    {
        var hours = new WorkingHours
        {
            TimeZone = "America/Bogota",
            Week =
            [
                .. Enum.GetValues<DayOfWeek>().Select(d => WorkingSpan.Of(d, "00:00", "24:00")),
            ],
        };
        await RouteAsync(AssignmentModes.None, minutes: 10, hours: hours);
        var id = (await database.ReceiveAsync(tenant, channel, "54911710000")).ConversationId;
        var began = database.Clock.GetUtcNow();
        var first = (await OutboxAsync(OutboxKinds.CheckResponse)).Single();
        first.AvailableAt.ShouldBe(began.AddMinutes(8));
        database.Clock.Advance(TimeSpan.FromMinutes(8));
        (await CheckAsync(first)).ShouldBe(ResponseStates.Warned);
        var second = (await OutboxAsync(OutboxKinds.CheckResponse)).Single();
        second.AvailableAt.ShouldBe(began.AddMinutes(10));
        database.Clock.Advance(TimeSpan.FromMinutes(2));
        (await CheckAsync(second)).ShouldBe(ResponseStates.Breached);
        (await CheckAsync(second)).ShouldBe(ResponseStates.None);
        (await OutboxAsync(OutboxKinds.RaiseNotifications)).Count.ShouldBe(2);

        await DoAsync(admin, new SendMessage(id, "Aquí estamos", "k"));
        (
            await database.AskAsync<string>(
                $"SELECT response_state || coalesce(response_due_at::text, '') FROM conversations WHERE id = '{id}'",
                tenant
            )
        ).ShouldBe(ResponseStates.None);
        await database.ReceiveAsync(tenant, channel, "54911710000", "y otra cosa");
        await DoAsync(admin, new SendMessage(id, "Dígame", "k2"));
        database.Clock.Advance(TimeSpan.FromHours(1));
        (await CheckAsync((await OutboxAsync(OutboxKinds.CheckResponse)).Single())).ShouldBe(
            ResponseStates.None
        );
    }

    private Task<string> CheckAsync(OutboxItem row) =>
        DoAsync(Actor.System, new CheckResponse(row.Id, row.SubjectId));

    private Task RouteAsync(
        string mode,
        Guid? team = null,
        bool handBack = false,
        int? minutes = null,
        WorkingHours? hours = null
    ) =>
        DoAsync(
            admin,
            new SetChannelRouting(
                channel,
                mode,
                team,
                handBack,
                hours ?? WorkingHours.Always,
                minutes,
                null
            )
        );

    private async Task<List<Actor>> AgentsAsync(int count, int capacity)
    {
        var agents = new List<Actor>();
        for (var i = 0; i < count; i++)
        {
            var agent = await database.NewMemberAsync(tenant);
            await DoAsync(agent, new BeatAvailability());
            await DoAsync(
                agent,
                new SetAvailability(agent.Id, AvailabilityChoices.Online, capacity)
            );
            agents.Add(agent);
        }
        await database.ExecuteAsync(
            $"DELETE FROM shared.outbox WHERE kind = 'conversation.assign' AND id NOT IN (SELECT DISTINCT ON (subject_id) id FROM shared.outbox WHERE kind = 'conversation.assign')",
            tenant
        );
        return agents;
    }

    private Task<Dictionary<Guid, int>> LoadsAsync() =>
        database.ReadAsync(
            tenant,
            unit =>
                unit.Db.Conversations.Where(c =>
                        c.AssignedTo != null && c.Status == ConversationStatuses.Open
                    )
                    .GroupBy(c => c.AssignedTo!.Value)
                    .ToDictionaryAsync(g => g.Key, g => g.Count())
        );

    private Task<List<OutboxItem>> OutboxAsync(string kind) =>
        database.ReadAsync(
            tenant,
            unit => unit.Db.Outbox.AsNoTracking().Where(o => o.Kind == kind).ToListAsync()
        );

    private Task<T> DoAsync<T>(Actor actor, ITenantOperation<T> operation) =>
        database.DoAsync(tenant, actor, operation);
}
